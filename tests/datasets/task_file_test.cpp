#include "datasets/task_file.h"

#include "harness/core/file.h"
#include "tests/catch.h"
#include "tests/support/temp_dir.h"

namespace tripos::datasets {
namespace {

using Catch::Matchers::StartsWith;

constexpr const char* kChoiceTask = R"(name: invented
kind: choice
file: questions.csv
fields:
  id: Number
  question: Question
  choices: [Right, Wrong 1, Wrong 2]
  right_choice: Right
metadata: [Topic]
summary: three questions
protocol: gpt-oss
private: true
licence: CC0-1.0
)";

constexpr const char* kQuestions =
    "Number,Question,Right,Wrong 1,Wrong 2,Topic\n"
    "1,\"How many,\nin all?\",2,3,4,counting\n"
    "2,What colour?,red,blue,green,colours\n";

TEST_CASE("a user's task file reads its own data", "[datasets][task_file]") {
  const test::TempDir directory;
  REQUIRE(write_file(directory / "invented.yaml", kChoiceTask));
  REQUIRE(write_file(directory / "questions.csv", kQuestions));
  const std::string name = (directory / "invented.yaml").string();
  const auto info = find_task(name);
  REQUIRE(info);
  CHECK(info->name == "invented");
  CHECK(info->summary == "three questions");
  CHECK(info->default_protocol == "gpt-oss");
  CHECK(info->licence == "CC0-1.0");
  CHECK(info->is_private);
  const auto dataset = load(name);
  REQUIRE(dataset);
  CHECK(dataset->task == "invented");
  CHECK(dataset->is_private);
  CHECK(dataset->kind == AnswerKind::kChoice);
  REQUIRE(dataset->samples.size() == 2);
  CHECK(dataset->samples[0].id == "1");
  CHECK(dataset->samples[0].input == "How many,\nin all?");
  CHECK(dataset->samples[0].choices == std::vector<std::string>{"2", "3", "4"});
  CHECK(dataset->samples[0].target == "A");
  CHECK(dataset->samples[1].metadata.at("Topic") == "colours");
}

TEST_CASE("a user's data is known by what is asked, not by how it is described", "[datasets][task_file]") {
  const test::TempDir directory;
  REQUIRE(write_file(directory / "questions.csv", kQuestions));
  const auto hash_with = [&](const std::string& from, const std::string& to) {
    std::string yaml = kChoiceTask;
    yaml.replace(yaml.find(from), from.size(), to);
    REQUIRE(write_file(directory / "task.yaml", yaml));
    const auto dataset = load((directory / "task.yaml").string());
    REQUIRE(dataset);
    return dataset->sha256;
  };
  const std::string hash = hash_with("name", "name");
  CHECK(hash_with("metadata: [Topic]\n", "") == hash);
  CHECK(hash_with("three questions", "more words") == hash);
  CHECK(hash_with("right_choice: Right", "right_choice: Wrong 2") != hash);
  CHECK(hash_with("question: Question", "question: Topic") != hash);
}

TEST_CASE("a user's JSON Lines with a list of choices and an index are mapped too", "[datasets][task_file]") {
  const test::TempDir directory;
  REQUIRE(write_file(directory / "task.yaml",
                     "name: invented\nkind: choice\nfile: rows.jsonl\n"
                     "fields: {question: q, choices: options, answer_index: key}\n"));
  REQUIRE(write_file(directory / "rows.jsonl", "{\"q\":\"Which?\",\"options\":[\"a\",\"b\",\"c\"],\"key\":2}\n"));
  const auto dataset = load((directory / "task.yaml").string());
  REQUIRE(dataset);
  REQUIRE(dataset->samples.size() == 1);
  CHECK(dataset->samples[0].id == "invented/0000");
  CHECK(dataset->samples[0].choices == std::vector<std::string>{"a", "b", "c"});
  CHECK(dataset->samples[0].target == "C");
  CHECK(find_task((directory / "task.yaml").string())->default_protocol == "boxed");
}

TEST_CASE("a mathematics task needs four keys and numbers its questions", "[datasets][task_file]") {
  const auto task = parse_task_file(
      "name: sums\nkind: math\nfile: sums.jsonl.gz\nfields: {question: q, answer: a, answer_after: '= '}\n",
      "dir/sums.yaml");
  REQUIRE(task);
  CHECK(task->file == "dir/sums.jsonl.gz");
  CHECK(task->format == Format::kJsonLines);
  CHECK(task->info.default_protocol == "boxed");
  CHECK(task->fields.id_prefix == "sums/");
  CHECK(task->fields.answer_after == "= ");
}

TEST_CASE("faults of a task file are errors that name the place and what to write", "[datasets][task_file]") {
  struct Case {
    const char* from;
    const char* to;
    const char* message;
    const char* hint;
  };
  const auto c = GENERATE(
      Case{"summary:", "sumary:", "t.yaml:10:1: ", "did you mean \"summary\"?"},
      Case{"  question: Question", "  qestion: Question", "t.yaml:6:3: ", "did you mean \"question\"?"},
      Case{"kind: choice", "kind: maths", "t.yaml:2:7: unknown kind \"maths\"", "write math or choice"},
      Case{"name: invented", "name: math500", "t.yaml:1:7: the name \"math500\" belongs to a task", "results under"},
      Case{"name: invented", "name: a/b", "t.yaml:1:7: \"a/b\" is no name for a task", "use letters"},
      Case{"questions.csv", "questions.xlsx", "t.yaml:3:7: \"questions.xlsx\" is neither", "JSON Lines and CSV"},
      Case{"  right_choice: Right\n", "", "t.yaml:5:3: which choice is right?", "give answer, answer_index"},
      Case{"  right_choice: Right\n", "  right_choice: Other\n", "t.yaml:5:3: right_choice \"Other\" is not one of",
           "name"},
      Case{"  right_choice: Right\n", "  answer_after: x\n", "t.yaml:8:3: ", ""},
      Case{"private: true", "private: maybe", "t.yaml:12:10: ", ""},
      Case{"licence: CC0-1.0", "sha256: 12AB", "t.yaml:13:9: sha256 is not 64 lower-case", "take it from sha256sum"},
      Case{"file: questions.csv\n", "", "t.yaml:1:1: ", ""});
  std::string yaml = kChoiceTask;
  yaml.replace(yaml.find(c.from), std::string(c.from).size(), c.to);
  CAPTURE(yaml);
  const auto task = parse_task_file(yaml, "t.yaml");
  REQUIRE(!task);
  CHECK(task.error().kind == Error::Kind::kConfig);
  CHECK_THAT(task.error().message, StartsWith(c.message));
  CHECK_THAT(task.error().hint, StartsWith(c.hint));
}

TEST_CASE("a task file or data file that is not there is an error", "[datasets][task_file]") {
  const test::TempDir directory;
  CHECK(!load((directory / "none.yaml").string()));
  REQUIRE(write_file(directory / "invented.yaml", kChoiceTask));
  const auto dataset = load((directory / "invented.yaml").string());
  REQUIRE(!dataset);
  CHECK(dataset.error().message.find("questions.csv") != std::string::npos);
}

}  // namespace
}  // namespace tripos::datasets
