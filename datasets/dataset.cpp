#include "datasets/dataset.h"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <span>

#include "datasets/load.h"
#include "datasets/record.h"
#include "datasets/task_file.h"
#include "datasets/task_table.h"
#include "harness/core/embedded.h"
#include "harness/core/file.h"
#include "harness/core/spelling.h"

namespace tripos::embedded {
std::span<const EmbeddedFile> shipped_data();
}

namespace tripos::datasets {
namespace {

Result<TaskSpec> find_spec(std::string_view name) {
  if (const TaskSpec* task = find_in_table(name)) return *task;
  if (is_task_file(name)) return read_task_file(name);
  std::vector<std::string> names;
  for (const TaskSpec& task : task_table()) names.push_back(task.info.name);
  std::string hint = did_you_mean(name, names);
  if (!hint.empty()) hint += " ";
  return fail(Error::Kind::kUsage, fmt::format("unknown task \"{}\"", name),
              hint + "\"tripos list tasks\" shows all; a task of your own is a .yaml file");
}

std::string_view shipped_file(const TaskSpec& task) {
  const auto files = embedded::shipped_data();
  const auto at = std::find_if(files.begin(), files.end(),
                               [&](const EmbeddedFile& file) { return file.name == data_file_name(task, ""); });
  assert(at != files.end());  // a test loads every shipped task
  return at->content;
}

// A file of the table's task in the data directory: as it was published, or the zip around it.
Result<std::filesystem::path> find_data_file(const TaskSpec& task) {
  TRIPOS_TRY(const std::filesystem::path directory, data_directory());
  const auto plain = directory / data_file_name(task, "");
  const auto zip = directory / (task.info.name + ".zip");
  std::error_code ignored;
  if (std::filesystem::exists(plain, ignored)) return plain;
  if (!task.zip.name.empty() && std::filesystem::exists(zip, ignored)) return zip;
  return fail(Error::Kind::kData,
              fmt::format("the questions of {} are not here: no {}", task.info.name, plain.string()),
              fmt::format("tripos fetch {}", task.info.name));
}

}  // namespace

const std::vector<TaskInfo>& tasks() {
  static const std::vector<TaskInfo> kInfos = [] {
    std::vector<TaskInfo> infos;
    for (const TaskSpec& task : task_table()) infos.push_back(task.info);
    return infos;
  }();
  return kInfos;
}

Result<TaskInfo> find_task(std::string_view name) {
  TRIPOS_TRY(TaskSpec task, find_spec(name));
  return std::move(task.info);
}

Result<Dataset> load(std::string_view name, const std::optional<std::filesystem::path>& file) {
  TRIPOS_TRY(const TaskSpec task, find_spec(name));
  std::filesystem::path path;
  if (file) {
    path = *file;
  } else if (task.info.is_shipped) {
    return read_dataset(task, shipped_file(task), "shipped " + task.info.name);
  } else if (!task.file.empty()) {
    path = task.file;
  } else {
    TRIPOS_TRY(path, find_data_file(task));
  }
  TRIPOS_TRY(const std::string bytes, read_file(path, kMaxDataBytes));
  return read_dataset(task, bytes, path.string());
}

}  // namespace tripos::datasets
