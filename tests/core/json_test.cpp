#include "harness/core/json.h"

#include <limits>
#include <nlohmann/json.hpp>

#include "tests/catch.h"

namespace tripos {
namespace {

using nlohmann::json;

std::string canonical(std::string_view text) {
  const auto value = parse_json(text, "test");
  return value ? canonical_json(*value) : "error: " + value.error().message;
}

TEST_CASE("canonical_json has one form for each value", "[core][json]") {
  struct Case {
    const char* text;
    const char* expected;
  };
  const auto c =
      GENERATE(Case{R"( {"b" : 1, "a":[ true, null ]} )", R"({"a":[true,null],"b":1})"},
               Case{R"({"é":1,"z":2,"Z":3,"":4})", R"({"":4,"Z":3,"z":2,"é":1})"},  // by bytes, not by any locale
               Case{R"("\u00e9\u2028\/\ud83d\ude00")", "\"é\u2028/😀\""},
               Case{R"("\u0000\u001f\t\n\"\\\u007f")", "\"\\u0000\\u001f\\t\\n\\\"\\\\\x7f\""}, Case{"0.1", "0.1"},
               Case{"1.0", "1.0"}, Case{"1", "1"}, Case{"1e2", "100.0"}, Case{"-0.0", "-0.0"},
               Case{"0.30000000000000004", "0.30000000000000004"}, Case{"5e-324", "5e-324"},
               Case{"18446744073709551615", "18446744073709551615"},
               Case{"-9223372036854775808", "-9223372036854775808"}, Case{"\xef\xbb\xbf[]", "[]"});
  CAPTURE(c.text);
  CHECK(canonical(c.text) == c.expected);
  CHECK(canonical(c.expected) == c.expected);
}

TEST_CASE("canonical_json repairs ill-formed UTF-8 and has no word for infinity", "[core][json]") {
  CHECK(canonical_json(json("a\x80z")) == "\"a\xef\xbf\xbdz\"");
  CHECK(canonical_json(json("\xe2\x82")) == "\"\xef\xbf\xbd\"");
  CHECK(canonical_json(json(std::numeric_limits<double>::infinity())) == "null");
}

TEST_CASE("parse_json says where the text is wrong and never quotes it", "[core][json]") {
  struct Case {
    const char* text;
    const char* expected;
  };
  const auto c = GENERATE(
      Case{"", "f.jsonl:3: JSON ends early, after 0 bytes"},
      Case{"{\"a\":", "f.jsonl:3: JSON ends early, after 5 bytes"},
      Case{"\"abc", "f.jsonl:3: JSON ends early, after 4 bytes"},
      Case{"{\"secret\" 1}", "f.jsonl:3: not valid JSON at byte 11"},
      Case{"[1] 2", "f.jsonl:3: not valid JSON at byte 5"}, Case{"nan", "f.jsonl:3: not valid JSON at byte 2"},
      Case{"{'a':1}", "f.jsonl:3: not valid JSON at byte 2"}, Case{"[1,]", "f.jsonl:3: not valid JSON at byte 4"},
      Case{"// note\n1", "f.jsonl:3: not valid JSON at byte 1"},
      Case{"\"\xff\"", "f.jsonl:3: not valid JSON at byte 2"},          // not UTF-8
      Case{"\"\xed\xa0\x80\"", "f.jsonl:3: not valid JSON at byte 3"},  // a surrogate in UTF-8
      Case{"\"\\ud800\"", "f.jsonl:3: not valid JSON at byte 8"},       // half a pair
      Case{"\"a\nb\"", "f.jsonl:3: not valid JSON at byte 3"},
      Case{"1e999", "f.jsonl:3: not valid JSON: a number is out of range"});
  CAPTURE(c.text);
  const auto value = parse_json(c.text, "f.jsonl:3");
  REQUIRE(!value);
  CHECK(value.error().kind == Error::Kind::kData);
  CHECK(value.error().message == c.expected);
}

TEST_CASE("JSON may nest 128 levels deep and no deeper", "[core][json]") {
  const auto nested = [](int depth, const char* open, const char* close) {
    std::string text;
    for (int i = 0; i < depth; ++i) text += open;
    text += "1";
    for (int i = 0; i < depth; ++i) text += close;
    return text;
  };
  CHECK(parse_json(nested(kMaxJsonDepth, "[", "]"), "f"));
  CHECK(parse_json(nested(kMaxJsonDepth, "{\"a\":", "}"), "f"));
  CHECK(canonical(nested(kMaxJsonDepth + 1, "[", "]")) == "error: test: JSON nested more than 128 levels deep");
  CHECK(!parse_json(nested(kMaxJsonDepth + 1, "{\"a\":", "}"), "f"));
  CHECK(!parse_json(std::string(10'000'000, '['), "f"));
}

TEST_CASE("Brackets inside strings and closed ones do not count as depth", "[core][json]") {
  CHECK(parse_json("\"" + std::string(1000, '[') + "\"", "f"));
  CHECK(parse_json("\"\\\"" + std::string(1000, '{') + "\\\\\"", "f"));
  std::string many = "[[]";
  for (int i = 0; i < 1000; ++i) many += ",[{}]";
  CHECK(parse_json(many + "]", "f"));
}

TEST_CASE("U+2028 is an ordinary character inside a JSON string", "[core][json]") {
  const auto value = parse_json("{\"a\":\"x\u2028y\"}", "f");
  REQUIRE(value);
  CHECK(value->at("a").get<std::string>() == "x\u2028y");
}

}  // namespace
}  // namespace tripos
