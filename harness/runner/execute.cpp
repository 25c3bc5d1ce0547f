#include <chrono>
#include <mutex>

#include "harness/runner/runner.h"
#include "harness/store/journal.h"

namespace tripos::runner {
namespace {

// Renders the missing requests one after the other, as the backend asks for them.
class PlannedRequests : public backends::RequestSource {
 public:
  explicit PlannedRequests(const Plan& plan) : plan_(plan) {}

  std::optional<Request> next() override {
    std::size_t index = 0;
    {
      const std::lock_guard lock(mutex_);
      if (next_ == plan_.missing.size()) return std::nullopt;
      index = next_++;
    }
    const auto [epoch, row] = plan_.missing[index];
    return render_request(plan_, epoch, row);
  }

 private:
  const Plan& plan_;
  std::mutex mutex_;
  std::size_t next_ = 0;
};

// The store's journal, with a count of what it took down.
class CountingJournal : public backends::AttemptJournal {
 public:
  CountingJournal(backends::AttemptJournal& journal, const Plan& plan,
                  const std::function<void(const Progress&)>& report)
      : journal_(journal), report_(report) {
    progress_.finished = plan.finished;
    progress_.total = plan.samples * plan.epochs;
  }

  Result<std::vector<backends::AttemptId>> claim(std::span<const Request> requests) override {
    return journal_.claim(requests);
  }
  void sent(backends::AttemptId attempt) override { journal_.sent(attempt); }
  void generated(std::int64_t tokens) override {
    const std::lock_guard lock(mutex_);
    progress_.generated += tokens;
    if (report_) report_(progress_);
  }

  void finish(backends::AttemptId attempt, AttemptOutcome outcome,
              std::function<void(Result<void>)> on_durable) override {
    const bool answered = outcome.has_value();
    const std::int64_t tokens = answered ? outcome->usage.output_tokens.value_or(0) : 0;
    // A request that was cancelled is no failed one: it is only missing.
    const bool ended =
        answered || (!outcome.error().will_retry && outcome.error().failure_class != FailureClass::kCancelled);
    std::string message = answered ? "" : outcome.error().message;
    journal_.finish(attempt, std::move(outcome),
                    [this, answered, tokens, ended, message = std::move(message),
                     on_durable = std::move(on_durable)](Result<void> written) {
                      if (written && ended) count(answered, tokens, message);
                      on_durable(std::move(written));
                    });
  }

  Progress progress() const {
    const std::lock_guard lock(mutex_);
    return progress_;
  }
  std::optional<std::string> first_failure() const {
    const std::lock_guard lock(mutex_);
    return first_failure_;
  }

 private:
  void count(bool answered, std::int64_t tokens, const std::string& message) {
    Progress now;
    {
      const std::lock_guard lock(mutex_);
      if (answered) {
        ++progress_.finished;
        progress_.output_tokens += tokens;
      } else {
        ++progress_.failed;
        if (!first_failure_) first_failure_ = message;
      }
      now = progress_;
    }
    if (report_) report_(now);
  }

  backends::AttemptJournal& journal_;
  const std::function<void(const Progress&)>& report_;
  mutable std::mutex mutex_;
  Progress progress_;
  std::optional<std::string> first_failure_;
};

store::RunDetails details_of(const Plan& plan, const backends::ModelInfo& model) {
  using std::chrono::duration_cast;
  using std::chrono::milliseconds;
  store::RunDetails details;
  details.kind = plan.dataset->kind;
  details.is_private = plan.dataset->is_private;
  details.dataset_revision = plan.dataset->revision;
  details.protocol_yaml = plan.protocol->yaml;
  details.model_settings = model.settings;
  details.endpoint = model.endpoint;
  details.program_version = TRIPOS_VERSION;
  details.started_unix_ms = duration_cast<milliseconds>(std::chrono::system_clock::now().time_since_epoch()).count();
  return details;
}

}  // namespace

Result<RunSummary> execute(const Plan& plan, backends::Backend& backend, store::Store& store,
                           const std::function<void(const Progress&)>& progress, std::stop_token stop) {
  TRIPOS_TRY(const std::string run_id,
             store.begin_run(plan.spec, details_of(plan, backend.model()), plan.dataset->samples));
  Progress ended;
  std::optional<std::string> first_failure;
  Result<void> served;
  {
    TRIPOS_TRY(const auto journal, store::Journal::open(store, run_id));
    CountingJournal counting(*journal, plan, progress);
    PlannedRequests requests(plan);
    if (!plan.missing.empty()) served = backend.serve(requests, counting, stop);
    ended = counting.progress();
    first_failure = counting.first_failure();
  }
  if (!served) return tl::unexpected(served.error());
  return RunSummary{.run_id = run_id,
                    .finished = ended.finished,
                    .failed = ended.failed,
                    .total = ended.total,
                    .stopped = stop.stop_requested() && ended.finished + ended.failed < ended.total,
                    .first_failure = first_failure};
}

}  // namespace tripos::runner
