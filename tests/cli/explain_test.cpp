#include <nlohmann/json.hpp>

#include "harness/core/text.h"
#include "tests/catch.h"
#include "tests/cli/program.h"
#include "tests/support/temp_dir.h"

namespace tripos::test {
namespace {

using Json = nlohmann::json;

Outcome explain(std::vector<std::string> arguments) {
  const TempDir folder;
  arguments.insert(arguments.begin(), "explain");
  return run({.arguments = arguments, .folder = folder.path()});
}

TEST_CASE("explain shows both forms, the rule and what was forgiven", "[cli][explain]") {
  const Outcome outcome = explain({"5 \\text{ cm}", "0.05 \\text{ m}"});
  CHECK(outcome.exit == 0);
  for (const char* line : {"reference  5 \\text{ cm}\n", "read as    5 cm\n", "read as    0.05 m\n",
                           "rule       answer/", "note       a unit on one side, or converted\n", "verdict    equal"}) {
    CAPTURE(line, outcome.out);
    CHECK(contains(outcome.out, line));
  }
}

TEST_CASE("explain --json says the same to programs", "[cli][explain]") {
  const Json object = Json::parse(explain({"\\frac{1}{2}", "0.5", "--json"}).out);
  CHECK(object.at("schema") == 1);
  CHECK(object.at("verdict") == "equal");
  CHECK(object.at("reference_form") == "1/2");
  CHECK(object.at("answer_form") == "0.5");
  CHECK(object.at("flags") == "");
  CHECK_FALSE(object.contains("steps"));
}

TEST_CASE("explain --response shows what every extractor finds", "[cli][explain]") {
  const Json object = Json::parse(explain({"42", "First 6, then $\\boxed{42}$.", "--response", "--json"}).out);
  CHECK(object.at("rule") == "boxes/same text");
  REQUIRE(object.at("steps").size() == 7);
  CHECK(object.at("steps").at(0).at("extracted") == "42");
  CHECK(object.at("steps").at(2).at("rule") == "answer_marker/none");
  const Outcome outcome = explain({"42", "<think>\\boxed{42}", "--response"});
  CHECK(contains(outcome.out, "<think> is not closed"));
}

TEST_CASE("explain takes a protocol, and answers that begin with a minus sign", "[cli][explain]") {
  CHECK(contains(explain({"18", "-18", "--protocol", "zeroeval"}).out, "verdict    different"));
  CHECK(contains(explain({"--", "-\\frac{1}{2}", "-0.5"}).out, "verdict    equal"));
  const Outcome unknown = explain({"1", "1", "--protocol", "zeroevil"});
  CHECK(unknown.exit != 0);
  CHECK(contains(unknown.err, "zeroeval"));
  CHECK(explain({"1"}).exit != 0);
}

TEST_CASE("explain prints no control characters of an answer", "[cli][explain]") {
  const Outcome outcome = explain({"1", "\x1b[31m1\x07"});
  CHECK(outcome.out.find('\x1b') == std::string::npos);
  CHECK(outcome.out.find('\x07') == std::string::npos);
}

}  // namespace
}  // namespace tripos::test
