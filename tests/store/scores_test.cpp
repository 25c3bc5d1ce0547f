#include <map>

#include "tests/store/fixtures.h"

namespace tripos::store {
namespace {

using namespace test;

std::vector<StoredResponse> responses_for(const Store& store, const std::string& run, const ScorerKey& scorer,
                                          bool rescore) {
  std::vector<StoredResponse> all;
  check_ok(store.visit_responses(run, scorer, rescore, [&](std::vector<StoredResponse> batch) -> Result<void> {
    CHECK(!batch.empty());
    for (StoredResponse& response : batch) all.push_back(std::move(response));
    return {};
  }));
  return all;
}

ScoreRow judged(const StoredResponse& response, Verdict verdict, std::string rule = "test") {
  return {response.run_id, response.sample_id, response.epoch, {verdict, response.text, std::move(rule)}};
}

Score score_of(const Store& store, const std::string& run, const ScorerKey& scorer) {
  return value(store.answers_to(run, "s/0", scorer.scoring_sha256)).at(0).score.value();
}

TEST_CASE("responses come in dataset order, then by epoch, with what scoring needs", "[store][scores]") {
  const TempDir folder;
  const auto store = open_writer(folder / "t.db");
  std::vector<Sample> samples = make_samples(30);
  const std::string run = value(store->begin_run(make_spec("m"), {}, samples));
  std::vector<ImportedResponse> rows;
  for (int epoch : {2, 0, 1}) {
    for (int i = 29; i >= 0; --i) {
      Response response = make_response(text_of(samples[i].id, epoch));
      response.stop = epoch == 0 ? StopClass::kStop : StopClass::kLength;
      rows.push_back(imported(samples[i].id, epoch, response));
      rows.back().target = "target " + std::to_string(i);
      rows.back().choice_count = i;
    }
  }
  REQUIRE(value(store->import(run, rows)) == 90);
  const std::vector<StoredResponse> responses = responses_for(*store, run, make_scorer("p@1"), false);
  REQUIRE(responses.size() == 90);
  for (int i = 0; i < 90; ++i) {
    CHECK(responses[i].run_id == run);
    CHECK(responses[i].sample_id == samples[i / 3].id);
    CHECK(responses[i].epoch == i % 3);
    CHECK(responses[i].text == text_of(samples[i / 3].id, i % 3));
    CHECK(responses[i].stop == (i % 3 == 0 ? StopClass::kStop : StopClass::kLength));
    CHECK(responses[i].reference.target == "target " + std::to_string(i / 3));
    CHECK(responses[i].reference.choice_count == i / 3);
  }
}

TEST_CASE("a scorer gets what it has not scored, and everything when it is to score again", "[store][scores]") {
  const TempDir folder;
  const auto store = open_writer(folder / "t.db");
  const std::string run = fill_run(*store, "m", 5, 2);
  const ScorerKey first = make_scorer("first@1", '1');
  const ScorerKey second = make_scorer("second@1", '2');
  std::vector<ScoreRow> rows;
  for (const StoredResponse& response : responses_for(*store, run, first, false)) {
    if (response.epoch == 0) rows.push_back(judged(response, Verdict::kEqual));
  }
  check_ok(store->put_scores(first, rows));
  for (const StoredResponse& response : responses_for(*store, run, first, false)) CHECK(response.epoch == 1);
  CHECK(responses_for(*store, run, first, false).size() == 5);
  CHECK(responses_for(*store, run, first, true).size() == 10);
  CHECK(responses_for(*store, run, second, false).size() == 10);
  CHECK(responses_for(*store, run, make_scorer("first@1", '3'), false).size() == 10);
}

TEST_CASE("scores of one scorer are replaced, those of another stay", "[store][scores]") {
  const TempDir folder;
  const auto store = open_writer(folder / "t.db");
  const std::string run = fill_run(*store, "m", 1, 1);
  const ScorerKey first = make_scorer("first@1", '1');
  const ScorerKey second = make_scorer("second@1", '2');
  const StoredResponse response = responses_for(*store, run, first, false).at(0);
  check_ok(store->put_scores(first, {judged(response, Verdict::kEqual, "old")}));
  check_ok(store->put_scores(second, {judged(response, Verdict::kUndecided, "other")}));
  check_ok(store->put_scores(first, {judged(response, Verdict::kNoAnswer, "new")}));
  CHECK(score_of(*store, run, first).verdict == Verdict::kNoAnswer);
  CHECK(score_of(*store, run, first).rule == "new");
  CHECK(score_of(*store, run, first).extracted == response.text);
  CHECK(score_of(*store, run, second).verdict == Verdict::kUndecided);
  CHECK(!value(store->answers_to(run, "s/0", std::string(64, '9'))).at(0).score.has_value());
}

TEST_CASE("a score without a response stores nothing of its batch", "[store][scores]") {
  const TempDir folder;
  const auto store = open_writer(folder / "t.db");
  const std::string run = fill_run(*store, "m", 2, 1);
  const ScorerKey scorer = make_scorer("p@1");
  const StoredResponse response = responses_for(*store, run, scorer, false).at(0);
  StoredResponse nowhere = response;
  nowhere.epoch = 7;
  CHECK(!store->put_scores(scorer, {judged(response, Verdict::kEqual), judged(nowhere, Verdict::kEqual)}));
  nowhere = response;
  nowhere.run_id = "no such run";
  CHECK(!store->put_scores(scorer, {judged(response, Verdict::kEqual), judged(nowhere, Verdict::kEqual)}));
  CHECK(responses_for(*store, run, scorer, false).size() == 2);
}

TEST_CASE("a visit of more responses than a batch holds sees each once and may write", "[store][scores]") {
  const TempDir folder;
  const auto store = open_writer(folder / "t.db");
  const std::string run = fill_run(*store, "m", 700, 2);
  const ScorerKey scorer = make_scorer("p@1");
  std::map<std::pair<std::string, int>, int> seen;
  int batches = 0;
  check_ok(store->visit_responses(run, scorer, false, [&](std::vector<StoredResponse> batch) {
    ++batches;
    std::vector<ScoreRow> rows;
    for (const StoredResponse& response : batch) {
      ++seen[{response.sample_id, response.epoch}];
      rows.push_back(judged(response, Verdict::kEqual));
    }
    return store->put_scores(scorer, rows);
  }));
  CHECK(batches > 1);
  CHECK(seen.size() == 1400);
  for (const auto& [key, times] : seen) CHECK(times == 1);
  CHECK(responses_for(*store, run, scorer, false).empty());
}

TEST_CASE("a visitor's error ends the visit", "[store][scores]") {
  const TempDir folder;
  const auto store = open_writer(folder / "t.db");
  const std::string run = fill_run(*store, "m", 700, 2);
  int batches = 0;
  const auto stopped = store->visit_responses(run, make_scorer("p@1"), false, [&](auto) -> Result<void> {
    ++batches;
    return fail(Error::Kind::kData, "enough");
  });
  REQUIRE(!stopped);
  CHECK(stopped.error().message == "enough");
  CHECK(batches == 1);
}

}  // namespace
}  // namespace tripos::store
