#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/core/result.h"
#include "harness/core/sample.h"

namespace tripos::datasets {

// Questions with reference answers, checked when loaded.
struct Dataset {
  std::string task;      // "math500", or the name of a user's task file
  std::string revision;  // where the content comes from, e.g. a commit; may be empty
  // Of the file content that the samples were read from (of the CSV, not of a zip around it); for a user's task file of
  // the samples' ids, questions, choices and answers, because the same file can be read through another field map.
  std::string sha256;
  AnswerKind kind = AnswerKind::kMath;
  bool is_private = false;  // question and choice text never goes into a file, a log or a default report
  std::vector<Sample> samples;
  std::vector<std::string> findings;  // oddities found in the data that did not stop the load; no question text
};

// What a task of the table is, before its data is read.
struct TaskInfo {
  std::string name;
  std::string summary;  // one line
  AnswerKind kind = AnswerKind::kMath;
  std::string default_protocol;  // e.g. "simple-evals"
  int samples = 0;               // 0 for a user's task file
  bool is_private = false;
  bool is_shipped = false;  // embedded in the program: needs no download
  std::string licence;
  std::string source;  // where it is published
};

// All tasks that the program knows, in the order they are listed.
const std::vector<TaskInfo>& tasks();

// `name` is a task of the table or the path of a user's task file (*.yaml). `file` is the data itself where the user
// names it; otherwise it is sought in the user's data directory ($TRIPOS_DATA_DIR, else $XDG_DATA_HOME/tripos, else
// ~/.local/share/tripos). Errors: kUsage with a spelling hint for an unknown name; kData for a missing file (the hint
// names the `tripos fetch` to type), a wrong checksum, a missing column, a duplicate id, invalid UTF-8.
Result<TaskInfo> find_task(std::string_view name);
Result<Dataset> load(std::string_view name, const std::optional<std::filesystem::path>& file = std::nullopt);

}  // namespace tripos::datasets
