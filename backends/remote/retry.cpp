#include "backends/remote/retry.h"

#include <algorithm>
#include <cstdint>

namespace tripos::backends {
namespace {

// Each attempt with an unknown outcome may have been billed.
constexpr int kMaxUnknown = 2;

}  // namespace

std::chrono::milliseconds Backoff::draw(int failures) {
  constexpr int kMostDoublings = 30;
  const std::int64_t grown = limits_.backoff.count() << std::clamp(failures - 1, 0, kMostDoublings);
  const std::int64_t longest = std::min<std::int64_t>(grown, limits_.longest_backoff.count());
  return std::chrono::milliseconds(std::uniform_int_distribution<std::int64_t>(0, longest)(random_));
}

bool is_unreachable(const Failure& failure) {
  return failure.failure_class == FailureClass::kTransient && failure.http_status == 0;
}

bool Tries::again(const Failure& failure, const RetryLimits& limits) {
  switch (failure.failure_class) {
    case FailureClass::kRate:
      return true;
    case FailureClass::kTransient:
      if (is_unreachable(failure)) return true;
      return ++failed_ < limits.max_attempts;
    case FailureClass::kUnknown:
      ++unknown_;
      return ++failed_ < limits.max_attempts && unknown_ < kMaxUnknown;
    case FailureClass::kAuth:
    case FailureClass::kBadRequest:
    case FailureClass::kCancelled:
      return false;
  }
  return false;
}

}  // namespace tripos::backends
