#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "backends/backend.h"

namespace tripos::test {

// Takes attempts down in memory, and calls back from a thread of its own as the store's journal does. It holds a
// backend to the contract: an attempt is claimed, sent at most once and finished exactly once.
class MemoryJournal : public backends::AttemptJournal {
 public:
  struct Attempt {
    Request request;
    int sent = 0;
    std::optional<AttemptOutcome> outcome;
  };

  MemoryJournal() : writer_([this](std::stop_token stop) { write(stop); }) {}

  // From now on every claim or every row fails.
  void break_claims() { set(claims_broken_); }
  void break_writes() { set(writes_broken_); }

  Result<std::vector<backends::AttemptId>> claim(std::span<const Request> requests) override {
    const std::lock_guard lock(mutex_);
    if (claims_broken_) return fail(Error::Kind::kStorage, "the journal cannot claim");
    claims_.push_back(static_cast<int>(requests.size()));
    std::vector<backends::AttemptId> ids;
    for (const Request& request : requests) {
      ids.push_back(static_cast<backends::AttemptId>(attempts_.size()));
      attempts_.push_back({.request = request});
      open_ += 1;
    }
    most_open_ = std::max(most_open_, open_);
    return ids;
  }

  void sent(backends::AttemptId attempt) override {
    const std::lock_guard lock(mutex_);
    ++attempts_.at(static_cast<std::size_t>(attempt)).sent;
  }

  void finish(backends::AttemptId attempt, AttemptOutcome outcome,
              std::function<void(Result<void>)> on_durable) override {
    const std::lock_guard lock(mutex_);
    Attempt& row = attempts_.at(static_cast<std::size_t>(attempt));
    if (row.outcome) throw std::logic_error("an attempt was finished twice");
    row.outcome = std::move(outcome);
    queue_.push_back(std::move(on_durable));
    changed_.notify_one();
  }

  std::vector<Attempt> attempts() const {
    const std::lock_guard lock(mutex_);
    return attempts_;
  }
  std::vector<int> claims() const {
    const std::lock_guard lock(mutex_);
    return claims_;
  }
  int sent_count() const {
    const std::lock_guard lock(mutex_);
    int count = 0;
    for (const Attempt& attempt : attempts_) count += attempt.sent;
    return count;
  }
  // Attempts that were claimed and not durable yet, at their most.
  int most_open() const {
    const std::lock_guard lock(mutex_);
    return most_open_;
  }

 private:
  void set(bool& flag) {
    const std::lock_guard lock(mutex_);
    flag = true;
  }

  void write(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    while (changed_.wait(lock, stop, [this] { return !queue_.empty(); })) {
      const auto group = std::exchange(queue_, {});
      open_ -= static_cast<int>(group.size());
      Result<void> written;
      if (writes_broken_) written = fail(Error::Kind::kStorage, "the disk is full");
      lock.unlock();
      for (const auto& on_durable : group) on_durable(written);
      lock.lock();
    }
  }

  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  std::vector<Attempt> attempts_;
  std::vector<int> claims_;
  std::vector<std::function<void(Result<void>)>> queue_;
  int open_ = 0;
  int most_open_ = 0;
  bool claims_broken_ = false;
  bool writes_broken_ = false;
  std::jthread writer_;  // last: it uses the others
};

// Requests from a list.
class ListedRequests : public backends::RequestSource {
 public:
  explicit ListedRequests(std::vector<Request> requests) : requests_(std::move(requests)) {}

  std::optional<Request> next() override {
    const std::lock_guard lock(mutex_);
    if (next_ == requests_.size()) return std::nullopt;
    return requests_[next_++];
  }
  std::size_t taken() const {
    const std::lock_guard lock(mutex_);
    return next_;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<Request> requests_;
  std::size_t next_ = 0;
};

}  // namespace tripos::test
