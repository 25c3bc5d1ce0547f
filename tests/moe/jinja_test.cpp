#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <vector>

#include "backends/moe/jinja/template.h"
#include "harness/core/file.h"
#include "harness/core/text.h"
#include "tests/catch.h"

namespace tripos::moe::jinja {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::uint64_t kMaxGoldenBytes = std::uint64_t{64} << 20;

RenderOptions with_date() {
  using namespace std::chrono_literals;
  RenderOptions options;
  options.now = std::chrono::sys_days{std::chrono::year{2025} / 7 / 4} + 9h + 5min + 7s;
  return options;
}

Result<std::string> rendered(std::string_view source, const Json& variables, const RenderOptions& options) {
  const Result<Template> parsed = Template::parse(source, "chat.jinja");
  if (!parsed) return tl::unexpected(parsed.error());
  return parsed->render(variables, options);
}

std::vector<Json> golden_rows() {
  const auto packed = read_file(TRIPOS_SOURCE_DIR "/tests/golden/jinja_cases.jsonl.gz");
  REQUIRE(packed.has_value());
  const auto text = gunzip(*packed, "jinja_cases.jsonl.gz", kMaxGoldenBytes);
  REQUIRE(text.has_value());
  std::vector<Json> rows;
  for (const std::string_view line : split_lines(*text)) rows.push_back(Json::parse(line));
  return rows;
}

TEST_CASE("templates render as Jinja2 renders them, and fail where it fails", "[moe][jinja]") {
  std::vector<Json> conversations;
  std::size_t compared = 0;
  for (const Json& row : golden_rows()) {
    if (!row.contains("template")) {
      conversations.push_back(row["conversation"]);
      continue;
    }
    const auto source = row["template"].get<std::string>();
    const auto number = row["conversation"].get<std::size_t>();
    const Result<std::string> text = rendered(source, conversations.at(number), with_date());
    CAPTURE(source, number, text ? *text : text.error().message);
    ++compared;
    if (row["text"].is_null()) {
      CHECK_FALSE(text.has_value());
    } else {
      CHECK(text.value_or("an error") == row["text"].get<std::string>());
    }
  }
  CHECK(compared > 4500);
}

}  // namespace
}  // namespace tripos::moe::jinja
