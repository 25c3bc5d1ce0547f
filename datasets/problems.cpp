#include "datasets/problems.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "datasets/jsonl.h"
#include "datasets/load.h"
#include "datasets/samples.h"
#include "harness/core/file.h"
#include "harness/core/hash.h"

namespace tripos::datasets {
namespace {

constexpr std::array<std::string_view, 5> kOwnFields = {"task", "problem_id", "problem", "options", "gold"};

struct Group {
  std::string task;
  std::vector<Record> records;
};

Result<std::vector<Group>> group_by_task(std::vector<Record> records, const std::string& where) {
  std::vector<Group> groups;
  for (Record& record : records) {
    const auto field = record.fields.find("task");
    const auto* task = field == record.fields.end() ? nullptr : std::get_if<std::string>(&field->second);
    if (task == nullptr) return fail(Error::Kind::kData, fmt::format("{}:{}: no field \"task\"", where, record.line));
    auto group = std::find_if(groups.begin(), groups.end(), [&](const Group& known) { return known.task == *task; });
    if (group == groups.end()) group = groups.insert(groups.end(), Group{*task, {}});
    group->records.push_back(std::move(record));
  }
  return groups;
}

bool has_options(const Record& record) { return record.fields.contains("options"); }

Result<TaskSpec> describe(const Group& group, const std::string& where) {
  TaskSpec task;
  task.info.name = group.task;
  task.fields = {.id = "problem_id", .question = "problem", .answer = "gold"};
  const bool is_choice = has_options(group.records.front());
  if (is_choice) task.fields.choices = {"options"};
  task.info.kind = is_choice ? AnswerKind::kChoice : AnswerKind::kMath;
  for (const Record& record : group.records) {
    if (has_options(record) != is_choice) {
      return fail(Error::Kind::kData, fmt::format("{}:{}: task \"{}\" has questions with and without options", where,
                                                  record.line, group.task));
    }
  }
  return task;
}

void add_metadata(Sample& sample, const Record& record) {
  for (const auto& [name, value] : record.fields) {
    const auto* text = std::get_if<std::string>(&value);
    const bool is_own = std::find(kOwnFields.begin(), kOwnFields.end(), name) != kOwnFields.end();
    if (text != nullptr && !is_own) sample.metadata.emplace(name, *text);
  }
}

Result<Dataset> read_group(const Group& group, std::string_view content, const std::string& where) {
  TRIPOS_TRY(const TaskSpec task, describe(group, where));
  TRIPOS_TRY(CheckedSamples checked, read_samples(task, group.records, where));
  for (std::size_t i = 0; i < group.records.size(); ++i) add_metadata(checked.samples[i], group.records[i]);
  Sha256Stream hash;
  hash.update(content);
  hash.update(group.task);
  Dataset dataset;
  dataset.task = group.task;
  dataset.sha256 = to_hex(hash.finish());
  dataset.kind = task.info.kind;
  dataset.samples = std::move(checked.samples);
  dataset.findings = std::move(checked.findings);
  return dataset;
}

}  // namespace

Result<std::vector<Dataset>> load_problems(const std::filesystem::path& path) {
  const std::string where = path.string();
  TRIPOS_TRY(const std::string content, read_maybe_gzip(path, kMaxDataBytes));
  TRIPOS_CHECK(check_utf8(content, where));
  TRIPOS_TRY(auto records, parse_jsonl(content, where));
  TRIPOS_TRY(const auto groups, group_by_task(std::move(records), where));
  if (groups.empty()) return fail(Error::Kind::kData, where + ": no questions in it");
  std::vector<Dataset> datasets;
  for (const Group& group : groups) {
    TRIPOS_TRY(Dataset dataset, read_group(group, content, where));
    datasets.push_back(std::move(dataset));
  }
  return datasets;
}

}  // namespace tripos::datasets
