#include "backends/recordings.h"

#include "harness/core/file.h"
#include "tests/catch.h"
#include "tests/support/temp_dir.h"

namespace tripos::backends {
namespace {

using test::TempDir;

Result<std::vector<Recording>> read(const TempDir& folder, std::string_view content) {
  REQUIRE(write_file(folder / "r.jsonl", content).has_value());
  std::vector<Recording> rows;
  const Result<void> visited = visit_recordings(folder / "r.jsonl", [&](Recording row) -> Result<void> {
    rows.push_back(std::move(row));
    return {};
  });
  if (!visited) return tl::unexpected(visited.error());
  return rows;
}

TEST_CASE("a row is read under both names of its fields", "[backends][recordings]") {
  const TempDir folder;
  const auto rows =
      read(folder, R"({"task":"t","problem_id":"p/1","model":"m","sample_index":2,"gold":"7",)"
                   R"("temperature":0.5,"max_tokens":9,"response":"so 7","stop":"length"})"
                   "\n\n"
                   R"({"sample":"p/2","epoch":1,"response":"","delay_ms":5,"fail":"rate","fail_times":3})");
  REQUIRE(rows.has_value());
  REQUIRE(rows->size() == 2);
  const Recording& first = rows->at(0);
  CHECK(first.task == "t");
  CHECK(first.sample_id == "p/1");
  CHECK(first.model == "m");
  CHECK(first.epoch == 2);
  CHECK(first.gold == "7");
  CHECK(first.temperature == 0.5);
  CHECK(first.max_tokens == 9);
  CHECK(first.response.text == "so 7");
  CHECK(first.response.stop == StopClass::kLength);
  CHECK(first.response.served_model == "m");
  CHECK_FALSE(first.failure.has_value());
  const Recording& second = rows->at(1);
  CHECK(second.sample_id == "p/2");
  CHECK(second.epoch == 1);
  CHECK(second.response.stop == StopClass::kStop);
  CHECK(second.delay.count() == 5);
  CHECK(second.failure == FailureClass::kRate);
  CHECK(second.fail_times == 3);
}

TEST_CASE("a word for the end that nobody knows is not taken for an end", "[backends][recordings]") {
  const TempDir folder;
  const auto rows = read(folder, R"({"sample":"p","response":"x","stop":"bored"})");
  REQUIRE(rows.has_value());
  CHECK(rows->at(0).response.stop == StopClass::kUnknown);
  CHECK(rows->at(0).response.stop_raw == "bored");
}

TEST_CASE("a row that cannot be used is named with its line and its value", "[backends][recordings]") {
  struct Case {
    const char* row;
    const char* message;
  };
  const auto c = GENERATE(values<Case>({
      {"{", "r.jsonl:2: "},
      {"[]", "r.jsonl:2: expected a JSON object"},
      {R"({"response":"x"})", "r.jsonl:2: no sample id"},
      {R"({"sample":7,"response":"x"})", "field \"sample\" must be a string, got 7"},
      {R"({"sample":"p"})", "no field \"response\""},
      {R"({"sample":"p","response":["x"]})", "field \"response\" must be a string, got [\"x\"]"},
      {R"({"sample":"p","response":"x","epoch":-1})", "field \"epoch\" must be a whole number from 0 to"},
      {R"({"sample":"p","response":"x","epoch":1.5})", "got 1.5"},
      {R"({"sample":"p","response":"x","epoch":99999999999})", "got 99999999999"},
      {R"({"sample":"p","response":"x","temperature":"hot"})", "field \"temperature\" must be a number, got \"hot\""},
      {R"({"sample":"p","response":"x","delay_ms":86400001})", "from 0 to 86400000"},
      {R"({"sample":"p","fail":"transiant"})", "unknown failure \"transiant\""},
  }));
  const TempDir folder;
  const auto rows = read(folder, std::string("{\"sample\":\"a\",\"response\":\"b\"}\n") + c.row + "\n");
  REQUIRE_FALSE(rows.has_value());
  CHECK(rows.error().kind == Error::Kind::kData);
  CAPTURE(rows.error().message);
  CHECK(rows.error().message.find(c.message) != std::string::npos);
}

}  // namespace
}  // namespace tripos::backends
