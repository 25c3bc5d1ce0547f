#pragma once
// Stores with invented questions and answers, made without a runner.

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "harness/store/store.h"

namespace tripos::test {

struct SampleAnswer {
  std::string sample_id;
  std::string text;
  Verdict verdict = Verdict::kEqual;
  std::string extracted = "42";
  int epoch = 0;
  StopClass stop = StopClass::kStop;
  std::string reasoning;
};

std::unique_ptr<store::Store> new_store(const std::filesystem::path& path);

// Files the answers of a model as a run and scores them under `protocol` (not at all where that is empty).
void add_run(store::Store& store, const std::string& task, const std::vector<Sample>& samples, const std::string& model,
             const std::vector<SampleAnswer>& answers, const std::string& protocol, bool is_private = false);

// Samples "q/000", "q/001", ... with formulas, a level from 1 to 4 and a subject.
std::vector<Sample> algebra_samples(int count);

// The answers of a model that gets the samples right whose number `right` accepts.
std::vector<SampleAnswer> answers_to(const std::vector<Sample>& samples, bool (*right)(int), int epochs = 1);

}  // namespace tripos::test
