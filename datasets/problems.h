#pragma once

#include <filesystem>
#include <vector>

#include "datasets/dataset.h"

namespace tripos::datasets {

// Questions that stand beside recorded responses: JSON Lines, plain or gzip, with the fields task, problem_id, problem,
// gold, and options for multiple choice (gold is a letter then). Further scalar fields become metadata. One Dataset a
// task, in the order of the file. Its sha256 is that of the unpacked file followed by the name of the task.
// Errors (kData) as for load(), and a task with both kinds of questions.
Result<std::vector<Dataset>> load_problems(const std::filesystem::path& path);

}  // namespace tripos::datasets
