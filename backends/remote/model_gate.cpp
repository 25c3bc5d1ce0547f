#include "backends/remote/model_gate.h"

#include <fmt/format.h>

#include <utility>

namespace tripos::backends {
namespace {

using std::chrono::milliseconds;

// A server that was never there is most likely not started or misspelt; one that was there may come back.
constexpr int kFirstConnects = 4;
constexpr int kLaterConnects = 10;
constexpr int kDoubtful = 3;

// Messages of lost replies differ by their byte counts; what a server refuses, it refuses for the reason it gives.
bool alike(const Failure& a, const Failure& b) {
  return a.failure_class == b.failure_class && (a.failure_class != FailureClass::kBadRequest || a.message == b.message);
}

std::string spoken(milliseconds time) {
  if (time >= std::chrono::hours(2)) return fmt::format("{} hours", time / std::chrono::hours(1));
  if (time >= std::chrono::minutes(2)) return fmt::format("{} minutes", time / std::chrono::minutes(1));
  return fmt::format("{} seconds", time / std::chrono::seconds(1));
}

}  // namespace

ModelGate::ModelGate(std::string endpoint, int max_in_flight, const RetryLimits& limits)
    : endpoint_(std::move(endpoint)),
      max_in_flight_(max_in_flight),
      limits_(limits),
      backoff_(limits),
      room_(max_in_flight) {}

bool ModelGate::has_room(int in_flight, int connecting) const {
  if (verdict_ || in_doubt() || in_flight >= room_) return false;
  return failed_connects_ == 0 || connecting == 0;
}

void ModelGate::connected() {
  ever_connected_ = true;
  failed_connects_ = 0;
}

void ModelGate::answered() {
  given_up_ = 0;
  rate_bursts_ = 0;
  if (room_ == max_in_flight_ || ++answers_ < room_) return;
  ++room_;
  answers_ = 0;
}

void ModelGate::failed(const Failure& failure, std::optional<milliseconds> asked_wait, Clock::time_point started,
                       Clock::time_point now) {
  if (is_unreachable(failure)) return failed_to_connect(failure, started, now);
  if (failure.failure_class == FailureClass::kRate || asked_wait) told_to_wait(failure, asked_wait, started, now);
}

void ModelGate::failed_to_connect(const Failure& failure, Clock::time_point started, Clock::time_point now) {
  if (started < last_failed_connect_) return;
  last_failed_connect_ = now;
  ++failed_connects_;
  if (failed_connects_ < (ever_connected_ ? kLaterConnects : kFirstConnects)) {
    return close_until(now + backoff_.draw(failed_connects_));
  }
  verdict_ = Error{Error::Kind::kNetwork,
                   fmt::format("cannot connect to {}: {} ({} tries)", endpoint_, failure.message, failed_connects_),
                   ever_connected_ ? "see whether the server still runs" : "start the server, or check the base URL"};
}

void ModelGate::told_to_wait(const Failure& failure, std::optional<milliseconds> asked_wait, Clock::time_point started,
                             Clock::time_point now) {
  if (asked_wait) close_until(now + *asked_wait + backoff_.draw(1));
  if (rate_bursts_ == 0) first_rate_burst_ = now;
  if (started >= last_rate_burst_) {
    last_rate_burst_ = now;
    ++rate_bursts_;
    room_ = std::max(1, room_ / 2);
    answers_ = 0;
    if (!asked_wait) close_until(now + backoff_.draw(rate_bursts_));
  }
  if (opens_at_ - first_rate_burst_ <= limits_.rate_patience) return;
  const auto wait = std::chrono::duration_cast<milliseconds>(opens_at_ - first_rate_burst_);
  verdict_ = Error{Error::Kind::kProvider,
                   fmt::format("{} wants us to wait for {}: {}", endpoint_, spoken(wait), failure.message),
                   "go on when its limit allows"};
}

void ModelGate::gave_up(const Failure& failure) {
  given_up_ = given_up_ > 0 && alike(failure, last_given_up_) ? given_up_ + 1 : 1;
  last_given_up_ = failure;
}

bool ModelGate::in_doubt() const { return given_up_ >= kDoubtful; }

std::optional<Error> ModelGate::verdict(int in_flight) const {
  if (verdict_ || !in_doubt() || in_flight > 0) return verdict_;
  const bool refused = last_given_up_.failure_class == FailureClass::kBadRequest;
  return Error{
      last_given_up_.http_status == 0 ? Error::Kind::kNetwork : Error::Kind::kProvider,
      fmt::format("{} {} {} requests in a row: {}", endpoint_, refused ? "refused" : "failed", given_up_,
                  last_given_up_.message),
      refused ? "check the name of the model, the base URL and what the server takes" : "see the server's log"};
}

}  // namespace tripos::backends
