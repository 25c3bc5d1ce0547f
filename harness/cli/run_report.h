#pragma once
// What is said of a run once it is over: its numbers under one scorer.

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "harness/core/result.h"
#include "harness/runner/runner.h"
#include "harness/store/store.h"

namespace tripos::cli {

// The numbers of one run under one scorer.
struct RunReport {
  runner::RunSummary summary;
  store::Cell cell;
  double accuracy = 0;                   // mean over samples of their share of correct responses
  std::optional<double> standard_error;  // of that mean; absent below two samples
  int responses = 0;
  int correct = 0;
};

RunReport make_report(runner::RunSummary summary, store::Cell cell);

// Reads the cell of a run under a scorer from the store.
Result<store::Cell> find_cell(const store::Store& store, std::string_view task, std::string_view run_id,
                              const store::ScorerKey& scorer);

std::string to_text(const RunReport& report, const std::string& db);
nlohmann::ordered_json to_json(const RunReport& report);

}  // namespace tripos::cli
