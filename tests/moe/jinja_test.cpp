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
  CHECK(compared > 3000);
}

TEST_CASE("errors name the template, the line and the cause", "[moe][jinja]") {
  struct Case {
    std::string_view source;
    std::string_view message;
  };
  const auto c = GENERATE(values<Case>({
      {"a\n{{ x | nope }}", "chat.jinja:2: the filter \"nope\" is not supported"},
      {"a\n\n{{ x.y }}", "chat.jinja:3: \"x\" is undefined"},
      {"{% if 1 %}", "chat.jinja:1: expected \"{% endif %}\", found the end of the template"},
      {"\n{{ raise_exception('no tools') }}", "chat.jinja:2: the template refuses: no tools"},
      {"{{ strftime_now('%Y') }}", "chat.jinja:1: the template asks for the date"},
      {"\n{{ 1", "chat.jinja:2: \"{{\" is never closed"},
      // What Jinja has and no chat template uses.
      {"\n{{ [1]|batch(2) }}", "chat.jinja:2: the filter \"batch\" is not supported"},
      {"{{\n1 is callable }}", "chat.jinja:2: the test \"callable\" is not supported"},
      {"\n{{ 'a'.center(9) }}", "chat.jinja:2: the method \"center\" of a str is not supported"},
      {"\n{{ [1].index(1) }}", "chat.jinja:2: the method \"index\" of a list is not supported"},
      {"\n{{ 'a'.strip }}", "chat.jinja:2: \"strip\" of a str is a method, and it is not called"},
      {"\n{{ 2 ** 3 }}", "chat.jinja:2: expected \"}}\", found \"**\""},
      {"\n{{ 1 < 2 < 3 }}", "chat.jinja:2: chained comparisons are not supported"},
      {"\n{{ [1] * 3 }}", "chat.jinja:2: no operation list * int"},
      {"\n{{ 1.5 // 1 }}", "chat.jinja:2: no operation float // float"},
      {"\n{{ 1e3 }}", "chat.jinja:2: the number 1e3 is not supported"},
      {"\n{{ 'nan'|float }}", "chat.jinja:2: the number nan is not supported"},
      {"\n{{ 1|round(method='ceil') }}", "chat.jinja:2: round() has no parameter \"method\""},
      {"\n{{ {}|tojson(sort_keys=true) }}", "chat.jinja:2: tojson() has no parameter \"sort_keys\""},
      {"\n{% for x in [1] %}\n{{ loop.cycle(1) }}{% endfor %}", "chat.jinja:3: \"loop.cycle\" is not supported"},
      {"\n{{ cycler(1) }}", "chat.jinja:2: \"cycler\" is not supported"},
      {"\n{% raw %}", "chat.jinja:2: the statement \"raw\" is not expected here, or not supported"},
      {"\n{% for x in [1] recursive %}", "chat.jinja:2: \"recursive\" loops are not supported"},
  }));
  CAPTURE(c.source);
  const Result<std::string> text = rendered(c.source, Json::object(), RenderOptions{});
  REQUIRE_FALSE(text.has_value());
  CHECK(text.error().message == c.message);
}

TEST_CASE("no template runs, grows or nests without end", "[moe][jinja]") {
  std::string nested_lists =
      "{% set ns = namespace(x=[]) %}{% for i in range(99999) %}{% set ns.x = [ns.x] %}{% endfor %}";
  const std::vector<std::string> sources = {
      "{{ " + std::string(100'000, '(') + "1" + std::string(100'000, ')') + " }}",
      "{{ " + std::string(100'000, '-') + "1 }}",
      "{{ 1" + replace_all(std::string(50'000, '.'), ".", "+1") + " }}",
      "{{ x" + replace_all(std::string(50'000, '.'), ".", ".a") + " }}",
      replace_all(std::string(5'000, '.'), ".", "{% if 1 %}"),
      "{% set " + std::string(100'000, '(') + "x = 1 %}",
      "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
      "{% macro m() %}{% for i in [1] %}{{ [m()] }}{% endfor %}{% endmacro %}{{ m() }}",
      "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}",
      "{% set ns = namespace(x='ab') %}{% for i in range(99) %}{% set ns.x = ns.x + ns.x %}{% endfor %}",
      "{% set ns = namespace(x=['ab']) %}{% for i in range(90) %}{% set ns.x = [ns.x, ns.x] %}{% endfor %}{{ ns.x }}",
      "{% set ns = namespace(x='aaaaaaaaaaaaaaaa') %}{% for i in range(9) %}{% set ns.x = ns.x|replace('a', ns.x) %}"
      "{% endfor %}",
      "{{ 'ab' * 999999999999 }}",
      "{{ '' * 999999999999 }}",
      "{{ range(99999)|join(range(99999)|join) }}",
      "{{ [1]|tojson(indent=999999999999) }}",
      "{{ 'a'|indent(999999999999) }}",
      "{{ range(999999999999) }}",
      nested_lists,
  };
  RenderOptions options;
  options.max_steps = 2'000'000;
  for (const std::string& source : sources) {
    CAPTURE(source.substr(0, 100));
    CHECK_FALSE(rendered(source, Json::object(), options).has_value());
  }
}

TEST_CASE("the text of a rendering is bounded", "[moe][jinja]") {
  RenderOptions options;
  options.max_output_bytes = 10;
  CHECK(rendered("{{ 'aaaaa' ~ 'aaaaa' }}", Json::object(), options) == "aaaaaaaaaa");
  CHECK_FALSE(rendered("{{ 'aaaaa' ~ 'aaaaaa' }}", Json::object(), options).has_value());
}

TEST_CASE("variables that are no data of Python are refused", "[moe][jinja]") {
  const auto fails = [](const Json& variables) { return !rendered("x", variables, RenderOptions{}).has_value(); };
  CHECK(fails(Json::array()));
  CHECK(fails({{"x", "\xff"}}));
  CHECK(fails({{"x", 18446744073709551615u}}));
  Json nested = 1;
  for (int i = 0; i < 200; ++i) nested = Json::array({nested});
  CHECK(fails({{"x", nested}}));
}

}  // namespace
}  // namespace tripos::moe::jinja
