#include "harness/runner/runner.h"

#include <set>

#include "tests/catch.h"
#include "tests/support/answering_backend.h"
#include "tests/support/temp_dir.h"

namespace tripos::runner {
namespace {

using test::AnsweringBackend;
using test::TempDir;

datasets::Dataset additions(int count) {
  datasets::Dataset dataset;
  dataset.task = "additions";
  dataset.sha256 = std::string(64, 'a');
  for (int i = 0; i < count; ++i) {
    Sample sample;
    sample.id = "sum/" + std::to_string(i);
    sample.input = "What is " + std::to_string(i) + " + 1?";
    sample.target = std::to_string(i + 1);
    sample.metadata["level"] = std::to_string(i % 2);
    dataset.samples.push_back(sample);
  }
  return dataset;
}

datasets::Dataset letters(int count, const std::vector<std::string>& choices) {
  datasets::Dataset dataset;
  dataset.task = "letters";
  dataset.kind = AnswerKind::kChoice;
  dataset.sha256 = std::string(64, 'b');
  for (int i = 0; i < count; ++i) {
    Sample sample;
    sample.id = "row/" + std::to_string(i);
    sample.input = "Which?";
    sample.choices = choices;
    sample.target = "A";
    sample.target_index = 0;
    dataset.samples.push_back(sample);
  }
  return dataset;
}

AttemptOutcome boxed_reply(const std::string& answer) {
  Response response;
  response.text = "So it is \\boxed{" + answer + "}.";
  response.stop = StopClass::kStop;
  response.usage.output_tokens = 7;
  return response;
}

AttemptOutcome bad_request() {
  return tl::unexpected(Failure{FailureClass::kBadRequest, "HTTP 400: no such field", 400, false});
}

AnsweringBackend knows_everything() {
  return {{"scripted/test", "f1", ""}, [](const Request& request) { return boxed_reply(request.target); }};
}

std::unique_ptr<store::Store> open_store(const TempDir& folder) {
  auto opened = store::Store::open(folder / "t.db", store::Store::Mode::kReadWrite);
  REQUIRE(opened.has_value());
  return std::move(*opened);
}

protocol::Protocol boxed() {
  auto found = protocol::find_protocol("boxed", AnswerKind::kMath);
  REQUIRE(found.has_value());
  return *found;
}

RunSummary run(const datasets::Dataset& dataset, const protocol::Protocol& protocol, AnsweringBackend& backend,
               store::Store& store, const PlanOptions& options, std::stop_token stop = {}) {
  const auto plan = make_plan(dataset, protocol, backend.model(), options, &store);
  REQUIRE(plan.has_value());
  const auto summary = execute(*plan, backend, store, {}, stop);
  REQUIRE(summary.has_value());
  return *summary;
}

TEST_CASE("a second run asks only for what is missing", "[runner]") {
  const TempDir folder;
  const auto store = open_store(folder);
  const auto dataset = additions(10);
  const auto protocol = boxed();

  auto first = knows_everything();
  CHECK(run(dataset, protocol, first, *store, {.limit = 4, .epochs = 1}).finished == 4);
  auto second = knows_everything();
  const RunSummary all = run(dataset, protocol, second, *store, {.epochs = 2});
  CHECK(all.finished == 20);
  CHECK(all.total == 20);
  CHECK(second.asked.size() == 16);
  auto third = knows_everything();
  run(dataset, protocol, third, *store, {.epochs = 2});
  CHECK(third.asked.empty());

  std::set<std::pair<std::string, int>> asked;
  for (const auto* backend : {&first, &second}) {
    for (const Request& request : backend->asked) CHECK(asked.emplace(request.sample_id, request.epoch).second);
  }
  CHECK(asked.size() == 20);
}

TEST_CASE("a failed request is no wrong answer and is asked again by the next run", "[runner]") {
  const TempDir folder;
  const auto store = open_store(folder);
  const auto dataset = additions(4);
  const auto protocol = boxed();
  AnsweringBackend failing({"scripted/test", "f1", ""}, [](const Request& request) {
    return request.sample_id == "sum/2" ? bad_request() : boxed_reply(request.target);
  });
  const RunSummary summary = run(dataset, protocol, failing, *store, {.epochs = 1});
  CHECK(summary.finished == 3);
  CHECK(summary.failed == 1);
  CHECK(summary.first_failure == "HTTP 400: no such field");
  REQUIRE(score_run(*store, summary.run_id, protocol, false, 2) == 3);
  const auto cells = store->cells();
  REQUIRE(cells.has_value());
  REQUIRE(cells->size() == 1);
  CHECK(cells->front().samples.size() == 3);
  CHECK(cells->front().errored == 1);

  auto healed = knows_everything();
  CHECK(run(dataset, protocol, healed, *store, {.epochs = 1}).finished == 4);
  REQUIRE(healed.asked.size() == 1);
  CHECK(healed.asked.front().sample_id == "sum/2");
  const auto after = store->cells();
  REQUIRE(after.has_value());
  CHECK(after->front().errored == 0);
}

TEST_CASE("a stopped run keeps what is finished and says that it stopped", "[runner]") {
  const TempDir folder;
  const auto store = open_store(folder);
  const auto dataset = additions(10);
  const auto protocol = boxed();
  std::stop_source stop;
  int answered = 0;
  AnsweringBackend backend({"scripted/test", "f1", ""}, [&](const Request& request) {
    if (++answered == 3) stop.request_stop();
    return boxed_reply(request.target);
  });
  const RunSummary summary = run(dataset, protocol, backend, *store, {.epochs = 1}, stop.get_token());
  CHECK(summary.stopped);
  CHECK(summary.finished == 3);
  CHECK(store->finished(summary.run_id)->size() == 3);
}

TEST_CASE("scores come from the stored responses and are not computed twice", "[runner]") {
  const TempDir folder;
  const auto store = open_store(folder);
  const auto dataset = additions(6);
  const auto protocol = boxed();
  AnsweringBackend backend({"scripted/test", "f1", ""}, [](const Request& request) {
    return boxed_reply(request.sample_id == "sum/5" ? "17" : request.target);
  });
  const RunSummary summary = run(dataset, protocol, backend, *store, {.epochs = 1});
  CHECK(score_run(*store, summary.run_id, protocol, false, 1) == 6);
  CHECK(score_run(*store, summary.run_id, protocol, false, 1) == 0);
  CHECK(score_run(*store, summary.run_id, protocol, true, 2) == 6);
  const auto cells = store->cells();
  REQUIRE(cells->size() == 1);
  int correct = 0;
  for (const auto& sample : cells->front().samples) correct += sample.correct;
  CHECK(correct == 5);
}

TEST_CASE("an order that shows every right choice at one place is refused before anything is asked", "[runner]") {
  const auto dataset = letters(40, {"right", "wrong", "wrong too", "also wrong"});
  auto published = protocol::find_protocol("simple-evals", AnswerKind::kChoice);
  REQUIRE(published.has_value());
  const backends::ModelInfo model{"scripted/test", "", ""};
  CHECK(make_plan(dataset, *published, model, {.epochs = 1}, nullptr).has_value());
  published->order = protocol::OrderRecipe::kPublished;
  const auto refused = make_plan(dataset, *published, model, {.epochs = 1}, nullptr);
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().kind == Error::Kind::kConfig);
}

TEST_CASE("asking fewer samples changes no order of choices", "[runner]") {
  const auto dataset = letters(60, {"right", "wrong", "wrong too", "also wrong"});
  const auto protocol = protocol::find_protocol("simple-evals", AnswerKind::kChoice);
  REQUIRE(protocol.has_value());
  const backends::ModelInfo model{"scripted/test", "", ""};
  const auto all = make_plan(dataset, *protocol, model, {.epochs = 2}, nullptr);
  const auto some = make_plan(dataset, *protocol, model, {.sample_ids = {"row/41", "row/7"}, .epochs = 1}, nullptr);
  REQUIRE(all.has_value());
  REQUIRE(some.has_value());
  REQUIRE(some->missing.size() == 2);
  for (const auto& request : some->missing) {
    const Request of_some = render_request(*some, request.first, request.second);
    const Request of_all = render_request(*all, request.first, request.second);
    CHECK(of_some.order == of_all.order);
    CHECK(of_some.messages == of_all.messages);
    CHECK(of_some.target == of_all.target);
  }
}

TEST_CASE("a plan refuses what cannot be meant", "[runner]") {
  const auto dataset = additions(3);
  const auto protocol = boxed();
  const backends::ModelInfo model{"scripted/test", "", ""};
  const auto message = [&](const PlanOptions& options) {
    const auto plan = make_plan(dataset, protocol, model, options, nullptr);
    return plan.has_value() ? std::string("planned") : plan.error().message;
  };
  CHECK(message({}) == "planned");
  CHECK(message({.limit = 0}) == "--limit must be at least 1, got \"0\"");
  CHECK(message({.epochs = 0}) == "--epochs must be at least 1, got \"0\"");
  CHECK(message({.sample_ids = {"sum/99"}}) == "no sample \"sum/99\" in this task");
}

}  // namespace
}  // namespace tripos::runner
