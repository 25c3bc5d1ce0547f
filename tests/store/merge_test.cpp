#include <algorithm>
#include <fstream>
#include <thread>

#include "tests/store/fixtures.h"

namespace tripos::store {
namespace {

using namespace test;
using Catch::Matchers::Contains;

void merge_into(const fs::path& target, const std::vector<fs::path>& sources) {
  const auto store = open_writer(target);
  for (const fs::path& source : sources) check_ok(store->merge(source));
}

// Cells as text, to be compared.
std::string cells_of(const fs::path& path) {
  std::string out;
  for (const Cell& cell : value(open_reader(path)->cells())) {
    out += cell.run.id + " " + cell.protocol + " " + cell.scoring_sha256 + " " + cell.run.details.endpoint;
    for (const std::int64_t number :
         {std::int64_t{cell.epochs}, std::int64_t{cell.truncated}, std::int64_t{cell.refused},
          std::int64_t{cell.unparsed}, std::int64_t{cell.undecided}, std::int64_t{cell.errored},
          std::int64_t{cell.pending}, cell.input_tokens, cell.output_tokens}) {
      out += " " + std::to_string(number);
    }
    for (const SampleTally& tally : cell.samples) {
      out += " " + tally.sample_id + "=" + std::to_string(tally.correct) + "/" + std::to_string(tally.responses);
    }
    out += "\n";
  }
  return out;
}

// A part of several runs. Parts overlap: some rows are the same in several, some contradict one another.
void make_shard(const fs::path& path, unsigned seed) {
  constexpr Verdict kVerdicts[] = {Verdict::kEqual, Verdict::kDifferent, Verdict::kNoAnswer};
  std::mt19937 random(seed);
  const auto store = open_writer(path);
  for (const char* model : {"a", "b", "c"}) {
    if (random() % 4 == 0) continue;
    std::vector<Sample> samples = make_samples(6);
    if (random() % 3 == 0) samples[2].input = "another wording";  // of the same id
    const RunDetails details{.is_private = random() % 4 == 0,
                             .endpoint = "http://host" + std::to_string(random() % 3),
                             .started_unix_ms = static_cast<std::int64_t>(random() % 3)};
    const std::string run = value(store->begin_run(make_spec(model), details, samples));
    std::vector<ImportedResponse> rows;
    for (int i = 0; i < 6; ++i) {
      if (random() % 2 == 0) continue;
      const std::string sample = "s/" + std::to_string(i);
      rows.push_back(imported(sample, 0, make_response(text_of(sample, static_cast<int>(random() % 2)))));
    }
    value(store->import(run, rows));
    {
      const auto journal = value(Journal::open(*store, run));
      for (int i = 0; i < 6; ++i) {
        const Request request{.sample_id = "s/" + std::to_string(i), .epoch = 1, .messages = {{"user", "?"}}};
        AttemptOutcome outcome = make_response("live " + std::to_string(random()));
        if (random() % 3 == 0) outcome = tl::unexpected(Failure{FailureClass::kTransient, "no", 0, random() % 2 == 0});
        const auto attempt = value(journal->claim({&request, 1})).at(0);
        if (random() % 6 == 0) continue;
        journal->sent(attempt);
        if (random() % 6 != 0) journal->finish(attempt, std::move(outcome), [](Result<void>) {});
      }
    }
    for (const ScorerKey& scorer : {make_scorer("p@1", '1'), make_scorer("p@1", '2')}) {
      std::vector<ScoreRow> scores;
      for (const auto& [sample, epoch] : value(store->finished(run))) {
        if (random() % 3 != 0) scores.push_back({run, sample, epoch, {kVerdicts[random() % 3], "x", "rule"}});
      }
      check_ok(store->put_scores(scorer, scores));
    }
  }
}

struct Shards {
  TempDir folder;
  std::vector<fs::path> paths;
  explicit Shards(unsigned seed, int count = 4) {
    for (int i = 0; i < count; ++i) {
      paths.push_back(folder / ("shard" + std::to_string(i) + ".db"));
      make_shard(paths.back(), seed * 100 + i);
    }
  }
};

TEST_CASE("the order of merges does not matter", "[store][merge]") {
  for (unsigned seed = 1; seed <= 3; ++seed) {
    CAPTURE(seed);
    const Shards shards(seed);
    std::vector<fs::path> order = shards.paths;
    std::string expected;
    std::string expected_cells;
    int number = 0;
    do {
      const fs::path merged = shards.folder / ("merged" + std::to_string(number++) + ".db");
      merge_into(merged, order);
      if (expected.empty()) {
        expected = dump(merged);
        expected_cells = cells_of(merged);
        CHECK(integrity(merged) == "ok");
        CHECK(expected_cells.find("p@1+11111111") != std::string::npos);
      }
      CHECK(difference(dump(merged), expected) == "");
      CHECK(cells_of(merged) == expected_cells);
      fs::remove(merged);
    } while (std::next_permutation(order.begin(), order.end()));
    CHECK(number == 24);
  }
}

TEST_CASE("merging again, or what was merged before, changes nothing", "[store][merge]") {
  const Shards shards(9, 3);
  const fs::path all = shards.folder / "all.db";
  merge_into(all, shards.paths);
  const std::string expected = dump(all);
  merge_into(all, shards.paths);
  CHECK(difference(dump(all), expected) == "");

  const fs::path left = shards.folder / "left.db";
  const fs::path right = shards.folder / "right.db";
  merge_into(left, {shards.paths[0], shards.paths[1]});
  merge_into(right, {shards.paths[1], shards.paths[2]});
  const fs::path joined = shards.folder / "joined.db";
  merge_into(joined, {right, left, all});
  CHECK(difference(dump(joined), expected) == "");
  merge_into(shards.paths[0], {joined});
  CHECK(difference(dump(shards.paths[0]), expected) == "");
}

TEST_CASE("a merge leaves its source as it is", "[store][merge]") {
  const Shards shards(3, 2);
  const std::string before = file_bytes(shards.paths[1]);
  merge_into(shards.paths[0], {shards.paths[1]});
  CHECK(file_bytes(shards.paths[1]) == before);
}

TEST_CASE("parts of one run come to the same table as the whole run", "[store][merge]") {
  const TempDir folder;
  const auto run_part = [](const fs::path& path, int part, int parts) {
    const auto store = open_writer(path);
    const std::string run = value(store->begin_run(make_spec("m"), {}, make_samples(40)));
    std::vector<ImportedResponse> rows;
    std::vector<ScoreRow> scores;
    for (int i = part; i < 40; i += parts) {
      rows.push_back(imported("s/" + std::to_string(i), i % 3, make_response("answer " + std::to_string(i))));
      rows.back().response.usage.output_tokens = i;
      scores.push_back({run, rows.back().sample_id, i % 3, {i % 2 ? Verdict::kEqual : Verdict::kDifferent, "x", "r"}});
    }
    value(store->import(run, rows));
    check_ok(store->put_scores(make_scorer("p@1"), scores));
  };
  run_part(folder / "whole.db", 0, 1);
  std::vector<fs::path> parts;
  for (int part = 0; part < 8; ++part) {
    parts.push_back(folder / ("part" + std::to_string(part) + ".db"));
    run_part(parts.back(), part, 8);
  }
  merge_into(folder / "merged.db", parts);
  CHECK(cells_of(folder / "merged.db") == cells_of(folder / "whole.db"));
}

TEST_CASE("of two answers to one request the same one stands everywhere, and both are kept", "[store][merge]") {
  const TempDir folder;
  const std::string run = make_spec("m").id();
  for (const char* name : {"a", "b"}) {
    const auto store = open_writer(folder / (std::string(name) + ".db"));
    value(store->begin_run(make_spec("m"), {}, make_samples(1)));
    value(store->import(run, {imported("s/0", 0, make_response(std::string("answer of ") + name))}));
    check_ok(store->put_scores(make_scorer("p@1"), {{run, "s/0", 0, {Verdict::kEqual, name, "rule"}}}));
  }
  merge_into(folder / "ab.db", {folder / "a.db", folder / "b.db"});
  merge_into(folder / "ba.db", {folder / "b.db", folder / "a.db"});
  CHECK(difference(dump(folder / "ab.db"), dump(folder / "ba.db")) == "");
  const auto store = open_reader(folder / "ab.db");
  const Answer answer = value(store->answers_to(run, "s/0", make_scorer("").scoring_sha256)).at(0);
  CHECK(answer.attempts == 2);
  CHECK(answer.response.text == "answer of " + answer.score->extracted);
  CHECK(value(store->cells()).at(0).samples.at(0).responses == 1);
}

TEST_CASE("an attempt copied while it was open is merged as it ended", "[store][merge]") {
  const TempDir folder;
  const fs::path live = folder / "live.db";
  const Request request{.sample_id = "s/0"};
  {
    const auto store = open_writer(live);
    const std::string run = value(store->begin_run(make_spec("m"), {}, make_samples(1)));
    const auto journal = value(Journal::open(*store, run));
    const auto attempt = value(journal->claim({&request, 1})).at(0);
    merge_into(folder / "early.db", {live});
    journal->sent(attempt);
    journal->finish(attempt, make_response("done"), [](Result<void>) {});
  }
  CHECK_THAT(dump(folder / "early.db"), Contains("\"claimed\""));
  merge_into(folder / "late.db", {live});
  merge_into(folder / "both.db", {live, folder / "early.db"});
  merge_into(folder / "early.db", {live});
  CHECK(difference(dump(folder / "early.db"), dump(folder / "late.db")) == "");
  CHECK(difference(dump(folder / "both.db"), dump(folder / "late.db")) == "");
}

TEST_CASE("what one store calls private stays private, and its text comes from nowhere", "[store][merge][private]") {
  const TempDir folder;
  for (const bool is_private : {true, false}) {
    const auto store = open_writer(folder / (is_private ? "private.db" : "open.db"));
    value(store->begin_run(make_spec("m"), {.is_private = is_private, .started_unix_ms = is_private ? 2 : 1},
                           make_samples(1)));
  }
  merge_into(folder / "merged.db", {folder / "private.db", folder / "open.db"});
  CHECK(value(open_reader(folder / "merged.db")->runs()).at(0).details.is_private);
  merge_into(folder / "again.db", {folder / "private.db"});
  CHECK(file_bytes(folder / "again.db").find("What is 0 + 1?") == std::string::npos);
}

TEST_CASE("a store is not merged into itself, whatever its name", "[store][merge]") {
  const TempDir folder;
  const fs::path path = folder / "t.db";
  const auto store = open_writer(path);
  fill_run(*store, "m", 2, 1);
  fs::create_symlink(path, folder / "link.db");
  fs::create_hard_link(path, folder / "hard.db");
  for (const char* name : {"t.db", "link.db", "hard.db"}) {
    const auto merged = store->merge(folder / name);
    REQUIRE(!merged);
    CHECK(merged.error().kind == Error::Kind::kUsage);
  }
}

TEST_CASE("what is no store of this version is refused and changes nothing", "[store][merge]") {
  const TempDir folder;
  std::ofstream(folder / "empty.db").close();
  std::ofstream(folder / "text.db") << "a text";
  fill_run(*open_writer(folder / "newer.db"), "x", 1, 1);
  check_ok(
      value(Database::open(folder / "newer.db", Database::Access::kReadWrite))->execute("PRAGMA user_version = 99"));
  const fs::path path = folder / "t.db";
  fill_run(*open_writer(path), "m", 2, 1);
  const std::string before = dump(path);
  for (const char* name : {"empty.db", "text.db", "newer.db", "missing.db"}) {
    CAPTURE(name);
    const auto merged = open_writer(path)->merge(folder / name);
    REQUIRE(!merged);
    CHECK(merged.error().kind == Error::Kind::kStorage);
    CHECK(!merged.error().hint.empty());
  }
  CHECK(difference(dump(path), before) == "");
}

TEST_CASE("a merge that finds the disk full leaves the store as it was", "[store][merge][full-disk]") {
  const Shards shards(5, 2);
  const fs::path path = shards.folder / "t.db";
  fill_run(*open_writer(path), "m", 2, 1);
  const std::string before = dump(path);
  {
    const auto store = open_writer(path);
    const FileSizeLimit full(60'000);
    Result<void> merged;
    for (const fs::path& shard : shards.paths) {
      if (merged) merged = store->merge(shard);
    }
    REQUIRE(!merged);
  }
  CHECK(integrity(path) == "ok");
  CHECK(difference(dump(path), before) == "");
}

TEST_CASE("a store that is being written can be merged from", "[store][merge]") {
  const TempDir folder;
  const fs::path live = folder / "live.db";
  const auto store = open_writer(live);
  const std::string run = value(store->begin_run(make_spec("m"), {}, make_samples(200)));
  {
    const auto journal = value(Journal::open(*store, run));
    std::jthread asking([&] {
      for (int i = 0; i < 200; ++i) {
        const Request request{.sample_id = "s/" + std::to_string(i)};
        const auto attempts = journal->claim({&request, 1});
        if (!attempts) return;
        journal->sent(attempts->at(0));
        journal->finish(attempts->at(0), make_response(text_of(request.sample_id, 0)), [](Result<void>) {});
      }
    });
    std::size_t seen = 0;
    for (int i = 0; i < 20; ++i) {
      merge_into(folder / "copy.db", {live});
      const std::size_t finished = value(open_reader(folder / "copy.db")->finished(run)).size();
      CHECK(finished >= seen);
      seen = finished;
      CHECK(integrity(folder / "copy.db") == "ok");
    }
  }
  merge_into(folder / "copy.db", {live});
  CHECK(difference(dump(folder / "copy.db"), dump(live)) == "");
}

}  // namespace
}  // namespace tripos::store
