// The disk is full, at every write in turn.

#include <algorithm>
#include <set>

#include "tests/store/fixtures.h"

namespace tripos::store {
namespace {

using namespace test;
using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;

// What a store said it has.
struct Reported {
  std::set<std::string> texts;
  int scores = 0;
};

constexpr int kBatches = 4;
constexpr int kRows = 12;

std::vector<ImportedResponse> batch(int number) {
  std::mt19937 random(number);
  std::vector<ImportedResponse> rows;
  for (int i = 0; i < kRows; ++i) {
    rows.push_back(imported("s/" + std::to_string(i), number, make_response(random_text(random, 500))));
  }
  return rows;
}

// Imports and scores up to the first error, which is returned.
Result<void> work(Store& store, Reported& reported) {
  TRIPOS_TRY(const std::string run, store.begin_run(make_spec("m"), {}, make_samples(kRows)));
  for (int number = 0; number < kBatches; ++number) {
    const std::vector<ImportedResponse> rows = batch(number);
    TRIPOS_CHECK(store.import(run, rows));
    std::vector<ScoreRow> scores;
    for (const ImportedResponse& row : rows) {
      reported.texts.insert(row.response.text);
      scores.push_back({run, row.sample_id, row.epoch, {Verdict::kEqual, "1", "rule"}});
    }
    TRIPOS_CHECK(store.put_scores(make_scorer("p@1"), scores));
    reported.scores += kRows;
  }
  return {};
}

void check_kept(const Store& store, const Reported& reported) {
  std::set<std::string> texts;
  int scores = 0;
  for (const Run& run : value(store.runs())) {
    check_ok(
        store.visit_answers(run.id, make_scorer("").scoring_sha256, [&](std::vector<Answer> answers) -> Result<void> {
          for (const Answer& answer : answers) {
            texts.insert(answer.response.text);
            scores += answer.score ? 1 : 0;
          }
          return {};
        }));
  }
  CHECK(std::includes(texts.begin(), texts.end(), reported.texts.begin(), reported.texts.end()));
  CHECK(scores >= reported.scores);
}

TEST_CASE("whenever the disk fills up, what was stored stays and the same command goes on", "[store][full-disk]") {
  int failures = 0;
  for (rlim_t limit = 0;; limit += 5'003) {
    CAPTURE(limit);
    const TempDir folder;
    const fs::path path = folder / "t.db";
    Reported reported;
    const Result<void> done = [&]() -> Result<void> {
      const FileSizeLimit full(limit);
      TRIPOS_TRY(const auto store, Store::open(path, Store::Mode::kReadWrite));
      return work(*store, reported);
    }();
    if (!done) {
      CHECK(done.error().kind == Error::Kind::kStorage);
      CHECK_THAT(done.error().hint, Contains("repeat the command"));
      CHECK_THAT(done.error().message, StartsWith(path.string() + ": no room to write"));
      ++failures;
    }
    const auto store = open_writer(path);
    CHECK(integrity(path) == "ok");
    check_kept(*store, reported);
    check_ok(work(*store, reported));
    CHECK(value(store->finished(make_spec("m").id())).size() == kBatches * kRows);
    CHECK(integrity(path) == "ok");
    if (done) break;
  }
  CHECK(failures > 20);
}

TEST_CASE("a store goes on by itself once there is room again", "[store][full-disk]") {
  const TempDir folder;
  const auto store = open_writer(folder / "t.db");
  Reported reported;
  check_ok(store->begin_run(make_spec("m"), {}, make_samples(kRows)).map([](const std::string&) {}));
  for (int i = 0; i < 3; ++i) {
    const FileSizeLimit full(fs::file_size(folder / "t.db-wal") + 3'000);
    CHECK(!work(*store, reported));
  }
  check_ok(work(*store, reported));
  check_kept(*store, reported);
  CHECK(integrity(folder / "t.db") == "ok");
}

}  // namespace
}  // namespace tripos::store
