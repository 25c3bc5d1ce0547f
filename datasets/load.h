#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "datasets/task_spec.h"

namespace tripos::datasets {

// The user's data directory: $TRIPOS_DATA_DIR, else $XDG_DATA_HOME/tripos, else ~/.local/share/tripos.
Result<std::filesystem::path> data_directory();

// Name in the data directory of a file of this task with such content.
std::string data_file_name(const TaskSpec& task, std::string_view content);

// Error (kData) with `where`:LINE:COLUMN (in bytes, from 1) at the first byte that is not well-formed UTF-8.
Result<void> check_utf8(std::string_view content, const std::string& where);

// Samples of a task from bytes of its data file (plain, gzip, or the zip of the task), checked. `where` names the bytes
// in errors.
Result<Dataset> read_dataset(const TaskSpec& task, std::string_view bytes, const std::string& where);

}  // namespace tripos::datasets
