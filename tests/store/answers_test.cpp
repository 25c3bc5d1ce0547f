#include "tests/store/fixtures.h"

namespace tripos::store {
namespace {

using namespace test;

TEST_CASE("an answer reads back with everything that was kept of it", "[store][answers]") {
  const TempDir folder;
  const auto store = open_writer(folder / "t.db");
  const std::string run = value(store->begin_run(make_spec("m"), {}, make_samples(2)));
  Response response;
  response.text = "the text \\boxed{2}";
  response.reasoning = "a long thought";
  response.stop = StopClass::kLength;
  response.stop_raw = "MAX_TOKENS";
  response.usage = {10, 3, 40, std::nullopt};
  response.served_model = "m-2025";
  response.request_id = "req_1";
  response.first_byte = std::chrono::milliseconds(120);
  response.total = std::chrono::milliseconds(4500);
  const Request request{.sample_id = "s/1", .epoch = 3, .messages = {{"user", "?"}}, .order = {2, 0, 1}, .target = "C"};
  {
    const auto journal = value(Journal::open(*store, run));
    for (const AttemptOutcome& outcome :
         {AttemptOutcome(tl::unexpected(Failure{FailureClass::kTransient, "HTTP 503", 503, true})),
          AttemptOutcome(response)}) {
      const auto attempts = value(journal->claim({&request, 1}));
      journal->sent(attempts[0]);
      journal->finish(attempts[0], outcome, [](Result<void>) {});
    }
  }
  const std::vector<Answer> answers = value(store->answers_to(run, "s/1", ""));
  REQUIRE(answers.size() == 1);
  const Answer& answer = answers[0];
  CHECK(answer.sample_id == "s/1");
  CHECK(answer.epoch == 3);
  CHECK(answer.order == std::vector{2, 0, 1});
  CHECK(answer.target == "C");
  CHECK(answer.attempts == 2);
  CHECK(!answer.score);
  CHECK(answer.response.text == response.text);
  CHECK(answer.response.reasoning == response.reasoning);
  CHECK(answer.response.stop == StopClass::kLength);
  CHECK(answer.response.stop_raw == "MAX_TOKENS");
  CHECK(answer.response.usage.input_tokens == 10);
  CHECK(answer.response.usage.cached_input_tokens == 3);
  CHECK(answer.response.usage.output_tokens == 40);
  CHECK(!answer.response.usage.reasoning_tokens);
  CHECK(answer.response.served_model == "m-2025");
  CHECK(answer.response.request_id == "req_1");
  CHECK(answer.response.first_byte == response.first_byte);
  CHECK(answer.response.total == response.total);
  CHECK(value(store->answers_to(run, "s/0", "")).empty());
  CHECK(store->answers_to("no such run", "s/0", "").error().kind == Error::Kind::kUsage);
}

TEST_CASE("answers come in dataset order, then by epoch, with the scores asked for", "[store][answers]") {
  const TempDir folder;
  const auto store = open_writer(folder / "t.db");
  const std::string run = fill_run(*store, "m", 300, 2);
  const ScorerKey scorer = make_scorer("p@1", '1');
  // The same scoring under another label: its scores serve as well, and no answer comes twice.
  const ScorerKey renamed = make_scorer("q@1", '1');
  for (const ScorerKey& key : {scorer, renamed, make_scorer("r@1", '2')}) {
    std::vector<ScoreRow> rows;
    for (int i = 0; i < 300; ++i) {
      rows.push_back({run, "s/" + std::to_string(i), 0, {Verdict::kEqual, "x", key.scoring_sha256.substr(0, 1)}});
    }
    check_ok(store->put_scores(key, rows));
  }
  std::vector<Answer> answers;
  check_ok(store->visit_answers(run, scorer.scoring_sha256, [&](std::vector<Answer> batch) -> Result<void> {
    for (Answer& answer : batch) answers.push_back(std::move(answer));
    return {};
  }));
  REQUIRE(answers.size() == 600);
  for (int i = 0; i < 600; ++i) {
    const std::string sample = "s/" + std::to_string(i / 2);
    CHECK(answers[i].sample_id == sample);
    CHECK(answers[i].epoch == i % 2);
    CHECK(answers[i].response.text == text_of(sample, i % 2));
    REQUIRE(answers[i].score.has_value() == (i % 2 == 0));
    if (answers[i].score) CHECK(answers[i].score->rule == "1");
  }
}

}  // namespace
}  // namespace tripos::store
