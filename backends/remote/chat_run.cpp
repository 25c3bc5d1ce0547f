#include "backends/remote/chat_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <mutex>
#include <utility>
#include <vector>

#include "backends/remote/model_gate.h"
#include "backends/remote/wire/chat_reply.h"
#include "harness/core/text.h"

namespace tripos::backends {
namespace {

using std::chrono::milliseconds;

// Proxies drop connections that stay silent while a long answer is written.
bool wants_stream(const std::optional<bool>& asked, const SamplingParams& sampling) {
  constexpr int kLongAnswer = 4'096;  // tokens
  if (asked) return *asked;
  return sampling.max_tokens ? *sampling.max_tokens > kLongAnswer : sampling.reasoning_effort.has_value();
}

// Takes the key out of everything that a server said, and bounds what should be short.
void clean(AttemptOutcome& outcome, const std::optional<Secret>& key) {
  constexpr std::size_t kMaxMessage = 1'000;
  constexpr std::size_t kMaxWord = 200;
  const auto redact = [&](std::string& text) {
    if (key) text = key->redact(text);
  };
  const auto bound = [&](std::string& text, std::size_t bytes) {
    text = repair_utf8(text);
    redact(text);  // before it is cut: half a key is one, too
    if (text.size() > bytes) text = std::string(prefix_utf8(text, bytes)) + "...";
  };
  if (!outcome) return bound(outcome.error().message, kMaxMessage);
  redact(outcome->text);
  redact(outcome->reasoning);
  for (std::string* word : {&outcome->stop_raw, &outcome->served_model, &outcome->request_id}) bound(*word, kMaxWord);
}

// Rows that became durable, handed over by the journal's thread.
class DurableInbox {
 public:
  explicit DurableInbox(HttpClient& client) : client_(client) {}

  void put(std::size_t slot, Result<void> written) {
    const std::lock_guard lock(mutex_);
    rows_.emplace_back(slot, std::move(written));
    // Under the lock: once the last row is taken, the client may go.
    if (rows_.size() == 1) client_.wake();
  }

  std::vector<std::pair<std::size_t, Result<void>>> take() {
    const std::lock_guard lock(mutex_);
    return std::exchange(rows_, {});
  }

 private:
  HttpClient& client_;
  std::mutex mutex_;
  std::vector<std::pair<std::size_t, Result<void>>> rows_;
};

class ChatRun;

// Room for one request, from when it is taken until its last outcome is durable.
struct Slot final : HttpListener {
  enum class State { kFree, kWaiting, kInFlight, kFinishing };

  Slot(ChatRun& its_run, std::size_t its_index) : run(its_run), index(its_index) {}
  void on_send() override;
  bool on_body(const HttpHead& head, std::string_view bytes) override { return reply->take(head, bytes); }
  void on_end(const HttpHead& head, const HttpEnd& end) override;

  ChatRun& run;
  const std::size_t index;
  State state = State::kFree;
  Request request;
  Tries tries;
  Clock::time_point due;          // kWaiting: for its next attempt
  bool fresh_connection = false;  // for the rest of its attempts
  bool again = false;             // kFinishing: kWaiting comes next
  AttemptId attempt = 0;          // kInFlight, like what follows
  Clock::time_point started;
  std::optional<ChatReply> reply;
};

// One serve(), driven by its thread.
class ChatRun {
 public:
  ChatRun(const RemoteOptions& options, const ChatTarget& target, HttpClient& client, RequestSource& requests,
          AttemptJournal& journal, std::stop_token stop)
      : options_(options),
        target_(target),
        client_(client),
        requests_(requests),
        journal_(journal),
        stop_(std::move(stop)),
        durable_(client),
        backoff_(options.retry),
        gate_(target.endpoint, options.max_connections, options.retry) {}

  Result<void> run() {
    const std::stop_callback wake(stop_, [this] { client_.wake(); });
    while (true) {
      take_durable();
      if (!ending_) take_requests();
      if (!ending_) look_at_gate();
      if (!ending_) start_due(Clock::now());
      if (ending_) end(Clock::now());
      if (count(Slot::State::kFree) == slots_.size()) break;
      const Result<void> moved = client_.run(next_event(Clock::now()));
      if (!moved) {
        stop_for(moved.error());
        cancel_at_ = Clock::now();
      }
    }
    if (error_) return tl::unexpected(std::move(*error_));
    return {};
  }

  void on_send(const Slot& slot) {
    --connecting_;
    journal_.sent(slot.attempt);
    gate_.connected();
  }

  void on_end(Slot& slot, const HttpHead& head, const HttpEnd& end) {
    --in_flight_;
    if (!end.sent) --connecting_;
    AttemptOutcome outcome = slot.reply->finish(head, end);
    clean(outcome, options_.key);
    slot.again = false;
    if (outcome) {
      gate_.answered();
    } else {
      judge(slot, outcome.error(), head, end);
    }
    slot.state = Slot::State::kFinishing;
    journal_.finish(slot.attempt, std::move(outcome),
                    [this, index = slot.index](Result<void> written) { durable_.put(index, std::move(written)); });
  }

 private:
  std::size_t count(Slot::State state) const {
    return static_cast<std::size_t>(
        std::count_if(slots_.begin(), slots_.end(), [&](const Slot& slot) { return slot.state == state; }));
  }

  void take_durable() {
    for (auto& [index, written] : durable_.take()) {
      Slot& slot = slots_[index];
      slot.state = slot.again && !ending_ ? Slot::State::kWaiting : Slot::State::kFree;
      if (!written) stop_for(std::move(written).error());
    }
  }

  void take_requests() {
    ending_ = stop_.stop_requested();
    for (std::size_t i = 0; !ending_ && i < static_cast<std::size_t>(options_.max_connections); ++i) {
      if (i < slots_.size() && slots_[i].state != Slot::State::kFree) continue;
      std::optional<Request> request = requests_.next();
      if (!request) return;
      if (i == slots_.size()) slots_.emplace_back(*this, i);
      Slot& slot = slots_[i];
      slot.state = Slot::State::kWaiting;
      slot.request = std::move(*request);
      slot.tries = {};
      slot.due = {};
      slot.fresh_connection = false;
    }
  }

  // A verdict matters as long as something is left to ask.
  void look_at_gate() {
    if (count(Slot::State::kWaiting) == 0) return;
    if (std::optional<Error> verdict = gate_.verdict(in_flight_)) stop_for(std::move(*verdict));
  }

  void start_due(Clock::time_point now) {
    if (now < gate_.opens_at()) return;
    std::vector<Slot*> due;
    for (Slot& slot : slots_) {
      const int starting = static_cast<int>(due.size());
      if (!gate_.has_room(in_flight_ + starting, connecting_ + starting)) break;
      if (slot.state == Slot::State::kWaiting && slot.due <= now) due.push_back(&slot);
    }
    if (due.empty()) return;
    if (Result<void> claimed = claim(due); !claimed) return stop_for(std::move(claimed).error());
    for (Slot* slot : due) start(*slot);
  }

  Result<void> claim(const std::vector<Slot*>& slots) {
    std::vector<Request> requests;
    requests.reserve(slots.size());
    for (Slot* slot : slots) requests.push_back(std::move(slot->request));
    Result<std::vector<AttemptId>> attempts = journal_.claim(requests);
    for (std::size_t i = 0; i < slots.size(); ++i) slots[i]->request = std::move(requests[i]);
    if (!attempts) return tl::unexpected(std::move(attempts).error());
    for (std::size_t i = 0; i < slots.size(); ++i) slots[i]->attempt = (*attempts)[i];
    return {};
  }

  void start(Slot& slot) {
    const bool stream = wants_stream(options_.stream, slot.request.sampling);
    slot.state = Slot::State::kInFlight;
    slot.started = Clock::now();
    slot.reply.emplace(stream);
    ++in_flight_;
    ++connecting_;
    client_.post(build_chat_request(slot.request, target_.dialect, stream), slot.fresh_connection, slot);
  }

  // What a failure means for its request and for the others.
  void judge(Slot& slot, Failure& failure, const HttpHead& head, const HttpEnd& end) {
    const Clock::time_point now = Clock::now();
    const auto asked_wait = retry_after(head.headers, std::chrono::system_clock::now());
    gate_.failed(failure, asked_wait, slot.started, now);
    slot.again = slot.tries.again(failure, options_.retry);
    slot.due = now + (slot.tries.failed() > 0 ? backoff_.draw(slot.tries.failed()) : milliseconds(0));
    // A kept connection that is closed by the server fails in just this way, and the others may be closed, too: the one
    // try that is left does not go to them, even if other failures come in between.
    if (failure.failure_class == FailureClass::kUnknown) slot.fresh_connection = true;
    const bool refused = failure.failure_class == FailureClass::kAuth;
    if (refused) stop_for(refused_key(failure));
    // What we gave up on for reasons of our own stays to be asked by the next run.
    failure.will_retry = slot.again || end.cancelled || refused;
    if (!failure.will_retry) gate_.gave_up(failure);
  }

  Error refused_key(const Failure& failure) const {
    if (!options_.key) {
      return {Error::Kind::kAuth, fmt::format("{} wants a key: {}", target_.endpoint, failure.message),
              fmt::format("export {}=...", options_.key_name)};
    }
    return {Error::Kind::kAuth, fmt::format("{} refuses the key: {}", target_.endpoint, failure.message),
            fmt::format("check the key in {} and the credit of its account", options_.key_name)};
  }

  void stop_for(Error error) {
    ending_ = true;
    // Answers that cannot be kept are not worth waiting for.
    if (error.kind == Error::Kind::kStorage) cancel_at_ = Clock::now();
    if (!error_) error_ = std::move(error);
  }

  // Nothing is taken or started any more.
  void end(Clock::time_point now) {
    if (!cancel_at_) cancel_at_ = now + options_.stop_grace;
    for (Slot& slot : slots_) {
      if (slot.state == Slot::State::kWaiting) slot.state = Slot::State::kFree;
    }
    if (now >= *cancel_at_) {
      client_.cancel_all();
    } else {
      client_.cancel_unsent();
    }
  }

  Clock::time_point next_event(Clock::time_point now) const {
    Clock::time_point next = now + std::chrono::hours(1);
    if (ending_) return in_flight_ > 0 ? *cancel_at_ : next;
    for (const Slot& slot : slots_) {
      const Clock::time_point due = std::max(slot.due, gate_.opens_at());
      // One that is due and did not start waits for room, and that comes with an event.
      if (slot.state == Slot::State::kWaiting && due > now) next = std::min(next, due);
    }
    return next;
  }

  const RemoteOptions& options_;
  const ChatTarget& target_;
  HttpClient& client_;
  RequestSource& requests_;
  AttemptJournal& journal_;
  std::stop_token stop_;
  DurableInbox durable_;
  Backoff backoff_;
  ModelGate gate_;
  std::deque<Slot> slots_;  // deque: listeners stay where they are
  int in_flight_ = 0;
  int connecting_ = 0;  // of these
  bool ending_ = false;
  std::optional<Error> error_;
  std::optional<Clock::time_point> cancel_at_;
};

void Slot::on_send() { run.on_send(*this); }
void Slot::on_end(const HttpHead& head, const HttpEnd& end) { run.on_end(*this, head, end); }

}  // namespace

Result<void> run_chat(const RemoteOptions& options, const ChatTarget& target, HttpClient& client,
                      RequestSource& requests, AttemptJournal& journal, std::stop_token stop) {
  return ChatRun(options, target, client, requests, journal, std::move(stop)).run();
}

}  // namespace tripos::backends
