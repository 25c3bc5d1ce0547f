// Runs, samples and imports.

#include <nlohmann/json.hpp>

#include "harness/core/file.h"
#include "harness/core/json.h"
#include "tests/store/fixtures.h"

namespace tripos::store {
namespace {

using namespace test;
using Catch::Matchers::Contains;
using nlohmann::json;

SamplingParams sampling_of(const json& object) {
  SamplingParams sampling;
  if (object.contains("temperature")) sampling.temperature = object.at("temperature");
  if (object.contains("top_p")) sampling.top_p = object.at("top_p");
  if (object.contains("max_tokens")) sampling.max_tokens = object.at("max_tokens");
  if (object.contains("seed")) sampling.seed = object.at("seed");
  if (object.contains("stop")) sampling.stop = object.at("stop");
  if (object.contains("reasoning_effort")) sampling.reasoning_effort = object.at("reasoning_effort");
  return sampling;
}

TEST_CASE("the id of a run is what Python makes of its spec, and the spec reads back", "[store][run]") {
  const char* path = TRIPOS_SOURCE_DIR "/tests/golden/run_ids.json";
  const json golden = value(parse_json(value(read_file(path)), path));
  const TempDir folder;
  const auto store = open_writer(folder / "t.db");
  for (const json& row : golden.at("rows")) {
    CAPTURE(row.dump());
    const json& from = row.at("spec");
    const RunSpec spec{.task = from.at("task"),
                       .dataset_sha256 = from.at("dataset_sha256"),
                       .protocol = from.at("protocol"),
                       .protocol_sha256 = from.at("protocol_sha256"),
                       .model = from.at("model"),
                       .fingerprint = from.at("fingerprint"),
                       .sampling = sampling_of(from.at("sampling"))};
    CHECK(spec.id() == row.at("id").get<std::string>());
    REQUIRE(value(store->begin_run(spec, {}, {})) == spec.id());
    const RunSpec stored = value(store->find_run(spec.id())).spec;
    CHECK(stored.id() == spec.id());
    CHECK(stored.sampling == spec.sampling);
  }
}

TEST_CASE("a run is registered once; a later command does not change it", "[store][run]") {
  const TempDir folder;
  const auto store = open_writer(folder / "t.db");
  const RunDetails details{.kind = AnswerKind::kChoice,
                           .dataset_revision = "r1",
                           .protocol_yaml = "name: boxed\n",
                           .endpoint = "http://127.0.0.1:1/v1",
                           .program_version = "0.1",
                           .started_unix_ms = 1000};
  const std::string run = value(store->begin_run(make_spec("m"), details, make_samples(3)));
  RunDetails later = details;
  later.endpoint = "http://elsewhere/v1";
  later.started_unix_ms = 5;
  CHECK(value(store->begin_run(make_spec("m"), later, make_samples(3))) == run);

  const std::vector<Run> runs = value(store->runs());
  REQUIRE(runs.size() == 1);
  CHECK(runs[0].id == run);
  CHECK(runs[0].spec.model == "m");
  CHECK(runs[0].details.kind == AnswerKind::kChoice);
  CHECK(runs[0].details.dataset_revision == "r1");
  CHECK(runs[0].details.protocol_yaml == "name: boxed\n");
  CHECK(runs[0].details.endpoint == "http://127.0.0.1:1/v1");
  CHECK(runs[0].details.program_version == "0.1");
  CHECK(runs[0].details.started_unix_ms == 1000);
}

TEST_CASE("a run is found by the start of its id, if that names one run only", "[store][run]") {
  const TempDir folder;
  const auto store = open_writer(folder / "t.db");
  std::vector<std::string> ids;
  for (int i = 0; i < 20; ++i) ids.push_back(value(store->begin_run(make_spec("m" + std::to_string(i)), {}, {})));
  CHECK(value(store->find_run(ids[7])).spec.model == "m7");
  const auto several = store->find_run("");
  REQUIRE(!several);
  CHECK(several.error().kind == Error::Kind::kUsage);
  CHECK_THAT(several.error().hint, Contains(ids[3]));
  const auto none = store->find_run("xyz");
  REQUIRE(!none);
  CHECK(none.error().kind == Error::Kind::kUsage);
}

TEST_CASE("samples of a dataset are kept once and read back in its order", "[store][run]") {
  const TempDir folder;
  const auto store = open_writer(folder / "t.db");
  std::vector<Sample> samples = make_samples(12);
  samples[4].choices = {"one", "two \"quoted\"", ""};
  value(store->begin_run(make_spec("a"), {}, samples));
  value(store->begin_run(make_spec("b"), {}, samples));
  const std::vector<Question> questions = value(store->questions("sums", std::string(64, 'd')));
  REQUIRE(questions.size() == samples.size());
  for (std::size_t i = 0; i < samples.size(); ++i) {
    CHECK(questions[i].sample_id == samples[i].id);
    CHECK(questions[i].input == samples[i].input);
    CHECK(questions[i].choices == samples[i].choices);
    CHECK(questions[i].target == samples[i].target);
    CHECK(questions[i].metadata == samples[i].metadata);
  }
  CHECK(value(store->questions("sums", "another")).empty());
}

TEST_CASE("imported responses are finished, and importing them again changes nothing", "[store][run]") {
  const TempDir folder;
  const fs::path path = folder / "t.db";
  std::string run;
  {
    const auto store = open_writer(path);
    run = fill_run(*store, "m", 3, 2);
    const std::vector<std::pair<std::string, int>> all = {{"s/0", 0}, {"s/0", 1}, {"s/1", 0},
                                                          {"s/1", 1}, {"s/2", 0}, {"s/2", 1}};
    auto finished = value(store->finished(run));
    std::sort(finished.begin(), finished.end());
    CHECK(finished == all);
    CHECK(value(store->finished("no such run")).empty());
  }
  const std::string before = dump(path);
  const auto store = open_writer(path);
  CHECK(value(store->import(run, {imported("s/1", 1, make_response(text_of("s/1", 1))),
                                  imported("s/1", 0, make_response("another text"))})) == 0);
  CHECK(difference(dump(path), before) == "");
  CHECK(value(store->import(
            run, {imported("s/1", 2, make_response("new")), imported("s/1", 2, make_response("new, again"))})) == 1);
  CHECK(value(store->answers_to(run, "s/1", "")).back().response.text == "new");
}

TEST_CASE("an import with a row that fits nowhere stores none of its rows", "[store][run]") {
  const TempDir folder;
  const auto store = open_writer(folder / "t.db");
  const std::string run = fill_run(*store, "m", 2, 1);
  const auto failed =
      store->import(run, {imported("s/0", 5, make_response("x")), imported("s/99", 0, make_response("x"))});
  REQUIRE(!failed);
  CHECK(failed.error().kind == Error::Kind::kData);
  CHECK_THAT(failed.error().message, Contains("\"s/99\""));
  CHECK(value(store->finished(run)).size() == 2);
  CHECK(store->import("no such run", {}).error().kind == Error::Kind::kUsage);
}

TEST_CASE("the same import on two machines is the same attempt", "[store][run]") {
  const TempDir folder;
  fill_run(*open_writer(folder / "a.db"), "m", 3, 2);
  fill_run(*open_writer(folder / "b.db"), "m", 3, 2);
  CHECK(difference(dump(folder / "a.db"), dump(folder / "b.db")) == "");
}

// Everything SQLite keeps on disk for a store that is open.
bool holds(const fs::path& path, const std::string& text) {
  return (file_bytes(path) + file_bytes(path.string() + "-wal")).find(text) != std::string::npos;
}

TEST_CASE("of a private task no question, choice or prompt is in the file", "[store][run][private]") {
  const TempDir folder;
  const fs::path path = folder / "t.db";
  Sample sample;
  sample.id = "row/0";
  sample.input = "KEEP-OUT-QUESTION";
  sample.choices = {"KEEP-OUT-FIRST", "KEEP-OUT-SECOND"};
  sample.target = "A";
  const bool is_private = GENERATE(true, false);
  {
    const auto store = open_writer(path);
    const std::string run =
        value(store->begin_run(make_spec("m"), {.kind = AnswerKind::kChoice, .is_private = is_private}, {sample}));
    {
      const auto journal = value(Journal::open(*store, run));
      const Request request{.sample_id = "row/0", .messages = {{"user", "KEEP-OUT-PROMPT"}}, .target = "B"};
      value(journal->claim({&request, 1}));
    }
    const Question question = value(store->questions("sums", std::string(64, 'd'))).at(0);
    CHECK(question.input == (is_private ? "" : sample.input));
    CHECK(question.choices == (is_private ? std::vector<std::string>() : sample.choices));
    CHECK(holds(path, "row/0"));
    CHECK(holds(path, "KEEP-OUT") == !is_private);
  }
  CHECK(holds(path, "KEEP-OUT") == !is_private);  // and once the log is folded into the file
}

}  // namespace
}  // namespace tripos::store
