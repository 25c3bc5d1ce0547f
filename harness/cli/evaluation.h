#pragma once
// What `tripos run` and `tripos plan` have in common: their flags, and the runs that these ask for.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "datasets/dataset.h"
#include "harness/cli/command.h"
#include "harness/cli/models.h"
#include "harness/core/result.h"
#include "harness/protocol/protocol.h"
#include "harness/runner/runner.h"
#include "harness/store/store.h"

namespace tripos::cli {

struct EvaluationFlags {
  std::vector<std::string> tasks;
  std::vector<std::string> models;
  std::string db = "tripos.db";
  std::optional<std::string> protocol;
  std::optional<std::string> data;
  std::vector<std::string> samples;
  std::optional<int> limit;
  std::optional<int> epochs;
  std::optional<double> temperature;
  std::optional<double> top_p;
  std::optional<int> max_tokens;
  std::optional<std::int64_t> seed;
  std::optional<std::string> reasoning_effort;
  ModelOptions model_options;
  std::optional<double> price_in;
  std::optional<double> price_out;
  bool dry_run = false;
  bool json = false;

  std::vector<Flag> list();
};

// A task with its protocol, and all models that are asked.
struct TaskSetup {
  datasets::Dataset dataset;
  protocol::Protocol protocol;
};

// Loads every task and checks that every model can be named, so that a mistake costs nothing.
Result<std::vector<std::unique_ptr<TaskSetup>>> load_tasks(const EvaluationFlags& flags);

// What of a task is asked for. A sample "@FILE" stands for the ids in FILE, one a line.
Result<runner::PlanOptions> plan_options(const EvaluationFlags& flags);

}  // namespace tripos::cli
