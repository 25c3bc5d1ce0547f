// The published data sets, read from the data beside the checkout. GPQA is held against counts and hashes only, and no
// assertion here may print its text.
#include "datasets/task_table.h"

#include <algorithm>
#include <map>
#include <set>

#include "datasets/dataset.h"
#include "datasets/load.h"
#include "datasets/zip.h"
#include "harness/core/file.h"
#include "harness/core/hash.h"
#include "tests/catch.h"
#include "tests/datasets/environment.h"
#include "tests/support/temp_dir.h"

namespace tripos::datasets {
namespace {

namespace fs = std::filesystem;
using Catch::Matchers::EndsWith;
using Catch::Matchers::StartsWith;

struct Facts {
  const char* task;
  const char* file;
  int samples;
  AnswerKind kind;
  const char* first_id;
  const char* first_target;
  const char* last_id;
  std::size_t findings;
};

std::optional<Dataset> load_shared(const std::string& task, const std::string& file) {
  const fs::path path = fs::path(TRIPOS_SHARED_DIR) / "data" / file;
  if (!fs::exists(path)) {
    WARN("skipped: no " << path);
    return std::nullopt;
  }
  auto dataset = load(task, path);
  REQUIRE(dataset.has_value());
  return *std::move(dataset);
}

std::map<std::string, int> count_by(const Dataset& dataset, const std::string& key) {
  std::map<std::string, int> counts;
  for (const Sample& sample : dataset.samples) ++counts[sample.metadata.at(key)];
  return counts;
}

TEST_CASE("each task of the table reads its published file", "[datasets][tasks]") {
  const auto c = GENERATE(
      Facts{"math500", "math500/test.jsonl", 500, AnswerKind::kMath, "test/precalculus/807.json",
            "\\left( 3, \\frac{\\pi}{2} \\right)", "test/geometry/615.json", 0},
      Facts{"gsm8k", "gsm8k/test.jsonl", 1319, AnswerKind::kMath, "gsm8k/0000", "18", "gsm8k/1318", 0},
      Facts{"mmlu_stem", "mmlu-stem/test.jsonl", 3018, AnswerKind::kChoice, "mmlu-stem/0000", "C", "mmlu-stem/3017", 4},
      Facts{"mmlu_pro_stem", "mmlu-pro-stem/test.jsonl", 3148, AnswerKind::kChoice, "mmlu-pro/2804", "B",
            "mmlu-pro/10355", 1},
      Facts{"aime24", "aime/aime24.jsonl", 30, AnswerKind::kMath, "aime24-0", "73", "aime24-29", 0},
      Facts{"aime25", "aime/aime25.jsonl", 30, AnswerKind::kMath, "aime25-0", "70", "aime25-29", 0});
  CAPTURE(c.task);
  const auto dataset = load_shared(c.task, c.file);
  if (!dataset) return;
  const TaskSpec* task = find_in_table(c.task);
  REQUIRE(task != nullptr);
  CHECK(dataset->task == c.task);
  CHECK(dataset->sha256 == task->sha256);
  CHECK(dataset->revision == task->revision);
  CHECK(dataset->kind == c.kind);
  CHECK(!dataset->is_private);
  REQUIRE(dataset->samples.size() == static_cast<std::size_t>(c.samples));
  CHECK(dataset->samples.front().id == c.first_id);
  CHECK(dataset->samples.front().target == c.first_target);
  CHECK(dataset->samples.back().id == c.last_id);
  CHECK(dataset->findings.size() == c.findings);
}

TEST_CASE("MATH-500 is shipped and equals the published file", "[datasets][tasks]") {
  const auto shipped = load("math500");
  REQUIRE(shipped);
  CHECK(shipped->sha256 == "35dc41080a3680858b27fa7e0533d2d547825316fc5dafe5d316f4ccc5a06132");
  CHECK(shipped->samples.size() == 500);
  CHECK(count_by(*shipped, "level") ==
        std::map<std::string, int>{{"1", 43}, {"2", 90}, {"3", 105}, {"4", 128}, {"5", 134}});
  CHECK(count_by(*shipped, "subject")["Intermediate Algebra"] == 97);
}

TEST_CASE("tiny_stem is shipped: 500 distinct problems, 50 of a kind", "[datasets][tasks]") {
  const auto shipped = load("tiny_stem");
  REQUIRE(shipped);
  std::set<std::string> problems;
  for (const Sample& sample : shipped->samples) problems.insert(sample.input);
  CHECK(problems.size() == 500);
  const auto kinds = count_by(*shipped, "kind");
  CHECK(kinds.size() == 10);
  for (const auto& [kind, count] : kinds) {
    CAPTURE(kind);
    CHECK(count == 50);
  }
  CHECK(shipped->samples.front().id == "tiny-stem/arithmetic/01");
  CHECK(shipped->samples.back().id == "tiny-stem/multiple-choice/50");
}

TEST_CASE("the shipped file is the published one, byte for byte", "[datasets][tasks]") {
  const auto shipped = read_file(TRIPOS_SOURCE_DIR "/datasets/data/math500.jsonl");
  REQUIRE(shipped);
  CHECK(shipped->size() == 446'564);
  CHECK(sha256_hex(*shipped) == find_in_table("math500")->sha256);
  const fs::path published = TRIPOS_SHARED_DIR "/data/math500/test.jsonl";
  if (!fs::exists(published)) {
    WARN("skipped: no " << published);
    return;
  }
  const bool is_same = read_file(published) == *shipped;
  CHECK(is_same);
}

TEST_CASE("references of AIME and GSM8K are whole numbers", "[datasets][tasks]") {
  const auto c = GENERATE(std::pair{"aime24", "aime/aime24.jsonl"}, std::pair{"aime25", "aime/aime25.jsonl"},
                          std::pair{"gsm8k", "gsm8k/test.jsonl"});
  const auto dataset = load_shared(c.first, c.second);
  if (!dataset) return;
  for (const Sample& sample : dataset->samples) {
    CAPTURE(sample.id, sample.target);
    const std::size_t digits = sample.target.find_first_not_of('-');
    CHECK(sample.target.find_first_not_of("0123456789", digits) == std::string::npos);
    CHECK((c.first == std::string("gsm8k") || sample.target.size() <= 3));
  }
}

// The hub's form of the file, with invented rows: many columns, in any order.
TaskSpec gpqa_of_any_content() {
  TaskSpec task = *find_in_table("gpqa_diamond");
  task.sha256.clear();
  task.info.samples = 0;
  return task;
}

TEST_CASE("GPQA columns are found by their exact names, wherever they stand", "[datasets][tasks]") {
  const std::string csv =
      "Canary,Incorrect Answer 2,Pre-Revision Question,Question,Correct Answer,Incorrect Answer 1,Incorrect Answer 3,"
      "Subdomain,High-level domain,Record ID\n"
      "c,two,old,\"Which,\nthen?\",right,one,three,Genetics,Biology,rec1\n";
  const auto dataset = read_dataset(gpqa_of_any_content(), csv, "gpqa.csv");
  REQUIRE(dataset);
  const Sample& sample = dataset->samples.at(0);
  CHECK(sample.id == "rec1");
  CHECK(sample.input == "Which,\nthen?");
  CHECK(sample.choices == std::vector<std::string>{"right", "one", "two", "three"});
  CHECK(sample.target == "A");
  CHECK(sample.metadata.at("domain") == "Biology");
}

TEST_CASE("a GPQA file without one of its columns is refused by name", "[datasets][tasks]") {
  const auto dataset = read_dataset(gpqa_of_any_content(),
                                    "Record ID,Question,Correct answer,Incorrect Answer 1,Incorrect Answer 2,"
                                    "Incorrect Answer 3,High-level domain,Subdomain\nr,hidden,a,b,c,d,e,f\n",
                                    "gpqa.csv");
  REQUIRE(!dataset);
  CHECK(dataset.error().message == "gpqa.csv: no column \"Correct Answer\" in the header");
  CHECK(dataset.error().hint == "did you mean \"Correct answer\"?");
}

TEST_CASE("a GPQA file that was changed is refused by its checksum", "[datasets][tasks]") {
  const auto dataset = read_dataset(*find_in_table("gpqa_diamond"), "Record ID,Question\nr,hidden\n", "gpqa.csv");
  REQUIRE(!dataset);
  CHECK_THAT(dataset.error().message, StartsWith("gpqa.csv: wrong checksum: SHA-256 is "));
  CHECK_THAT(dataset.error().message, EndsWith("gpqa_diamond has " + find_in_table("gpqa_diamond")->sha256));
}

TEST_CASE("the hub's CSV of GPQA Diamond and the zip around it give the same samples", "[datasets][tasks]") {
  const auto from_zip = load_shared("gpqa_diamond", "gpqa/gpqa_diamond.repacked.zip");
  if (!from_zip) return;
  const TaskSpec& task = *find_in_table("gpqa_diamond");
  const auto zip = read_file(TRIPOS_SHARED_DIR "/data/gpqa/gpqa_diamond.repacked.zip");
  REQUIRE(zip.has_value());
  const auto csv = read_zip_member(*zip, task.zip.name, task.zip.password, "gpqa.zip");
  REQUIRE(csv.has_value());
  const auto from_csv = read_dataset(task, *csv, "gpqa.csv");
  REQUIRE(from_csv.has_value());
  CHECK(from_csv->sha256 == from_zip->sha256);
  const bool is_same = std::equal(
      from_csv->samples.begin(), from_csv->samples.end(), from_zip->samples.begin(), from_zip->samples.end(),
      [](const Sample& a, const Sample& b) { return a.id == b.id && a.input == b.input && a.choices == b.choices; });
  CHECK(is_same);
}

TEST_CASE("GPQA Diamond is read from the encrypted zip, column by column", "[datasets][tasks]") {
  const auto dataset = load_shared("gpqa_diamond", "gpqa/gpqa_diamond.repacked.zip");
  if (!dataset) return;
  CHECK(dataset->is_private);
  CHECK(dataset->sha256 == "41d1213cd7a4998605a26c2798500652572007161b3a92817ba46b35befcd305");
  CHECK(count_by(*dataset, "domain") ==
        std::map<std::string, int>{{"Biology", 19}, {"Chemistry", 93}, {"Physics", 86}});
  // Over the same cells as Python 3.11's csv module reads them from the same member.
  Sha256Stream cells;
  const auto add = [&](const std::string& cell) {
    cells.update(cell);
    cells.update(std::string_view("\0", 1));
  };
  for (const Sample& sample : dataset->samples) {
    add(sample.id);
    add(sample.input);
    std::for_each(sample.choices.begin(), sample.choices.end(), add);
    add(sample.metadata.at("domain"));
    add(sample.metadata.at("subdomain"));
    const bool first_is_right = sample.choices.size() == 4 && sample.target == "A" && sample.target_index == 0;
    CHECK(first_is_right);
  }
  CHECK(to_hex(cells.finish()) == "bd4d1de05d334356f02b5081f4092a43e6965987180fd21c6b4dab97de055918");
}

TEST_CASE("the two GPQA rows with equal choices are reported without their text", "[datasets][tasks]") {
  const auto dataset = load_shared("gpqa_diamond", "gpqa/gpqa_diamond.repacked.zip");
  if (!dataset) return;
  REQUIRE(dataset->findings.size() == 2);
  for (std::size_t i = 0; i < 2; ++i) {
    const std::size_t row = i == 0 ? 89 : 126;
    const Sample& sample = dataset->samples[row];
    const std::string expected = sample.id + " (row " + std::to_string(row) + " from 0): choices ";
    CHECK_THAT(dataset->findings[i], StartsWith(expected));
    CHECK(dataset->findings[i].size() < expected.size() + 60);
  }
}

TEST_CASE("MMLU-Pro question 3983 is reported, and its letter taken", "[datasets][tasks]") {
  const auto dataset = load_shared("mmlu_pro_stem", "mmlu-pro-stem/test.jsonl");
  if (!dataset) return;
  REQUIRE(dataset->findings.size() == 1);
  CHECK(dataset->findings[0] == "mmlu-pro/3983: the answer letter is C, the answer index 1 (B): the letter is taken");
  CHECK(count_by(*dataset, "category") ==
        std::map<std::string, int>{{"biology", 717}, {"chemistry", 1132}, {"physics", 1299}});
}

TEST_CASE("an unknown task gets a spelling hint, a missing file the command to type", "[datasets][tasks]") {
  const test::TempDir directory;
  const test::Variable data("TRIPOS_DATA_DIR", directory.path().string());
  const auto unknown = load("math50");
  REQUIRE(!unknown);
  CHECK(unknown.error().kind == Error::Kind::kUsage);
  CHECK(unknown.error().message == "unknown task \"math50\"");
  CHECK_THAT(unknown.error().hint, StartsWith("did you mean \"math500\"?"));
  const auto missing = load("gpqa_diamond");
  REQUIRE(!missing);
  CHECK(missing.error().kind == Error::Kind::kData);
  CHECK(missing.error().hint == "tripos fetch gpqa_diamond");
}

TEST_CASE("the table lists its tasks in order, each with what a list shows", "[datasets][tasks]") {
  std::vector<std::string> names;
  for (const TaskInfo& task : tasks()) {
    CAPTURE(task.name);
    names.push_back(task.name);
    CHECK(!task.summary.empty());
    CHECK(!task.default_protocol.empty());
    CHECK(!task.licence.empty());
    CHECK(!task.source.empty());
    CHECK(task.samples > 0);
    CHECK(find_in_table(task.name)->sha256.size() == 64);
  }
  CHECK(names == std::vector<std::string>{"math500", "gpqa_diamond", "gsm8k", "mmlu_stem", "mmlu_pro_stem", "aime24",
                                          "aime25", "tiny_stem"});
}

}  // namespace
}  // namespace tripos::datasets
