#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <vector>

#include "backends/backend.h"

namespace tripos::test {

// Answers every request with what a function gives for it, one after the other, and remembers what it was asked.
class AnsweringBackend : public backends::Backend {
 public:
  using Answer = std::function<AttemptOutcome(const Request&)>;
  AnsweringBackend(backends::ModelInfo model, Answer answer) : model_(std::move(model)), answer_(std::move(answer)) {}

  const backends::ModelInfo& model() const override { return model_; }

  Result<void> serve(backends::RequestSource& requests, backends::AttemptJournal& journal,
                     std::stop_token stop) override {
    for (std::optional<Request> request; !stop.stop_requested() && (request = requests.next());) {
      asked.push_back(*request);
      TRIPOS_TRY(const auto attempts, journal.claim({&*request, 1}));
      journal.sent(attempts.front());
      TRIPOS_CHECK(finish(journal, attempts.front(), answer_(*request)));
    }
    return {};
  }

  std::vector<Request> asked;

 private:
  static Result<void> finish(backends::AttemptJournal& journal, backends::AttemptId attempt, AttemptOutcome outcome) {
    std::mutex mutex;
    std::condition_variable durable;
    std::optional<Result<void>> written;
    journal.finish(attempt, std::move(outcome), [&](Result<void> result) {
      const std::lock_guard lock(mutex);
      written = std::move(result);
      durable.notify_one();
    });
    std::unique_lock lock(mutex);
    durable.wait(lock, [&] { return written.has_value(); });
    return *written;
  }

  backends::ModelInfo model_;
  Answer answer_;
};

}  // namespace tripos::test
