#pragma once

#include <chrono>
#include <random>

#include "harness/core/response.h"

namespace tripos::backends {

struct RetryLimits {
  int max_attempts = 6;  // of one request that failed for a reason of its own
  std::chrono::milliseconds backoff{500};
  std::chrono::milliseconds longest_backoff{60'000};
  std::chrono::milliseconds rate_patience{3'600'000};  // with a server that says nothing but "wait"
};

// Full jitter: waits drawn evenly from 0 to backoff x 2^(failures - 1), at most to longest_backoff.
class Backoff {
 public:
  explicit Backoff(const RetryLimits& limits) : limits_(limits), random_(std::random_device{}()) {}
  std::chrono::milliseconds draw(int failures);  // from 1

 private:
  RetryLimits limits_;
  std::mt19937 random_;
};

// Nothing of the request left this machine: no fault of the request.
bool is_unreachable(const Failure& failure);

// The attempts of one request that failed for a reason of its own: to be told to wait, or not to reach the server at
// all, does not count.
class Tries {
 public:
  // Counts a failure. May the request be asked again?
  bool again(const Failure& failure, const RetryLimits& limits);
  int failed() const { return failed_; }

 private:
  int failed_ = 0;
  int unknown_ = 0;
};

}  // namespace tripos::backends
