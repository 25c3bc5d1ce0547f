#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "harness/core/response.h"
#include "harness/core/result.h"

namespace tripos::backends {

// One recorded response of a model to a sample.
struct Recording {
  std::string task;
  std::string sample_id;  // field problem_id, or sample
  std::string model;
  int epoch = 0;     // field sample_index, or epoch
  std::string gold;  // reference answer as recorded; may be empty
  std::optional<double> temperature;
  std::optional<int> max_tokens;
  Response response;  // field response; stop from field stop where present, else kStop
  // For scripts only:
  std::chrono::milliseconds delay{0};
  std::optional<FailureClass> failure;
  int fail_times = 0;  // attempts that fail before the response comes; 0 with a failure: all of them
};

// Calls `visit` for each row of a JSON Lines file (plain or gzip), in file order. Errors (kData) name FILE:LINE.
Result<void> visit_recordings(const std::filesystem::path& file, const std::function<Result<void>(Recording)>& visit);

}  // namespace tripos::backends
