#include <nlohmann/json.hpp>

#include "harness/core/text.h"
#include "tests/catch.h"
#include "tests/cli/program.h"
#include "tests/support/temp_dir.h"

namespace tripos::test {
namespace {

using Json = nlohmann::json;

Outcome grade(const std::string& input, const std::vector<std::string>& flags = {}) {
  const TempDir folder;
  std::vector<std::string> arguments = {"grade", "-"};
  arguments.insert(arguments.end(), flags.begin(), flags.end());
  return run({.arguments = arguments, .input = input, .folder = folder.path()});
}

std::vector<Json> rows_of(const std::string& out) {
  std::vector<Json> rows;
  for (const std::string_view line : split_lines(out)) rows.push_back(Json::parse(line, nullptr, false));
  return rows;
}

TEST_CASE("grade judges answers and responses, mathematics and choices", "[cli][grade]") {
  const Outcome outcome =
      grade(R"({"id": 1, "gold": "18", "prediction": "18", "kind": "answer"})"
            "\n"
            R"({"id": "b", "gold": "18", "prediction": "so it is \\boxed{19}.", "kind": "response"})"
            "\n"
            R"({"id": "c", "gold": "C", "prediction": "Answer: C", "kind": "response", "choices": 4})"
            "\n\n"
            R"({"id": {"row": 4}, "gold": "B", "prediction": "A", "kind": "answer", "choices": 4})"
            "\n"
            R"({"id": null, "gold": "18", "prediction": "", "kind": "response"})");
  CAPTURE(outcome.err);
  REQUIRE(outcome.exit == 0);
  const std::vector<Json> rows = rows_of(outcome.out);
  REQUIRE(rows.size() == 5);
  CHECK(rows[0]["id"] == 1);
  CHECK(rows[0]["verdict"] == "equal");
  CHECK(rows[0]["extracted"] == "18");
  CHECK(rows[0]["rule"].is_string());
  CHECK(rows[1]["verdict"] == "different");
  CHECK(rows[1]["extracted"] == "19");
  CHECK(rows[2]["verdict"] == "equal");
  CHECK(rows[3]["id"] == Json{{"row", 4}});
  CHECK(rows[3]["verdict"] == "different");
  CHECK(rows[4]["verdict"] == "no_answer");
  CHECK(rows[4].size() == 4);
}

TEST_CASE("grade keeps the order of many lines", "[cli][grade]") {
  constexpr int kLines = 30'000;
  std::string input;
  for (int i = 0; i < kLines; ++i) {
    input += R"({"id": )" + std::to_string(i) + R"(, "gold": ")" + std::to_string(i) + R"(", "prediction": ")" +
             std::to_string(i + i % 2) + R"(", "kind": "answer"})" + "\n";
  }
  const Outcome outcome = grade(input);
  REQUIRE(outcome.exit == 0);
  const std::vector<Json> rows = rows_of(outcome.out);
  REQUIRE(rows.size() == kLines);
  bool in_order = true;
  for (int i = 0; i < kLines; ++i) {
    in_order = in_order && rows[i]["id"] == i && rows[i]["verdict"] == (i % 2 == 0 ? "equal" : "different");
  }
  CHECK(in_order);
}

TEST_CASE("a bad line ends grade with its number, after the lines before it", "[cli][grade]") {
  const std::string good = R"({"id": 1, "gold": "1", "prediction": "1", "kind": "answer"})";
  struct Case {
    std::string line;
    std::string error;
  };
  const auto c = GENERATE(values<Case>({
      {"{", "stdin:2"},
      {"[]", "stdin:2: not a JSON object"},
      {R"({"gold": "1", "prediction": "1", "kind": "answer"})", "stdin:2: field \"id\" is missing"},
      {R"({"id": 1, "prediction": "1", "kind": "answer"})", "stdin:2: field \"gold\" is missing"},
      {R"({"id": 1, "gold": 1, "prediction": "1", "kind": "answer"})", "stdin:2: field \"gold\" must be text"},
      {R"({"id": 1, "gold": "1", "prediction": "1", "kind": "anwser"})", "\"kind\" must be"},
      {R"({"id": 1, "gold": "A", "prediction": "A", "kind": "answer", "choices": 27})", "\"choices\" must be"},
      {R"({"id": 1, "gold": "A", "prediction": "A", "kind": "answer", "choices": "4"})", "\"choices\" must be"},
      {"{\"id\": 1, \"gold\": \"\xff\", \"prediction\": \"1\", \"kind\": \"answer\"}", "stdin:2"},
  }));
  CAPTURE(c.line);
  const Outcome outcome = grade(good + "\n" + c.line + "\n" + good + "\n");
  CHECK(outcome.exit == 2);
  CHECK(rows_of(outcome.out).size() == 1);
  CAPTURE(outcome.err);
  CHECK(outcome.err.find(c.error) != std::string::npos);
}

TEST_CASE("a protocol for one kind of answer refuses rows of the other", "[cli][grade]") {
  const Outcome outcome =
      grade(R"({"id": 1, "gold": "A", "prediction": "A", "kind": "answer", "choices": 4})", {"--protocol", "zeroeval"});
  CHECK(outcome.exit == 2);
  CHECK(outcome.err.find("judges mathematics only") != std::string::npos);
}

TEST_CASE("grade of nothing is nothing, and a missing file is an error", "[cli][grade]") {
  const Outcome nothing = grade("");
  CHECK(nothing.exit == 0);
  CHECK(nothing.out.empty());
  const TempDir folder;
  const Outcome missing = run({.arguments = {"grade", "no.jsonl"}, .folder = folder.path()});
  CHECK(missing.exit == 1);
  CHECK(missing.err.find("no.jsonl") != std::string::npos);
}

}  // namespace
}  // namespace tripos::test
