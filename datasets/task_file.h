#pragma once

#include <filesystem>
#include <string_view>

#include "datasets/task_spec.h"

namespace tripos::datasets {

// True for names that are the path of a task file: they end in .yaml or .yml.
bool is_task_file(std::string_view name);

// Reads a user's task file; the format stands at the top of task_file.cpp. Errors: kConfig with FILE:LINE:COLUMN, kData
// where the file cannot be read. The data it names is not touched.
Result<TaskSpec> read_task_file(const std::filesystem::path& path);
Result<TaskSpec> parse_task_file(std::string_view yaml, const std::filesystem::path& path);

}  // namespace tripos::datasets
