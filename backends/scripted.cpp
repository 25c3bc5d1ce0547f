#include "backends/scripted.h"

#include <fmt/format.h>

#include <algorithm>
#include <condition_variable>
#include <map>
#include <mutex>
#include <unordered_map>
#include <utility>
#include <vector>

#include "backends/durable_count.h"
#include "backends/recordings.h"
#include "harness/core/file.h"
#include "harness/core/hash.h"

namespace tripos::backends {
namespace {

using Clock = std::chrono::steady_clock;

// In flight at once, and all finished before the next ones are taken: one claim and one group commit. A slow answer
// holds the others up, which is the price of a backend that a test can follow.
constexpr std::size_t kBatch = 64;
constexpr int kMaxAttempts = 6;                                            // of one request, as with remote models
using Script = std::unordered_map<std::string, std::map<int, Recording>>;  // sample id, epoch

// Sleeps until `due`, or until a stop is requested.
void wait_until(Clock::time_point due, const std::stop_token& stop) {
  if (Clock::now() >= due) return;
  std::mutex mutex;
  std::condition_variable_any changed;
  std::unique_lock lock(mutex);
  changed.wait_until(lock, stop, due, [] { return false; });
}

bool asked_again(FailureClass failure, int attempts) {
  if (failure == FailureClass::kAuth) return true;  // by the next run: this one is over
  return failure != FailureClass::kBadRequest && attempts < kMaxAttempts;
}

class ScriptedBackend : public Backend {
 public:
  ScriptedBackend(ModelInfo model, Script script) : model_(std::move(model)), script_(std::move(script)) {}

  const ModelInfo& model() const override { return model_; }

  Result<void> serve(RequestSource& requests, AttemptJournal& journal, std::stop_token stop) override {
    while (!stop.stop_requested()) {
      fill(requests);
      if (waiting_.empty()) break;
      TRIPOS_CHECK(serve_batch(journal, stop));
    }
    return {};
  }

 private:
  // A request on its way, with its attempts so far.
  struct Turn {
    Request request;
    int attempts = 0;
    AttemptId attempt = 0;
    const Recording* recording = nullptr;
  };

  void fill(RequestSource& requests) {
    while (waiting_.size() < kBatch) {
      std::optional<Request> request = requests.next();
      if (!request) return;
      const Recording* recording = find(*request);
      waiting_.push_back(Turn{.request = std::move(*request), .recording = recording});
    }
  }

  const Recording* find(const Request& request) const {
    const auto sample = script_.find(request.sample_id);
    if (sample == script_.end()) return nullptr;
    const std::map<int, Recording>& epochs = sample->second;
    const auto exact = epochs.find(request.epoch);
    if (exact != epochs.end()) return &exact->second;
    return &std::next(epochs.begin(), request.epoch % static_cast<int>(epochs.size()))->second;
  }

  Result<void> serve_batch(AttemptJournal& journal, const std::stop_token& stop) {
    TRIPOS_TRY(std::vector<Turn> batch, claim_waiting(journal));
    const Clock::time_point start = Clock::now();
    for (const Turn& turn : batch) journal.sent(turn.attempt);
    std::stable_sort(batch.begin(), batch.end(), [](const Turn& a, const Turn& b) { return delay(a) < delay(b); });
    DurableCount durable;
    std::optional<Error> ended;
    for (Turn& turn : batch) {
      wait_until(start + delay(turn), stop);
      const bool answered = Clock::now() >= start + delay(turn);
      AttemptOutcome outcome = answered && !ended ? answer(turn) : cancelled();
      const bool again = !outcome && outcome.error().will_retry;
      if (!outcome && outcome.error().failure_class == FailureClass::kAuth) {
        ended = Error{Error::Kind::kAuth, outcome.error().message, "the script says so: see field \"fail\""};
      }
      journal.finish(turn.attempt, std::move(outcome), durable.next());
      if (again) waiting_.push_back(std::move(turn));
    }
    TRIPOS_CHECK(durable.wait());
    if (ended) return tl::unexpected(std::move(*ended));
    return {};
  }

  Result<std::vector<Turn>> claim_waiting(AttemptJournal& journal) {
    std::vector<Turn> batch = std::exchange(waiting_, {});
    std::vector<Request> requests;
    for (const Turn& turn : batch) requests.push_back(turn.request);
    TRIPOS_TRY(const std::vector<AttemptId> attempts, journal.claim(requests));
    for (std::size_t i = 0; i < batch.size(); ++i) {
      batch[i].attempt = attempts[i];
      ++batch[i].attempts;
    }
    return batch;
  }

  static AttemptOutcome cancelled() {
    return tl::unexpected(Failure{
        .failure_class = FailureClass::kCancelled, .message = "stopped before the answer came", .will_retry = true});
  }

  static std::chrono::milliseconds delay(const Turn& turn) {
    return turn.recording == nullptr ? std::chrono::milliseconds(0) : turn.recording->delay;
  }

  AttemptOutcome answer(const Turn& turn) const {
    if (turn.recording == nullptr) {
      return tl::unexpected(
          Failure{.failure_class = FailureClass::kBadRequest,
                  .message = fmt::format("{} has no response to sample \"{}\"", model_.name, turn.request.sample_id)});
    }
    const Recording& recording = *turn.recording;
    if (recording.failure && (recording.fail_times == 0 || turn.attempts <= recording.fail_times)) {
      return tl::unexpected(Failure{.failure_class = *recording.failure,
                                    .message = fmt::format("scripted failure of sample \"{}\", attempt {}",
                                                           turn.request.sample_id, turn.attempts),
                                    .will_retry = asked_again(*recording.failure, turn.attempts)});
    }
    Response response = recording.response;
    response.first_byte = recording.delay;
    response.total = recording.delay;
    return response;
  }

  ModelInfo model_;
  Script script_;
  std::vector<Turn> waiting_;  // taken, not claimed for their next attempt yet
};

}  // namespace

Result<std::unique_ptr<Backend>> make_scripted(const std::filesystem::path& file) {
  TRIPOS_TRY(const std::string bytes, read_file(file));
  ModelInfo model{.name = fmt::format("scripted/{}", file.filename().string()), .fingerprint = sha256_hex(bytes)};
  Script script;
  TRIPOS_CHECK(visit_recordings(file, [&](Recording recording) -> Result<void> {
    auto& epochs = script[recording.sample_id];
    const auto [at, is_new] = epochs.try_emplace(recording.epoch);
    if (!is_new) {
      return fail(Error::Kind::kData,
                  fmt::format("{}: sample \"{}\" has two responses with sample_index {}", file.string(),
                              recording.sample_id, recording.epoch),
                  "number repeated responses with the field sample_index");
    }
    at->second = std::move(recording);
    return {};
  }));
  return std::make_unique<ScriptedBackend>(std::move(model), std::move(script));
}

}  // namespace tripos::backends
