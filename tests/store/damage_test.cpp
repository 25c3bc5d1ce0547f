// Files with bytes that nobody wrote: an error or what was stored, never a crash and never another text.

#include <fstream>
#include <set>

#include "tests/store/fixtures.h"

namespace tripos::store {
namespace {

using namespace test;

const std::vector<std::string>& texts() {
  static const std::vector<std::string> all = [] {
    std::mt19937 random(3);
    std::vector<std::string> made = {""};
    for (int i = 0; i < 24; ++i) made.push_back(random_text(random, i % 3 == 0 ? 3 : 600));
    return made;
  }();
  return all;
}

// A store with everything in it.
void make_store(const fs::path& path) {
  const auto store = open_writer(path);
  const std::string run = value(store->begin_run(make_spec("m"), {.protocol_yaml = texts()[1]}, make_samples(8)));
  std::vector<ImportedResponse> rows;
  std::vector<ScoreRow> scores;
  for (int i = 0; i < 24; ++i) {
    rows.push_back(imported("s/" + std::to_string(i % 8), i / 8, make_response(texts()[1 + i])));
    if (i % 5 == 0) rows.back().response.reasoning = texts()[24 - i];
    scores.push_back({run, rows.back().sample_id, rows.back().epoch, {Verdict::kEqual, "1", "rule"}});
  }
  value(store->import(run, rows));
  check_ok(store->put_scores(make_scorer("p@1"), scores));
  const auto journal = value(Journal::open(*store, run));
  const Request request{.sample_id = "s/0", .epoch = 9, .messages = {{"user", texts()[2]}}};
  const auto attempt = value(journal->claim({&request, 1})).at(0);
  journal->finish(attempt, tl::unexpected(Failure{FailureClass::kBadRequest, "no", 400, false}), [](Result<void>) {});
}

void check_text(const std::string& text) {
  static const std::set<std::string> known(texts().begin(), texts().end());
  CHECK(known.count(text) == 1);
}

// Reads all there is. Whether it succeeds does not matter.
void read_everything(const Store& store) {
  static_cast<void>(store.cells());
  static_cast<void>(store.questions("sums", std::string(64, 'd')));
  const auto runs = store.runs();
  if (!runs) return;
  for (const Run& run : *runs) {
    static_cast<void>(store.finished(run.id));
    static_cast<void>(store.find_run(run.id));
    check_text(run.details.protocol_yaml);
    static_cast<void>(store.visit_answers(run.id, make_scorer("").scoring_sha256, [](auto answers) -> Result<void> {
      for (const Answer& answer : answers) {
        check_text(answer.response.text);
        check_text(answer.response.reasoning);
      }
      return {};
    }));
    static_cast<void>(store.visit_responses(run.id, make_scorer("q@1", '2'), false, [](auto responses) -> Result<void> {
      for (const StoredResponse& response : responses) check_text(response.text);
      return {};
    }));
  }
}

void write_everything(Store& store) {
  static_cast<void>(store.begin_run(make_spec("m2"), {}, make_samples(9)));
  static_cast<void>(store.import(make_spec("m").id(), {imported("s/1", 7, make_response("more"))}));
  static_cast<void>(
      store.put_scores(make_scorer("q@1", '2'), {{make_spec("m").id(), "s/1", 0, {Verdict::kEqual, "1", "rule"}}}));
  const auto journal = Journal::open(store, make_spec("m").id());
  if (!journal) return;
  const Request request{.sample_id = "s/3", .epoch = 8};
  static_cast<void>((*journal)->claim({&request, 1}));
}

void use_damaged(const TempDir& folder, const std::string& bytes) {
  const fs::path path = folder / "damaged.db";
  std::ofstream(path, std::ios::binary) << bytes;
  if (const auto store = Store::open(path, Store::Mode::kReadOnly)) read_everything(**store);
  {
    const fs::path target = folder / "target.db";
    const auto store = open_writer(target);
    fill_run(*store, "kept", 2, 1);
    static_cast<void>(store->merge(path));
    CHECK(integrity(target) == "ok");
    CHECK(value(store->finished(make_spec("kept").id())).size() == 2);
  }
  if (const auto store = Store::open(path, Store::Mode::kReadWrite)) write_everything(**store);
  for (const char* name : {"damaged.db", "damaged.db-wal", "damaged.db-shm", "target.db"}) fs::remove(folder / name);
}

TEST_CASE("a store with damaged bytes gives errors or what was stored", "[store][damage]") {
  const TempDir folder;
  make_store(folder / "whole.db");
  const std::string whole = file_bytes(folder / "whole.db");
  std::mt19937 random(7);
  // The header and the schema take few bytes of the file and do the most harm: every second damage lies there.
  for (int i = 0; i < 200; ++i) {
    std::string damaged = whole;
    const std::size_t range = i % 2 == 0 ? 8192 : whole.size();
    const int count = 1 << random() % 6;
    for (int k = 0; k < count; ++k) damaged[random() % range] = static_cast<char>(random());
    CAPTURE(i);
    use_damaged(folder, damaged);
  }
}

TEST_CASE("a store with a page of zeros or of another place gives errors or what was stored", "[store][damage]") {
  const TempDir folder;
  make_store(folder / "whole.db");
  const std::string whole = file_bytes(folder / "whole.db");
  const std::size_t pages = whole.size() / 4096;
  for (std::size_t page = 0; page < pages; ++page) {
    CAPTURE(page);
    std::string zeros = whole;
    zeros.replace(page * 4096, 4096, std::string(4096, '\0'));
    use_damaged(folder, zeros);
    std::string swapped = whole;
    swapped.replace(page * 4096, 4096, whole.substr((page * 7 + 3) % pages * 4096, 4096));
    use_damaged(folder, swapped);
  }
}

TEST_CASE("a store that was cut off gives errors or what was stored", "[store][damage]") {
  const TempDir folder;
  make_store(folder / "whole.db");
  const std::string whole = file_bytes(folder / "whole.db");
  for (std::size_t size = 0; size < whole.size(); size += 2'047) {
    CAPTURE(size);
    use_damaged(folder, whole.substr(0, size));
  }
}

TEST_CASE("a damaged log loses its last commits at most", "[store][damage]") {
  const TempDir folder;
  const auto store = open_writer(folder / "t.db");
  fill_run(*store, "m", 5, 1);
  const std::string file = file_bytes(folder / "t.db");
  const std::string log = file_bytes(folder / "t.db-wal");
  REQUIRE(!log.empty());
  std::mt19937 random(11);
  for (int i = 0; i < 60; ++i) {
    std::string damaged = log;
    damaged[random() % log.size()] ^= static_cast<char>(1 + random() % 255);
    if (i % 4 == 0) damaged.resize(random() % log.size());
    std::ofstream(folder / "copy.db", std::ios::binary) << file;
    std::ofstream(folder / "copy.db-wal", std::ios::binary) << damaged;
    const auto copy = open_writer(folder / "copy.db");
    CHECK(integrity(folder / "copy.db") == "ok");
    fill_run(*copy, "another", 2, 1);
  }
}

}  // namespace
}  // namespace tripos::store
