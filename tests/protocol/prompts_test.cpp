// Prompts and orders against those of the peers' own code: of repositories, tests/golden/protocol_prompts.py and
// peer_repositories.py, and of packages on PyPI, peer_packages.py.

#include <array>
#include <nlohmann/json.hpp>

#include "harness/core/file.h"
#include "harness/core/hash.h"
#include "harness/core/json.h"
#include "harness/protocol/protocol.h"
#include "tests/catch.h"
#include "tests/protocol/samples.h"

namespace tripos::protocol {
namespace {

struct Golden {
  const char* name;
  int prompts;
  int streams;
};
constexpr std::array kGoldens = {Golden{"protocol_prompts.json", 21, 9}, Golden{"peer_packages.json", 16, 4},
                                 Golden{"peer_repositories.json", 17, 2}};

nlohmann::json load(const Golden& golden) {
  const auto text = read_file(std::string(TRIPOS_SOURCE_DIR "/tests/golden/") + golden.name);
  REQUIRE(text.has_value());
  auto json = parse_json(*text, golden.name);
  REQUIRE(json.has_value());
  return *json;
}

Sample choice_row(const nlohmann::json& row) {
  return {.id = "row",
          .input = row.at("question"),
          .choices = row.at("choices").get<std::vector<std::string>>(),
          .target = "A",
          .metadata = {{"category", "physics"}}};
}

// Digits of all orders, epoch after epoch and row after row.
std::string digits(const std::vector<std::vector<std::vector<int>>>& orders) {
  std::string text;
  for (const auto& epoch : orders) {
    for (const auto& order : epoch) {
      for (const int index : order) text += static_cast<char>('0' + index);
    }
  }
  return text;
}

TEST_CASE("prompts equal those of the peers' own code, byte for byte", "[protocol]") {
  const auto golden = GENERATE(from_range(kGoldens));
  const auto json = load(golden);
  int checked = 0;
  for (const auto& prompt : json.at("prompts")) {
    const bool is_choice = prompt.contains("row");
    CAPTURE(prompt.at("protocol").get<std::string>(), is_choice);
    const auto protocol =
        find_protocol(prompt.at("protocol").get<std::string>(), is_choice ? AnswerKind::kChoice : AnswerKind::kMath);
    REQUIRE(protocol.has_value());
    const Sample sample = is_choice
                              ? choice_row(json.at("rows").at(prompt.at("row").get<std::size_t>()))
                              : Sample{.id = "math", .input = json.at("math").at(prompt.at("math").get<std::size_t>())};
    const Request request =
        render(*protocol, sample, 0, is_choice ? prompt.at("order").get<std::vector<int>>() : std::vector<int>{});
    CHECK(request.messages.back().role == "user");
    CHECK(request.messages.back().content == prompt.at("text").get<std::string>());
    ++checked;
  }
  CHECK(checked == golden.prompts);
}

TEST_CASE("protocols by log-likelihood ask what lm-eval asks", "[protocol]") {
  const auto text = read_file(TRIPOS_SOURCE_DIR "/tests/golden/likelihood.json");
  REQUIRE(text);
  const nlohmann::json golden = parse_json(*text, "likelihood.json").value();
  Sample sample = choice_row(golden.at("row"));
  sample.metadata["subject"] = golden.at("row").at("subject");
  for (const auto& prompt : golden.at("prompts")) {
    const auto protocol = find_protocol(prompt.at("protocol").get<std::string>(), AnswerKind::kChoice);
    REQUIRE(protocol);
    const Request request = render(*protocol, sample, 0, prompt.at("order"));
    REQUIRE(request.messages.size() == 1);
    CHECK(request.messages[0].content == prompt.at("prompt").get<std::string>());
    CHECK(request.continuations == prompt.at("continuations").get<std::vector<std::string>>());
  }
}

TEST_CASE("orders of the invented rows equal those of the peers' own code", "[protocol]") {
  const auto json = load(GENERATE(from_range(kGoldens)));
  std::vector<Sample> samples;
  for (const auto& row : json.at("rows")) {
    if (row.at("choices").size() == 4) samples.push_back(choice_row(row));
  }
  for (const auto& prompt : json.at("prompts")) {
    const std::string name = prompt.at("protocol");
    if (!prompt.contains("row") || name == "boxed" || name == "mmlu-pro") continue;  // those show rows as published
    CAPTURE(name);
    const auto orders = draw_orders(*find_protocol(name, AnswerKind::kChoice), samples, 1);
    CHECK(orders.at(0).at(prompt.at("row").get<std::size_t>()) == prompt.at("order").get<std::vector<int>>());
  }
}

TEST_CASE("198 rows are ordered as the peers' own code orders them", "[protocol]") {
  const auto golden = GENERATE(from_range(kGoldens));
  const auto json = load(golden);
  int checked = 0;
  for (const auto& stream : json.at("streams")) {
    const std::string name = stream.at("protocol");
    CAPTURE(name, stream.at("epochs").get<int>());
    const auto protocol = find_protocol(name, AnswerKind::kChoice);
    REQUIRE(protocol.has_value());
    const auto orders = draw_orders(*protocol, test::choice_samples(198, 4), stream.at("epochs").get<int>());
    CHECK(sha256_hex(digits(orders)) == stream.at("sha256").get<std::string>());
    ++checked;
  }
  CHECK(checked == golden.streams);
}

}  // namespace
}  // namespace tripos::protocol
