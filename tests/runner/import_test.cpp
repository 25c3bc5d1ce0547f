#include "harness/runner/import.h"

#include <fstream>

#include "harness/runner/runner.h"
#include "tests/catch.h"
#include "tests/support/temp_dir.h"

namespace tripos::runner {
namespace {

using test::TempDir;

std::unique_ptr<store::Store> open_store(const TempDir& folder, const std::string& name = "t.db") {
  auto opened = store::Store::open(folder / name, store::Store::Mode::kReadWrite);
  REQUIRE(opened.has_value());
  return std::move(*opened);
}

std::filesystem::path write(const TempDir& folder, const std::string& name, const std::string& content) {
  std::ofstream(folder / name) << content;
  return folder / name;
}

constexpr const char* kProblems =
    R"({"task":"sums","problem_id":"s/1","problem":"1+1?","gold":"2"}
{"task":"sums","problem_id":"s/2","problem":"2+2?","gold":"4"}
{"task":"other","problem_id":"o/1","problem":"3+3?","gold":"6"}
)";

std::string row(const std::string& id, const std::string& response, int index = 0) {
  return R"({"task":"sums","problem_id":")" + id + R"(","model":"m","sample_index":)" + std::to_string(index) +
         R"(,"response":")" + response + R"(","gold":"2"})" + "\n";
}

TEST_CASE("importing the same recordings twice adds nothing", "[runner][import]") {
  const TempDir folder;
  const auto store = open_store(folder);
  const auto problems = write(folder, "p.jsonl", kProblems);
  const auto recordings = write(folder, "r.jsonl", row("s/1", "2") + row("s/2", "5") + row("s/2", "4", 1));
  const auto first = import_recordings(*store, recordings, {.problems = problems});
  REQUIRE(first.has_value());
  REQUIRE(first->runs.size() == 1);
  CHECK(first->runs[0].added == 3);
  const auto second = import_recordings(*store, recordings, {.problems = problems});
  REQUIRE(second.has_value());
  CHECK(second->runs[0].added == 0);
  CHECK(second->runs[0].run_id == first->runs[0].run_id);
}

TEST_CASE("a row is matched to a sample of another task where its own lacks it", "[runner][import]") {
  const TempDir folder;
  const auto store = open_store(folder);
  const auto problems = write(folder, "p.jsonl", kProblems);
  const auto recordings = write(folder, "r.jsonl", row("s/1", "2") + row("o/1", "6"));
  const auto summary = import_recordings(*store, recordings, {.problems = problems});
  REQUIRE(summary.has_value());
  CHECK(summary->runs[0].task == "sums");
  CHECK(summary->runs[0].added == 2);
}

TEST_CASE("recordings in error leave nothing of their run in the store", "[runner][import]") {
  const TempDir folder;
  const auto store = open_store(folder);
  const auto problems = write(folder, "p.jsonl", kProblems);
  const auto fault = [&](const std::string& rows) {
    const auto summary = import_recordings(*store, write(folder, "r.jsonl", rows), {.problems = problems});
    REQUIRE_FALSE(summary.has_value());
    CHECK(store->runs()->empty());
    return summary.error().message;
  };
  CHECK(fault(row("s/1", "2") + row("s/9", "2")).find("no sample \"s/9\" in task sums") != std::string::npos);
  CHECK(fault(row("s/1", "2") + row("s/1", "3")).find("two different responses of m to sample s/1") !=
        std::string::npos);
  CHECK(fault("").find("no response") != std::string::npos);
}

// Accuracy in percent, to two decimals, of recordings of the shared data under a protocol.
std::string accuracy(store::Store& store, const std::string& task, AnswerKind kind, const std::string& protocol) {
  const auto found = protocol::find_protocol(protocol, kind);
  REQUIRE(found.has_value());
  const auto runs = store.runs();
  for (const store::Run& run : *runs) {
    if (run.spec.task != task) continue;
    REQUIRE(score_run(store, run.id, *found, false, 2).has_value());
    const auto cells = store.cells(task);
    int responses = 0;
    int correct = 0;
    for (const auto& sample : cells->back().samples) {
      responses += sample.responses;
      correct += sample.correct;
    }
    char text[32];
    std::snprintf(text, sizeof text, "%.2f", 100.0 * correct / responses);
    return text;
  }
  return "no run";
}

TEST_CASE("recorded verdicts of real responses are reproduced", "[runner][import]") {
  const std::filesystem::path shared = std::filesystem::path(TRIPOS_SHARED_DIR) / "data/responses";
  if (!std::filesystem::exists(shared)) {
    WARN("skipped: no recorded responses beside this checkout");
    return;
  }
  const TempDir folder;
  const auto store = open_store(folder);
  const ImportOptions options{.problems = shared / "problems.jsonl.gz"};
  REQUIRE(import_recordings(*store, shared / "gpt-4o-mini-2024-07-18.jsonl.gz", options).has_value());
  REQUIRE(import_recordings(*store, shared / "Yi-6b-Chat.jsonl.gz", options).has_value());
  CHECK(accuracy(*store, "math-l5", AnswerKind::kMath, "zeroeval") == "52.15");
  CHECK(accuracy(*store, "gsm8k", AnswerKind::kMath, "zeroeval") == "94.24");
  CHECK(accuracy(*store, "mmlu-pro-stem", AnswerKind::kChoice, "mmlu-pro") == "22.43");
}

}  // namespace
}  // namespace tripos::runner
