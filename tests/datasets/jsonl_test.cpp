#include "datasets/jsonl.h"

#include "tests/catch.h"

namespace tripos::datasets {
namespace {

using Catch::Matchers::StartsWith;

TEST_CASE("JSON Lines are split on LF only", "[datasets][jsonl]") {
  const auto records = parse_jsonl("{\"a\":\"x\xe2\x80\xa8y\x7f\"}\r\n\n{\"a\":\"z\"}", "t.jsonl");
  REQUIRE(records);
  REQUIRE(records->size() == 2);
  CHECK(std::get<std::string>((*records)[0].fields.at("a")) == "x\xe2\x80\xa8y\x7f");
  CHECK((*records)[1].line == 3);
}

TEST_CASE("scalars of JSON become text in their shortest form", "[datasets][jsonl]") {
  struct Case {
    const char* json;
    const char* expected;
  };
  const auto c = GENERATE(Case{"\"007\"", "007"}, Case{"27", "27"}, Case{"27.0", "27"}, Case{"-3", "-3"},
                          Case{"0.1", "0.1"}, Case{"18446744073709551615", "18446744073709551615"},
                          Case{"1e300", "1e+300"}, Case{"true", "true"}, Case{"-0.0", "0"});
  CAPTURE(c.json);
  const auto records = parse_jsonl(std::string("{\"a\":") + c.json + "}", "t.jsonl");
  REQUIRE(records);
  CHECK(std::get<std::string>(records->front().fields.at("a")) == c.expected);
}

TEST_CASE("lists of scalars are kept, null and nested values are left out", "[datasets][jsonl]") {
  const auto records =
      parse_jsonl(R"({"list":["x",2],"none":null,"object":{"a":1},"deep":[["x"]],"empty":[]})", "t.jsonl");
  REQUIRE(records);
  const auto& fields = records->front().fields;
  CHECK(fields.size() == 2);
  CHECK(std::get<std::vector<std::string>>(fields.at("list")) == std::vector<std::string>{"x", "2"});
  CHECK(std::get<std::vector<std::string>>(fields.at("empty")).empty());
}

TEST_CASE("a broken line is an error that names it", "[datasets][jsonl]") {
  struct Case {
    const char* text;
    const char* expected;
  };
  const auto c = GENERATE(Case{"{}\n{\"a\":\n", "t.jsonl:2: "}, Case{"[1]\n", "t.jsonl:1: expected a JSON object"},
                          Case{"{} {}\n", "t.jsonl:1: "}, Case{"7", "t.jsonl:1: expected a JSON object"});
  CAPTURE(c.text);
  const auto records = parse_jsonl(c.text, "t.jsonl");
  REQUIRE(!records);
  CHECK(records.error().kind == Error::Kind::kData);
  CHECK_THAT(records.error().message, StartsWith(c.expected));
}

}  // namespace
}  // namespace tripos::datasets
