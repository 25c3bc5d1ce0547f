#include "datasets/problems.h"

#include <set>

#include "harness/core/file.h"
#include "tests/catch.h"
#include "tests/support/temp_dir.h"

namespace tripos::datasets {
namespace {

using Catch::Matchers::StartsWith;

TEST_CASE("problems become one dataset a task, in the order of the file", "[datasets][problems]") {
  const test::TempDir directory;
  const auto path = directory / "problems.jsonl";
  REQUIRE(write_file(path, R"({"task":"sums","problem_id":"s/1","problem":"1+1?","gold":"2","level":5,"in_set":false}
{"task":"colours","problem_id":"c/1","problem":"Which?","options":["red","blue"],"gold":"B","category":"art"}
{"task":"sums","problem_id":"s/2","problem":"2+2?","gold":"4"}
)"));
  const auto datasets = load_problems(path);
  REQUIRE(datasets);
  REQUIRE(datasets->size() == 2);
  const Dataset& sums = (*datasets)[0];
  CHECK(sums.task == "sums");
  CHECK(sums.kind == AnswerKind::kMath);
  REQUIRE(sums.samples.size() == 2);
  CHECK(sums.samples[0].metadata == std::map<std::string, std::string>{{"level", "5"}, {"in_set", "false"}});
  CHECK(sums.samples[1].id == "s/2");
  CHECK(sums.samples[1].target == "4");
  const Dataset& colours = (*datasets)[1];
  CHECK(colours.kind == AnswerKind::kChoice);
  CHECK(colours.samples[0].target_index == 1);
  CHECK(colours.samples[0].choices.size() == 2);
  CHECK(sums.sha256.size() == 64);
  CHECK(sums.sha256 != colours.sha256);
}

TEST_CASE("faults of a problems file are errors that name the line", "[datasets][problems]") {
  struct Case {
    const char* row;
    const char* expected;
  };
  const auto c = GENERATE(
      Case{R"({"problem_id":"2","problem":"?","gold":"2"})", ":2: no field \"task\""},
      Case{R"({"task":"sums","problem_id":"1","problem":"?","gold":"2"})", ":2: the id \"1\" stands in line 1 already"},
      Case{R"({"task":"sums","problem_id":"2","problem":"?","gold":"A","options":["x","y"]})",
           ":2: task \"sums\" has questions with and without options"},
      Case{R"({"task":"sums","problem_id":"2","problem":"?"})", ":2: no field \"gold\""},
      Case{"{\"task\":\"\xc3\"}", ":2:10: invalid UTF-8 (0xc3)"});
  const test::TempDir directory;
  const auto path = directory / "problems.jsonl";
  REQUIRE(write_file(path, std::string(R"({"task":"sums","problem_id":"1","problem":"?","gold":"2"})") + "\n" + c.row));
  const auto datasets = load_problems(path);
  REQUIRE(!datasets);
  CHECK(datasets.error().kind == Error::Kind::kData);
  CHECK_THAT(datasets.error().message, StartsWith(path.string() + c.expected));
}

TEST_CASE("the problems beside the recorded responses are read", "[datasets][problems]") {
  const auto path = std::filesystem::path(TRIPOS_SHARED_DIR) / "data/responses/problems.jsonl.gz";
  if (!std::filesystem::exists(path)) {
    WARN("skipped: no " << path);
    return;
  }
  const auto datasets = load_problems(path);
  REQUIRE(datasets);
  REQUIRE(datasets->size() == 4);
  const std::vector<std::pair<std::string, std::size_t>> expected = {
      {"gsm8k", 1319}, {"math-l5", 719}, {"math-boxed", 42}, {"mmlu-pro-stem", 3147}};
  for (std::size_t i = 0; i < expected.size(); ++i) {
    CHECK((*datasets)[i].task == expected[i].first);
    CHECK((*datasets)[i].samples.size() == expected[i].second);
  }
  CHECK((*datasets)[3].samples[0].metadata.at("category") == "physics");
}

TEST_CASE("GSM8K has the ids and references of the recorded responses", "[datasets][problems]") {
  const auto shared = std::filesystem::path(TRIPOS_SHARED_DIR) / "data";
  if (!std::filesystem::exists(shared / "responses/problems.jsonl.gz")) {
    WARN("skipped: no " << shared);
    return;
  }
  const auto problems = load_problems(shared / "responses/problems.jsonl.gz");
  const auto published = load("gsm8k", shared / "gsm8k/test.jsonl");
  REQUIRE(problems);
  REQUIRE(published);
  const auto key = [](const Sample& sample) { return sample.id + " " + sample.target + " " + sample.input; };
  std::set<std::string> recorded;
  for (const Sample& sample : problems->front().samples) recorded.insert(key(sample));
  for (const Sample& sample : published->samples) CHECK(recorded.count(key(sample)) == 1);
}

}  // namespace
}  // namespace tripos::datasets
