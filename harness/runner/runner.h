#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "backends/backend.h"
#include "datasets/dataset.h"
#include "harness/core/result.h"
#include "harness/protocol/protocol.h"
#include "harness/store/store.h"
#include "scorers/scorer.h"

namespace tripos::runner {

struct PlanOptions {
  std::optional<int> limit;             // the first N samples
  std::vector<std::string> sample_ids;  // only these, where not empty
  std::optional<int> epochs;            // absent: the protocol's
  SamplingParams overrides;             // fields that are set replace the protocol's
};

// Which requests are asked for, and which of them the store lacks.
struct Plan {
  const datasets::Dataset* dataset = nullptr;    // outlives the plan
  const protocol::Protocol* protocol = nullptr;  // outlives the plan
  store::RunSpec spec;
  std::string run_id;
  int samples = 0;
  int epochs = 0;
  std::vector<std::pair<int, int>> missing;  // (epoch, row), in the order they are asked
  int finished = 0;
  std::vector<std::vector<std::vector<int>>> orders;  // see protocol::draw_orders
  SamplingParams sampling;
};

// Checks the key balance, then asks `store` what is missing (nullptr: nothing is finished).
Result<Plan> make_plan(const datasets::Dataset& dataset, const protocol::Protocol& protocol,
                       const backends::ModelInfo& model, const PlanOptions& options, const store::Store* store);

Request render_request(const Plan& plan, int epoch, int row);

// Told from any thread, after each request that ended and as tokens come; keep it quick.
struct Progress {
  int finished = 0;  // earlier runs included
  int failed = 0;
  int total = 0;
  std::int64_t output_tokens = 0;
  std::int64_t generated = 0;  // tokens of this start, told by models in this process as they come
};

struct RunSummary {
  std::string run_id;
  int finished = 0;
  int failed = 0;
  int total = 0;
  bool stopped = false;
  std::optional<std::string> first_failure;  // message of one failed request
};

// Serves the missing requests through `backend`, every answer durable in `store` before its slot is freed. What was
// answered stays when this returns an error or `stop` is requested.
Result<RunSummary> execute(const Plan& plan, backends::Backend& backend, store::Store& store,
                           const std::function<void(const Progress&)>& progress, std::stop_token stop);

// Scores what `protocol` has not scored yet of a run (all of it with `rescore`), on `threads` threads, streaming.
// Returns the number of responses scored.
Result<int> score_run(store::Store& store, std::string_view run_id, const protocol::Protocol& protocol, bool rescore,
                      int threads);

}  // namespace tripos::runner
