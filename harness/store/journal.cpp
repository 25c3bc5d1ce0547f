#include "harness/store/journal.h"

#include <fmt/format.h>
#include <sys/random.h>

#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <cstring>
#include <future>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "harness/core/json.h"
#include "harness/store/rows.h"
#include "harness/store/state.h"

namespace tripos::store {
namespace {

using backends::AttemptId;
using Clock = std::chrono::steady_clock;

// An outcome waits at most this long for others to share its sync with.
constexpr std::chrono::milliseconds kGroupWait{20};
constexpr std::size_t kGroupSize = 64;

struct Claim {
  std::span<const Request> requests;
  std::promise<Result<std::vector<AttemptId>>> attempts;
};

struct Outcome {
  AttemptId attempt;
  AttemptOutcome outcome;
  std::function<void(Result<void>)> on_durable;
};

// What waits for the writer.
struct Queue {
  std::vector<Claim*> claims;  // of threads that wait in claim()
  std::vector<AttemptId> sent;
  std::vector<Outcome> outcomes;

  bool empty() const { return claims.empty() && sent.empty() && outcomes.empty(); }
};

Result<std::vector<AttemptKey>> draw_keys(std::size_t count) {
  std::vector<AttemptKey> keys(count);
  for (AttemptKey& key : keys) {
    if (::getrandom(key.data(), key.size(), 0) != static_cast<ssize_t>(key.size())) {
      return fail(Error::Kind::kStorage, fmt::format("no random numbers: {}", std::strerror(errno)));
    }
  }
  return keys;
}

std::string prompt_json(const Request& request) {
  nlohmann::json list = nlohmann::json::array();
  for (const Message& message : request.messages)
    list.push_back({{"role", message.role}, {"content", message.content}});
  for (const std::string& text : request.continuations) list.push_back({{"role", "continuation"}, {"content", text}});
  return canonical_json(list);
}

// Attempts that a process left open when it died: see schema.sql.
Result<void> settle_leftovers(Database& database, std::int64_t run) {
  TRIPOS_TRY(Transaction transaction, Transaction::begin(database, Durability::kProcessKill));
  TRIPOS_CHECK(
      database.run("DELETE FROM attempt WHERE state = 'claimed'"
                   " AND request IN (SELECT id FROM request WHERE run = ? AND answer IS NULL)",
                   run));
  TRIPOS_CHECK(
      database.run("UPDATE attempt SET state = 'failed', ended_ms = ?2, failure = ?3, message = ?4,"
                   " http_status = 0, will_retry = 1 WHERE state = 'sent'"
                   " AND request IN (SELECT id FROM request WHERE run = ?1 AND answer IS NULL)",
                   run, now_ms(), to_string(FailureClass::kUnknown),
                   "the program ended before the answer came; it may have been billed"));
  return transaction.commit();
}

}  // namespace

struct Journal::State {
  State(Database& its_database, RunRow its_run) : database(its_database), run(its_run), bodies(its_database) {}

  // Called by any thread.
  void add(const std::function<void(Queue&)>& change) {
    {
      const std::lock_guard lock(mutex);
      change(queue);
    }
    wake.notify_one();
  }

  // Everything below is the writer's.
  void write_until_closed() {
    for (;;) {
      Queue work = next();
      if (work.empty()) return;
      write_marks(work.sent);
      for (Claim* claim : work.claims) claim->attempts.set_value(claim_all(claim->requests));
      write_outcomes(work.outcomes);
    }
  }

  // What is due: claims and marks at once, outcomes when their group is complete. Empty: closed, and nothing is left.
  Queue next() {
    std::unique_lock lock(mutex);
    for (;;) {
      const Clock::time_point group_due = first_outcome + kGroupWait;
      const bool is_due = queue.outcomes.size() >= kGroupSize || (!queue.outcomes.empty() && Clock::now() >= group_due);
      if (closing || is_due) return std::exchange(queue, {});
      if (!queue.claims.empty() || !queue.sent.empty()) {
        return Queue{std::exchange(queue.claims, {}), std::exchange(queue.sent, {}), {}};
      }
      if (queue.outcomes.empty()) {
        wake.wait(lock);
      } else {
        wake.wait_until(lock, group_due);
      }
    }
  }

  // A kill of the process must not undo a mark, a power cut may. One that could not be written is written with the
  // next: an attempt must not be taken for never sent because the disk was full for a moment.
  void write_marks(const std::vector<AttemptId>& sent) {
    marks.insert(marks.end(), sent.begin(), sent.end());
    if (marks.empty()) return;
    const Result<void> written = [&]() -> Result<void> {
      TRIPOS_TRY(Transaction transaction, Transaction::begin(database, Durability::kProcessKill));
      for (const AttemptId attempt : marks) {
        TRIPOS_CHECK(database.run("UPDATE attempt SET state = 'sent' WHERE id = ? AND state = 'claimed'", attempt));
      }
      return transaction.commit();
    }();
    if (written) marks.clear();
  }

  // As durable as a mark.
  Result<std::vector<AttemptId>> claim_all(std::span<const Request> requests) {
    TRIPOS_TRY(const std::vector<AttemptKey> keys, draw_keys(requests.size()));
    TRIPOS_TRY(Transaction transaction, Transaction::begin(database, Durability::kProcessKill));
    std::vector<AttemptId> attempts;
    for (std::size_t i = 0; i < requests.size(); ++i) {
      TRIPOS_TRY(const AttemptId attempt, claim_one(requests[i], keys[i]));
      attempts.push_back(attempt);
    }
    TRIPOS_CHECK(transaction.commit());
    return attempts;
  }

  Result<AttemptId> claim_one(const Request& request, const AttemptKey& key) {
    TRIPOS_TRY(const RequestRow row, put_request(database, run, request.sample_id, request.epoch));
    if (row.answered) {
      return fail(Error::Kind::kStorage,
                  fmt::format("sample \"{}\", epoch {} is answered already", request.sample_id, request.epoch));
    }
    TRIPOS_TRY(const std::int64_t prompt,
               bodies.put(prompt_json(request), run.is_private ? Keep::kHashOnly : Keep::kText));
    return insert_attempt(database, row.id, key,
                          Asked{.prompt = prompt,
                                .choice_order = nlohmann::json(request.order).dump(),
                                .choice_count = static_cast<int>(request.order.size()),
                                .target = request.target},
                          now_ms());
  }

  // Together in one transaction. Where that fails, each by itself: one that cannot be written takes no other with it.
  void write_outcomes(const std::vector<Outcome>& outcomes) {
    const Result<void> together = outcomes.empty() ? Result<void>() : write(outcomes);
    for (const Outcome& ended : outcomes) ended.on_durable(together ? together : write({&ended, 1}));
  }

  Result<void> write(std::span<const Outcome> outcomes) {
    TRIPOS_TRY(Transaction transaction, Transaction::begin(database, Durability::kPowerCut));
    const std::int64_t now = now_ms();
    for (const Outcome& ended : outcomes) {
      TRIPOS_CHECK(ended.outcome ? answer_attempt(database, bodies, ended.attempt, *ended.outcome, now)
                                 : fail_attempt(database, ended.attempt, ended.outcome.error(), now));
    }
    return transaction.commit();
  }

  Database& database;
  const RunRow run;
  BodyWriter bodies;
  std::vector<AttemptId> marks;  // not yet written

  std::mutex mutex;
  std::condition_variable wake;
  Queue queue;
  Clock::time_point first_outcome;  // when the oldest of queue.outcomes came, if there is one
  bool closing = false;
  std::thread writer;
};

Journal::Journal(std::unique_ptr<State> state) : state_(std::move(state)) {
  state_->writer = std::thread([state = state_.get()] { state->write_until_closed(); });
}

Journal::~Journal() {
  state_->add([this](Queue&) { state_->closing = true; });
  state_->writer.join();
}

Result<std::unique_ptr<Journal>> Journal::open(Store& store, std::string run_id) {
  Database& database = *store.state_->database;
  TRIPOS_TRY(const RunRow run, find_run_row(database, run_id));
  TRIPOS_CHECK(settle_leftovers(database, run.id));
  return std::unique_ptr<Journal>(new Journal(std::make_unique<State>(database, run)));
}

Result<std::vector<AttemptId>> Journal::claim(std::span<const Request> requests) {
  Claim claim{requests, {}};
  auto attempts = claim.attempts.get_future();
  state_->add([&](Queue& queue) { queue.claims.push_back(&claim); });
  return attempts.get();
}

void Journal::sent(AttemptId attempt) {
  state_->add([&](Queue& queue) { queue.sent.push_back(attempt); });
}

void Journal::finish(AttemptId attempt, AttemptOutcome outcome, std::function<void(Result<void>)> on_durable) {
  state_->add([&](Queue& queue) {
    if (queue.outcomes.empty()) state_->first_outcome = Clock::now();
    queue.outcomes.push_back({attempt, std::move(outcome), std::move(on_durable)});
  });
}

}  // namespace tripos::store
