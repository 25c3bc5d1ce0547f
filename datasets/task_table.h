#pragma once

#include <vector>

#include "datasets/task_spec.h"

namespace tripos::datasets {

// The tasks that the program knows, in the order they are listed.
const std::vector<TaskSpec>& task_table();

// Task of the table, or nullptr.
const TaskSpec* find_in_table(std::string_view name);

}  // namespace tripos::datasets
