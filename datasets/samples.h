#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "datasets/record.h"
#include "datasets/task_spec.h"

namespace tripos::datasets {

struct CheckedSamples {
  std::vector<Sample> samples;
  std::vector<std::string> findings;  // as in Dataset
};

// Records read through the task's field map, and checked. Errors (kData) name `where`:LINE: a missing field, an empty
// question, choice or reference, fewer than 2 or more than 26 choices, an answer that names no choice, a duplicate id.
// Findings: an answer letter that disagrees with the answer index (the letter is taken: in MMLU-Pro question 3983 it is
// the letter that names the right choice), choices that read alike (the index tells them apart).
// Text of questions and choices stands in no finding, and for private tasks in no error either.
Result<CheckedSamples> read_samples(const TaskSpec& task, const std::vector<Record>& records, std::string_view where);

}  // namespace tripos::datasets
