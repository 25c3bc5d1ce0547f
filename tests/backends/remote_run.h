#pragma once

#include <map>
#include <string>
#include <vector>

#include "backends/remote/openai_compatible.h"
#include "tests/catch.h"
#include "tests/support/chat_server.h"
#include "tests/support/memory_journal.h"

namespace tripos::test {

constexpr const char* kKey = "sk-invented-key-0123456789";

// Against `base_url`, with waits of a few milliseconds at most.
inline backends::RemoteOptions quick(std::string base_url) {
  backends::RemoteOptions options;
  options.base_url = std::move(base_url);
  options.key = backends::Secret(kKey);
  options.key_name = "INVENTED_KEY";
  options.retry.backoff = std::chrono::milliseconds(1);
  options.retry.longest_backoff = std::chrono::milliseconds(3);
  return options;
}

inline std::vector<Request> questions(int count) {
  std::vector<Request> requests(static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i) {
    Request& request = requests[static_cast<std::size_t>(i)];
    request.sample_id = std::to_string(i);
    request.messages = {{"user", "question " + request.sample_id + "."}};
  }
  return requests;
}

// Number of the question in the body of a request.
inline int question_of(const SeenRequest& request) {
  return std::stoi(request.body.substr(request.body.find("question ") + 9));
}

// What became of a run.
struct Ended {
  Result<void> served;
  std::vector<MemoryJournal::Attempt> attempts;
  std::size_t taken = 0;
  int sent = 0;

  int answered() const {
    return static_cast<int>(std::count_if(attempts.begin(), attempts.end(),
                                          [](const auto& attempt) { return attempt.outcome->has_value(); }));
  }
  // Requests that failed for good.
  int failed() const {
    return static_cast<int>(std::count_if(attempts.begin(), attempts.end(), [](const auto& attempt) {
      return !attempt.outcome->has_value() && !attempt.outcome->error().will_retry;
    }));
  }
  const Response& response(std::size_t attempt = 0) const { return attempts.at(attempt).outcome->value(); }
  const Failure& failure(std::size_t attempt = 0) const { return attempts.at(attempt).outcome->error(); }
};

inline bool holds_key(const std::string& text) { return text.find(kKey) != std::string::npos; }

inline bool holds_key(const AttemptOutcome& outcome) {
  if (!outcome) return holds_key(outcome.error().message);
  return holds_key(outcome->text) || holds_key(outcome->reasoning) || holds_key(outcome->stop_raw) ||
         holds_key(outcome->served_model) || holds_key(outcome->request_id);
}

// What holds for every run, whatever goes wrong: each claimed attempt is finished, sent at most once, in no more than
// `max_connections` at a time, and the key shows up nowhere.
inline Ended serve(const backends::RemoteOptions& options, std::vector<Request> list, MemoryJournal& journal,
                   std::stop_token stop = {}) {
  auto backend = backends::make_openai_compatible("invented/model", options);
  REQUIRE(backend.has_value());
  ListedRequests requests(std::move(list));
  Ended ended;
  ended.served = (*backend)->serve(requests, journal, std::move(stop));
  ended.attempts = journal.attempts();
  ended.taken = requests.taken();
  ended.sent = journal.sent_count();
  for (const auto& attempt : ended.attempts) {
    REQUIRE(attempt.outcome.has_value());
    CHECK(attempt.sent <= 1);
    CHECK_FALSE(holds_key(*attempt.outcome));
  }
  CHECK(journal.most_open() <= options.max_connections);
  if (!ended.served) CHECK_FALSE(holds_key(ended.served.error().message + ended.served.error().hint));
  return ended;
}

inline Ended serve(const backends::RemoteOptions& options, int count, std::stop_token stop = {}) {
  MemoryJournal journal;
  return serve(options, questions(count), journal, std::move(stop));
}

}  // namespace tripos::test
