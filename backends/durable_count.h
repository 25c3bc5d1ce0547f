#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <utility>

#include "harness/core/result.h"

namespace tripos::backends {

// Counts rows on their way to the disk. Thread-safe.
class DurableCount {
 public:
  // For AttemptJournal::finish(); must be called once. The count outlives it.
  std::function<void(Result<void>)> next() {
    const std::lock_guard lock(mutex_);
    ++open_;
    return [this](Result<void> written) {
      const std::lock_guard guard(mutex_);
      if (!written && first_error_) first_error_ = std::move(written);
      if (--open_ == 0) all_durable_.notify_all();
    };
  }

  bool has_failed() const {
    const std::lock_guard lock(mutex_);
    return !first_error_;
  }

  // Waits until none is open; the first error of all, if there was one.
  Result<void> wait() {
    std::unique_lock lock(mutex_);
    all_durable_.wait(lock, [this] { return open_ == 0; });
    return first_error_;
  }

 private:
  mutable std::mutex mutex_;
  std::condition_variable all_durable_;
  int open_ = 0;
  Result<void> first_error_;
};

}  // namespace tripos::backends
