// GPQA Diamond on its whole way: encrypted zip, loader, orders, prompts, target letters. Held against checksums only;
// no assertion here may print text of a question or a choice.

#include <nlohmann/json.hpp>

#include "datasets/dataset.h"
#include "harness/core/file.h"
#include "harness/core/hash.h"
#include "harness/core/json.h"
#include "harness/protocol/protocol.h"
#include "tests/catch.h"

namespace tripos::protocol {
namespace {

using Catch::Matchers::StartsWith;
using Orders = std::vector<std::vector<std::vector<int>>>;

std::optional<std::vector<Sample>> gpqa_samples() {
  const std::filesystem::path path = TRIPOS_SHARED_DIR "/data/gpqa/gpqa_diamond.repacked.zip";
  if (!std::filesystem::exists(path)) {
    WARN("skipped: no " << path);
    return std::nullopt;
  }
  auto dataset = datasets::load("gpqa_diamond", path);
  REQUIRE(dataset.has_value());
  return std::move(dataset->samples);
}

Protocol preset(const std::string& name) {
  const auto protocol = find_protocol(name, AnswerKind::kChoice);
  REQUIRE(protocol.has_value());
  return *protocol;
}

std::string digits(const Orders& orders) {
  std::string text;
  for (const auto& epoch : orders) {
    for (const auto& order : epoch) {
      for (const int index : order) text += static_cast<char>('0' + index);
    }
  }
  return text;
}

TEST_CASE("the orders of GPQA Diamond have the checksums of the peers' streams", "[protocol][gpqa]") {
  struct Stream {
    const char* protocol;
    int epochs;
    const char* sha256;  // its first digits, of all orders as one string of digits
  };
  const auto c = GENERATE(Stream{"simple-evals", 1, "5e4df5bc5316ff59"}, Stream{"simple-evals", 4, "14d7279a5e24a3fd"},
                          Stream{"simple-evals", 8, "c84915f47b7f0e78"}, Stream{"simple-evals", 10, "ade98c2bb1182bbe"},
                          Stream{"gpt-oss", 1, "5e4df5bc5316ff59"}, Stream{"gpt-oss", 8, "c84915f47b7f0e78"},
                          Stream{"inspect@3-C", 1, "54fd9e4016b4d248"});
  const auto samples = gpqa_samples();
  if (!samples) return;
  CAPTURE(c.protocol, c.epochs);
  const Orders orders = draw_orders(preset(c.protocol), *samples, c.epochs);
  REQUIRE(orders.size() == static_cast<std::size_t>(c.epochs));
  CHECK(orders.front().size() == 198);
  CHECK_THAT(sha256_hex(digits(orders)), StartsWith(c.sha256));
}

TEST_CASE("every request for GPQA Diamond is the one that the peers' own code makes", "[protocol][gpqa]") {
  const auto samples = gpqa_samples();
  if (!samples) return;
  const auto text = read_file(TRIPOS_SOURCE_DIR "/tests/golden/gpqa_requests.json");
  REQUIRE(text.has_value());
  const auto golden = parse_json(*text, "gpqa_requests.json");
  REQUIRE(golden.has_value());
  for (const auto& expected : golden->at("requests")) {
    const Protocol protocol = preset(expected.at("protocol"));
    CAPTURE(protocol.name);
    CHECK(protocol.epochs == expected.at("epochs").get<int>());
    REQUIRE(check_samples(protocol, *samples).has_value());
    const Orders orders = draw_orders(protocol, *samples, protocol.epochs);
    CHECK(check_key_balance(key_balance(*samples, orders)).has_value());
    Sha256Stream prompts;
    std::string targets;
    for (int epoch = 0; epoch < protocol.epochs; ++epoch) {
      for (std::size_t row = 0; row < samples->size(); ++row) {
        const Request request = render(protocol, (*samples)[row], epoch, orders[epoch][row]);
        prompts.update(request.messages.back().content);
        prompts.update(std::string_view("\0", 1));
        targets += request.target;
      }
    }
    CHECK(to_hex(prompts.finish()) == expected.at("prompts").get<std::string>());
    CHECK(sha256_hex(targets) == expected.at("targets").get<std::string>());
  }
}

TEST_CASE("the right choices of GPQA Diamond stand at A 56, B 47, C 47 and D 48 times under simple-evals",
          "[protocol][gpqa]") {
  const auto samples = gpqa_samples();
  if (!samples) return;
  const auto balance = key_balance(*samples, draw_orders(preset("simple-evals"), *samples, 1));
  CHECK(balance.observed == std::vector<int>{56, 47, 47, 48});
}

}  // namespace
}  // namespace tripos::protocol
