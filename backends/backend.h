#pragma once
// The seam between the runner and whatever answers: a remote API, the in-process engine, a script.

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "harness/core/request.h"
#include "harness/core/response.h"
#include "harness/core/result.h"

namespace tripos::backends {

struct ModelInfo {
  std::string name;             // as the user gave it, without folders: "openai-compatible/qwen3-8b"
  std::string fingerprint;      // of weights or script, part of the run's identity; empty where the name is all we know
  std::string settings = "{}";  // what the fingerprint is the hash of, as JSON, where there is more than one thing
  std::string endpoint;         // base URL without credentials; empty in this process. Not part of the run's identity.
};

// Requests still to be asked. Thread-safe; never blocks, because the plan is complete before serving starts.
class RequestSource {
 public:
  virtual ~RequestSource() = default;
  virtual std::optional<Request> next() = 0;  // nullopt: no more
};

using AttemptId = std::int64_t;

// Takes down what happens to attempts. Thread-safe.
class AttemptJournal {
 public:
  virtual ~AttemptJournal() = default;

  // Records that each request gets a new attempt, before anything is sent. On return the rows survive a kill of this
  // process. Claim in batches: one call costs about one transaction.
  virtual Result<std::vector<AttemptId>> claim(std::span<const Request> requests) = 0;

  // Records that bytes of the attempt are about to leave. Never waits. After a kill, an attempt that was sent and not
  // finished has an unknown outcome: it may have been billed.
  virtual void sent(AttemptId attempt) = 0;

  // Tells that so many tokens more were generated, for whoever watches. Quick.
  virtual void generated(std::int64_t tokens) { static_cast<void>(tokens); }

  // Records how the attempt ended. `on_durable` is called, from another thread, once the row survives a power cut, or
  // with the error that kept it from being written. Free the slot only then. A Failure with will_retry leaves the
  // request open: the backend claims it again for its next attempt, or ends and leaves it to the next run.
  virtual void finish(AttemptId attempt, AttemptOutcome outcome, std::function<void(Result<void>)> on_durable) = 0;
};

// Answers requests of one model.
class Backend {
 public:
  virtual ~Backend() = default;

  virtual const ModelInfo& model() const = 0;

  // Takes requests while the model has room for them, tells `journal` of every attempt, and returns when `requests` is
  // exhausted and all taken requests are finished and durable. After `stop` is requested no further request is taken;
  // those in flight are finished, or cancelled (Failure kCancelled) once the backend's grace time is over. Call it
  // once, from one thread. A truncated or filtered answer is a Response with that StopClass, not a Failure. Error: the
  // model cannot be asked at all (kAuth, kNetwork), or the journal cannot write (kStorage).
  virtual Result<void> serve(RequestSource& requests, AttemptJournal& journal, std::stop_token stop) = 0;
};

}  // namespace tripos::backends
