#pragma once

#include <algorithm>
#include <chrono>
#include <optional>
#include <string>

#include "backends/remote/retry.h"
#include "harness/core/response.h"
#include "harness/core/result.h"

namespace tripos::backends {

// What the fates of single requests say about their server: when the next one may start, how many may be on their way,
// and whether there is any sense in going on. The time is handed in, so that hours of waiting are tested in no time.
//   told to wait    nothing starts before; half as many at a time, then one more after each round of answers
//   unreachable     one try at a time, with growing waits, then a verdict
//   failed for good three in a row, alike and none answered in between: nothing starts until all others on their way
//                   have failed, too, which is a verdict, or one was answered
class ModelGate {
 public:
  using Clock = std::chrono::steady_clock;

  // `endpoint` is for messages.
  ModelGate(std::string endpoint, int max_in_flight, const RetryLimits& limits);

  Clock::time_point opens_at() const { return opens_at_; }
  // May one more start when the gate is open, with so many on their way, and so many of these not connected yet?
  bool has_room(int in_flight, int connecting) const;

  void connected();
  void answered();
  // `asked_wait`: what the reply asked for. `started`: of the attempt; the failures of one burst count once.
  void failed(const Failure& failure, std::optional<std::chrono::milliseconds> asked_wait, Clock::time_point started,
              Clock::time_point now);
  void gave_up(const Failure& failure);

  // Why nothing more is to be asked.
  std::optional<Error> verdict(int in_flight) const;

 private:
  void failed_to_connect(const Failure& failure, Clock::time_point started, Clock::time_point now);
  void told_to_wait(const Failure& failure, std::optional<std::chrono::milliseconds> asked_wait,
                    Clock::time_point started, Clock::time_point now);
  void close_until(Clock::time_point time) { opens_at_ = std::max(opens_at_, time); }
  bool in_doubt() const;

  std::string endpoint_;
  int max_in_flight_;
  RetryLimits limits_;
  Backoff backoff_;
  Clock::time_point opens_at_{};
  std::optional<Error> verdict_;

  int room_;
  int answers_ = 0;      // since the room last changed
  int rate_bursts_ = 0;  // since the last answer
  Clock::time_point first_rate_burst_{};
  Clock::time_point last_rate_burst_{};

  bool ever_connected_ = false;
  int failed_connects_ = 0;  // since the last connection
  Clock::time_point last_failed_connect_{};

  int given_up_ = 0;  // in a row
  Failure last_given_up_;
};

}  // namespace tripos::backends
