#pragma once

#include <functional>
#include <memory>
#include <string>

#include "backends/backend.h"
#include "harness/store/store.h"

namespace tripos::store {

// The journal of one run: one writer thread that commits in groups.
//   claim() waits for its commit, which survives a kill of the process; sent() never waits; finish() is committed with
//   synchronous=FULL within 20 ms or 64 outcomes, then its callback is called from the writer thread, which claim()
//   must not be called from.
class Journal : public backends::AttemptJournal {
 public:
  // `store` outlives the journal and is not used meanwhile. Attempts that an earlier process left open are settled:
  // those it never sent are dropped, those it sent have failed with an unknown outcome. Error (kUsage): no such run.
  static Result<std::unique_ptr<Journal>> open(Store& store, std::string run_id);
  ~Journal() override;  // commits what is queued

  Result<std::vector<backends::AttemptId>> claim(std::span<const Request> requests) override;
  void sent(backends::AttemptId attempt) override;
  void finish(backends::AttemptId attempt, AttemptOutcome outcome,
              std::function<void(Result<void>)> on_durable) override;

 private:
  struct State;
  explicit Journal(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace tripos::store
