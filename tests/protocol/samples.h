#pragma once
// Invented samples for tests of prompts and orders.

#include <string>
#include <vector>

#include "harness/core/sample.h"

namespace tripos::test {

// `count` rows with `choices` choices each, the right one first, as GPQA publishes them.
inline std::vector<Sample> choice_samples(int count, int choices) {
  std::vector<Sample> samples;
  for (int i = 0; i < count; ++i) {
    Sample sample{.id = "row/" + std::to_string(i), .input = "Which?", .target = "A", .target_index = 0};
    for (int choice = 0; choice < choices; ++choice) sample.choices.push_back(std::to_string(choice));
    samples.push_back(std::move(sample));
  }
  return samples;
}

}  // namespace tripos::test
