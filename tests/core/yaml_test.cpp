#include "harness/core/yaml.h"

#include "harness/core/yaml_document.h"
#include "tests/catch.h"

namespace tripos {
namespace {

using Catch::Matchers::StartsWith;

YamlNode parsed(std::string_view text) {
  auto node = YamlNode::parse(text, "t.yaml");
  if (!node) FAIL(node.error().message);
  return *std::move(node);
}

// Message and hint of an error as one text.
template <typename T>
std::string error_of(const Result<T>& result) {
  if (result) return "no error";
  CHECK(result.error().kind == Error::Kind::kConfig);
  return result.error().message + (result.error().hint.empty() ? "" : " | " + result.error().hint);
}

TEST_CASE("maps, lists and scalars are read in block and flow form", "[core][yaml]") {
  const YamlNode root =
      parsed("a: 1\nb: [x, {c: d}]\ne:\n  f: |-\n    two\n    lines\n  g: >-\n    one\n    line\nnone: ~\n");
  CHECK(root.is_map());
  CHECK(root.keys() == std::vector<std::string>{"a", "b", "e", "none"});
  CHECK(root.get("a")->integer(0, 9) == 1);
  const auto list = root.get("b")->list();
  REQUIRE(list);
  REQUIRE(list->size() == 2);
  CHECK((*list)[0].string() == "x");
  CHECK((*list)[1].get("c")->string() == "d");
  CHECK(root.get("e")->get("f")->string() == "two\nlines");
  CHECK(root.get("e")->get("g")->string() == "one line");
  CHECK(!root.find("none"));
  CHECK(!root.find("absent"));
  CHECK(parsed("").is_null());
  CHECK(parsed("text").is_scalar());
}

TEST_CASE("text is what stands there, whatever YAML makes of it elsewhere", "[core][yaml]") {
  struct Case {
    const char* yaml;
    const char* expected;
  };
  const auto c = GENERATE(Case{"no", "no"}, Case{"1.10", "1.10"}, Case{"2024-07-09", "2024-07-09"},
                          Case{"0x10", "0x10"}, Case{"'it''s'", "it's"}, Case{R"("\u00e9\n")", "\u00e9\n"},
                          Case{"'null'", "null"}, Case{"\u6570\u5b66", "\u6570\u5b66"}, Case{"a # note", "a"},
                          Case{"a#b", "a#b"}, Case{"\\boxed{}", "\\boxed{}"});
  CAPTURE(c.yaml);
  CHECK(parsed(std::string("key: ") + c.yaml).get("key")->string() == c.expected);
}

TEST_CASE("numbers and truth values are plain and whole", "[core][yaml]") {
  CHECK(parsed("-7").integer(-10, 10) == -7);
  CHECK(parsed("9223372036854775807").integer(0, INT64_MAX) == INT64_MAX);
  CHECK(parsed("1e-3").number() == 0.001);
  CHECK(parsed("true").boolean() == true);
  CHECK(parsed("false").boolean() == false);
  for (const char* text : {"'1'", "1.0", "0x1", "1 2", "+1", "9223372036854775808", "x", "~", "[1]", "11"}) {
    CAPTURE(text);
    CHECK(!parsed(text).integer(0, 10));
  }
  for (const char* text : {"'1'", "inf", "nan", "1e999", "1.5x", "~", "{a: 1}"}) {
    CAPTURE(text);
    CHECK(!parsed(text).number());
  }
  for (const char* text : {"yes", "True", "'true'", "1", "~"}) {
    CAPTURE(text);
    CHECK(!parsed(text).boolean());
  }
}

constexpr const char* kOpenQuote =
    "this quote is never closed | inside '...' a quote is doubled, inside \"...\" it is \\\"";

TEST_CASE("what a document may not hold is an error at its place", "[core][yaml]") {
  struct Case {
    std::string yaml;
    std::string expected;
  };
  const auto c =
      GENERATE(Case{"a: 1\nb: 2\na: 3\n", "t.yaml:3:1: \"a\" is set twice"},
               Case{"a: &x 1\n", "t.yaml:1:4: anchors (&) are not read"},
               Case{"a: *x\n", "t.yaml:1:4: aliases (*) are not read"},
               Case{"a: !!str 1\n", "t.yaml:1:4: tags (!) are not read"},
               Case{"a: 1\n---\nb: 2\n", "t.yaml:2:1: text after the end of the document | write one document a file"},
               Case{"[a]: 1\n", "t.yaml:1:1: a key must be text"},
               Case{"a: 1\nb\n", "t.yaml:2:1: expected \":\" after \"b\" | or a bracket is not closed"},
               Case{"\u00e9\u00e9: \xff\n", "t.yaml:1:5: not UTF-8 | save the file as UTF-8"},
               Case{"a: \x04\n", "t.yaml:1:4: control character 0x04"},
               Case{"a: 1\rb: 2\n", "t.yaml:1:5: control character 0x0d"},
               Case{std::string("a\0b", 3), "t.yaml:1:2: control character 0x00"},
               Case{"a: \"\\N\"\n", "t.yaml:1:4: the escapes \\N and \\_ are not read | write \\u0085 or \\u00a0"},
               Case{"a: 'it''s\nb: 1\n", std::string("t.yaml:1:4: ") + kOpenQuote},
               Case{"a: \"x\\\"\n", std::string("t.yaml:1:4: ") + kOpenQuote},
               Case{std::string(kMaxYamlDepth + 1, '[') + std::string(kMaxYamlDepth + 1, ']'),
                    "t.yaml:1:33: nested more than 32 levels deep"},
               Case{std::string(kMaxYamlBytes + 1, ' '), "t.yaml: larger than 1048576 bytes"});
  CAPTURE(c.yaml.substr(0, 40));
  CHECK(error_of(YamlNode::parse(c.yaml, "t.yaml")) == c.expected);
}

TEST_CASE("broken YAML is an error with a place and a hint", "[core][yaml]") {
  for (const char* text : {"a: [1\n", "a: {b\n", "a: b: c\n", "a: \"\\q\"\n", "- a\nb: 1\n", "\ta: 1\n", "a: @b\n"}) {
    CAPTURE(text);
    const auto node = YamlNode::parse(text, "t.yaml");
    REQUIRE(!node);
    CHECK_THAT(node.error().message, StartsWith("t.yaml:"));
    CHECK(!node.error().hint.empty());
  }
}

TEST_CASE("an unknown key is named with the one that was meant, or with all there are", "[core][yaml]") {
  const YamlNode root = parsed("name: x\nepohcs: 4\n");
  CHECK(error_of(root.check_keys({"name", "epochs"})) ==
        "t.yaml:2:1: unknown key \"epohcs\" | did you mean \"epochs\"?");
  CHECK(error_of(root.check_keys({"name", "kind"})) == "t.yaml:2:1: unknown key \"epohcs\" | known keys: name, kind");
  CHECK(root.check_keys({"name", "epohcs"}).has_value());
  CHECK(error_of(parsed("[a]").check_keys({"a"})) == "t.yaml:1:1: expected a map, found a list");
}

TEST_CASE("a value of the wrong type is shown where it stands", "[core][yaml]") {
  const YamlNode root = parsed("a: '4'\nb: [1]\nc: {d: " + std::string(60, 'x') + "}\ne:\n");
  CHECK(error_of(root.get("a")->integer(1, 9)) ==
        "t.yaml:1:4: expected a whole number from 1 to 9, found \"4\" | without quotes");
  CHECK(error_of(root.get("b")->string()) == "t.yaml:2:4: expected text, found a list");
  CHECK(error_of(root.get("c")->list()) == "t.yaml:3:4: expected a list, found a map");
  CHECK(error_of(root.get("c")->get("d")->number()) ==
        "t.yaml:3:8: expected a number, found \"" + std::string(40, 'x') + "...\"");
  CHECK(error_of(root.get("e")) == "t.yaml:1:1: \"e\" is missing");
  CHECK(error_of(root.get("b")->get("x")) == "t.yaml:2:4: expected a map, found a list");
}

TEST_CASE("a byte order mark and CRLF are no part of the text", "[core][yaml]") {
  const YamlNode root = parsed(
      "\xef\xbb\xbf"
      "a: x\r\nb: y\r\n");
  CHECK(root.get("a")->string() == "x");
  CHECK(root.get("b")->error("here").message == "t.yaml:2:4: here");
}

}  // namespace
}  // namespace tripos
