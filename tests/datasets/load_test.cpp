// What must hold of a data file before its questions are asked: every fault ends in an error that says where it is.
#include "datasets/load.h"

#include <fstream>

#include "harness/core/hash.h"
#include "tests/catch.h"
#include "tests/support/gzip.h"

namespace tripos::datasets {
namespace {

using Catch::Matchers::StartsWith;

TaskSpec choice_task() {
  TaskSpec task;
  task.info.name = "invented";
  task.info.kind = AnswerKind::kChoice;
  task.fields = {.id = "id", .question = "question", .answer = "key", .choices = {"options"}, .answer_index = "index"};
  return task;
}

TaskSpec math_task() {
  TaskSpec task;
  task.info.name = "invented";
  task.fields = {.id = "id", .question = "question", .answer = "answer"};
  return task;
}

constexpr const char* kRow = R"({"id":"q1","question":"Which?","options":["one","two","three"],"key":"B","index":1})";

TEST_CASE("a record becomes a sample", "[datasets][load]") {
  const auto dataset = read_dataset(choice_task(), kRow, "t.jsonl");
  REQUIRE(dataset);
  REQUIRE(dataset->samples.size() == 1);
  const Sample& sample = dataset->samples[0];
  CHECK(sample.id == "q1");
  CHECK(sample.input == "Which?");
  CHECK(sample.choices == std::vector<std::string>{"one", "two", "three"});
  CHECK(sample.target == "B");
  CHECK(sample.target_index == 1);
  CHECK(dataset->findings.empty());
}

TEST_CASE("a gzip file is read and hashed as its content", "[datasets][load]") {
  const auto plain = read_dataset(choice_task(), kRow, "t.jsonl");
  const auto packed = read_dataset(choice_task(), test::gzip(kRow), "t.jsonl.gz");
  REQUIRE(plain);
  REQUIRE(packed);
  CHECK(packed->sha256 == sha256_hex(kRow));
  CHECK(packed->sha256 == plain->sha256);
  CHECK(packed->samples.size() == 1);
}

TEST_CASE("a wrong checksum is an error with both sums and a way on", "[datasets][load]") {
  TaskSpec task = choice_task();
  task.sha256 = std::string(64, '0');
  const auto dataset = read_dataset(task, kRow, "t.jsonl");
  REQUIRE(!dataset);
  CHECK(dataset.error().kind == Error::Kind::kData);
  CHECK(dataset.error().message ==
        "t.jsonl: wrong checksum: SHA-256 is " + sha256_hex(kRow) + ", invented has " + task.sha256);
  CHECK(dataset.error().hint.find("task of your own") != std::string::npos);
}

TEST_CASE("invalid UTF-8 is an error that names line, column and byte", "[datasets][load]") {
  const auto dataset = read_dataset(math_task(), "{}\n{\"id\":\"\xff\"}\n", "t.jsonl");
  REQUIRE(!dataset);
  CHECK(dataset.error().message == "t.jsonl:2:8: invalid UTF-8 (0xff)");
  CHECK_THAT(dataset.error().hint, StartsWith("convert the file to UTF-8"));
}

TEST_CASE("a count that differs from the published one is an error", "[datasets][load]") {
  TaskSpec task = choice_task();
  task.info.samples = 2;
  const auto dataset = read_dataset(task, kRow, "t.jsonl");
  REQUIRE(!dataset);
  CHECK(dataset.error().message == "t.jsonl: expected 2 questions, found 1");
}

TEST_CASE("faults of a row are errors that name its line", "[datasets][load]") {
  struct Case {
    const char* rows;
    const char* expected;
  };
  const std::string first = std::string(kRow) + "\n";
  const auto c = GENERATE(
      Case{R"({"id":"q2","question":"?","options":["x","y"],"key":"A"})", "t.jsonl:2: no field \"index\""},
      Case{R"({"id":"q1","question":"?","options":["x","y"],"key":"A","index":0})",
           "t.jsonl:2: the id \"q1\" stands in line 1 already"},
      Case{R"({"id":" ","question":"?","options":["x","y"],"key":"A","index":0})", "t.jsonl:2: empty id in \"id\""},
      Case{R"({"id":"q2","question":"\u00a0","options":["x","y"],"key":"A","index":0})", "t.jsonl:2: empty question"},
      Case{R"({"id":"q2","question":["?"],"options":["x","y"],"key":"A","index":0})",
           "t.jsonl:2: \"question\" is a list, expected text"},
      Case{R"({"id":"q2","question":"?","options":"x, y","key":"A","index":0})",
           "t.jsonl:2: \"options\" is text, expected a list"},
      Case{R"({"id":"q2","question":"?","options":["x"],"key":"A","index":0})",
           "t.jsonl:2: expected 2 to 26 choices, found 1"},
      Case{R"({"id":"q2","question":"?","options":["x",""],"key":"A","index":0})", "t.jsonl:2: choice B is empty"},
      Case{R"({"id":"q2","question":"?","options":["x","y"],"key":"C","index":0})",
           "t.jsonl:2: answer \"C\" is no letter from A to B"},
      Case{R"({"id":"q2","question":"?","options":["x","y"],"key":"","index":0})",
           "t.jsonl:2: answer \"\" is no letter from A to B"},
      Case{R"({"id":"q2","question":"?","options":["x","y"],"key":"A","index":2})",
           "t.jsonl:2: answer index \"2\" is no number from 0 to 1"},
      Case{R"({"id":"q2","question":"?","options":["x","y"],"key":"A","index":"1 or 2"})",
           "t.jsonl:2: answer index \"1 or 2\" is no number from 0 to 1"});
  CAPTURE(c.rows);
  const auto dataset = read_dataset(choice_task(), first + c.rows, "t.jsonl");
  REQUIRE(!dataset);
  CHECK(dataset.error().kind == Error::Kind::kData);
  CHECK_THAT(dataset.error().message, StartsWith(c.expected));
}

TEST_CASE("a missing column gets a spelling hint", "[datasets][load]") {
  TaskSpec task = math_task();
  task.format = Format::kCsv;
  const auto dataset = read_dataset(task, "id,qestion,answer\n1,What?,2\n", "t.csv");
  REQUIRE(!dataset);
  CHECK(dataset.error().message == "t.csv: no column \"question\" in the header");
  CHECK(dataset.error().hint == "did you mean \"qestion\"?");
}

TEST_CASE("an empty reference answer and an empty file are errors", "[datasets][load]") {
  const auto no_answer = read_dataset(math_task(), R"({"id":"1","question":"?","answer":" "})", "t.jsonl");
  REQUIRE(!no_answer);
  CHECK(no_answer.error().message == "t.jsonl:1: empty reference answer in \"answer\"");
  const auto no_rows = read_dataset(math_task(), "\n", "t.jsonl");
  REQUIRE(!no_rows);
  CHECK(no_rows.error().message == "t.jsonl: no questions in it");
}

TEST_CASE("the reference after a marker is the last one, without thousands commas", "[datasets][load]") {
  TaskSpec task = math_task();
  task.fields.answer_after = "#### ";
  const auto dataset =
      read_dataset(task, R"({"id":"1","question":"?","answer":"#### 3\nso\n#### 1,450,000 "})", "t.jsonl");
  REQUIRE(dataset);
  CHECK(dataset->samples[0].target == "1450000");
  CHECK(!read_dataset(task, R"({"id":"1","question":"?","answer":"7"})", "t.jsonl"));
}

TEST_CASE("a letter that disagrees with the index is a finding, and the letter decides", "[datasets][load]") {
  const auto dataset =
      read_dataset(choice_task(),
                   R"({"id":"q7","question":"Which?","options":["one","two","three"],"key":"C","index":1})", "t.jsonl");
  REQUIRE(dataset);
  CHECK(dataset->samples[0].target == "C");
  CHECK(dataset->samples[0].target_index == 2);
  REQUIRE(dataset->findings.size() == 1);
  CHECK(dataset->findings[0] == "q7: the answer letter is C, the answer index 1 (B): the letter is taken");
}

TEST_CASE("choices that read alike are a finding without their text", "[datasets][load]") {
  const auto dataset = read_dataset(
      choice_task(), R"({"id":"q7","question":"Which?","options":["one","two","one"],"key":"C","index":2})", "t.jsonl");
  REQUIRE(dataset);
  CHECK(dataset->samples[0].target_index == 2);
  REQUIRE(dataset->findings.size() == 1);
  CHECK(dataset->findings[0] == "q7 (row 0 from 0): choices A and C read alike: the index tells them apart");
}

TEST_CASE("errors about private tasks show no value", "[datasets][load]") {
  TaskSpec task = choice_task();
  task.info.is_private = true;
  const auto dataset = read_dataset(
      task, R"({"id":"q7","question":"Which?","options":["one","two"],"key":"a secret","index":0})", "t.jsonl");
  REQUIRE(!dataset);
  CHECK(dataset.error().message == "t.jsonl:1: answer (private) is no letter from A to B");
}

TEST_CASE("a zip in place of the file is read through the task's member", "[datasets][load]") {
  TaskSpec task = math_task();
  task.format = Format::kCsv;
  task.fields = {.question = "Question", .answer = "Answer"};
  task.zip = {"dataset/invented.csv", "correct-horse"};
  std::ifstream file(TRIPOS_SOURCE_DIR "/tests/golden/zipcrypto.zip", std::ios::binary);
  const std::string zip{std::istreambuf_iterator<char>(file), {}};
  const auto dataset = read_dataset(task, zip, "t.zip");
  REQUIRE(dataset);
  CHECK(dataset->samples.size() == 99);
  CHECK(dataset->samples[98].target == "196");
  task.zip.password = "wrong";
  const auto refused = read_dataset(task, zip, "t.zip");
  REQUIRE(!refused);
  CHECK(refused.error().kind == Error::Kind::kData);
  CHECK(refused.error().message == "t.zip: member \"dataset/invented.csv\": the password was refused");
  const auto cut = read_dataset(task, zip.substr(0, 500), "t.zip");
  REQUIRE(!cut);
  CHECK(cut.error().message == "t.zip: not a readable zip archive: no central directory at its end (truncated?)");
  CHECK(cut.error().hint == "the file is incomplete or damaged: bring it again");
}

}  // namespace
}  // namespace tripos::datasets
