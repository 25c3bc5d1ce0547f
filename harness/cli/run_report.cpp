#include "harness/cli/run_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <vector>

#include "harness/cli/layout.h"
#include "harness/cli/stores.h"
#include "harness/stats/interval.h"

namespace tripos::cli {

RunReport make_report(runner::RunSummary summary, store::Cell cell) {
  RunReport report{.summary = std::move(summary), .cell = std::move(cell)};
  std::vector<stats::Share> shares;
  for (const store::SampleTally& sample : report.cell.samples) {
    shares.push_back({sample.correct, sample.responses});
    report.responses += sample.responses;
    report.correct += sample.correct;
  }
  report.accuracy = stats::accuracy(shares);
  report.standard_error = stats::standard_error(shares);
  return report;
}

Result<store::Cell> find_cell(const store::Store& store, std::string_view task, std::string_view run_id,
                              const store::ScorerKey& scorer) {
  TRIPOS_TRY(std::vector<store::Cell> cells, store.cells(task));
  const auto found = std::find_if(cells.begin(), cells.end(), [&](const store::Cell& cell) {
    return cell.run.id == run_id && cell.scoring_sha256 == scorer.scoring_sha256 &&
           cell.protocol.starts_with(scorer.protocol);
  });
  if (found == cells.end()) {
    return fail(Error::Kind::kData, fmt::format("run {} has no score under {}", run_id, scorer.protocol));
  }
  return std::move(*found);
}

std::string to_text(const RunReport& report, const std::string& db) {
  const store::Cell& cell = report.cell;
  const std::string error = report.standard_error ? " ± " + percent(*report.standard_error) : "";
  const std::string show =
      fmt::format("tripos show {}{}", cell.run.id, db == kDefaultDb ? "" : fmt::format(" --db {}", db));
  std::string out =
      fmt::format("  accuracy   {} %{}   ({} of {}, {}{})\n", percent(report.accuracy), error,
                  with_commas(report.correct), with_commas(report.responses), count_of(cell.epochs, "epoch"),
                  report.standard_error ? "; ± is one standard error" : "");
  const auto line = [&out](std::string_view left, const std::string& middle, std::string_view right,
                           const std::string& end) {
    out += fmt::format("  {:<11}{:<16} {:<10}{}\n", left, middle, right, end);
  };
  line("truncated", with_commas(cell.truncated), "tokens",
       cell.output_tokens > 0 ? with_commas(cell.output_tokens) + " out" : "not counted");
  line("refused", with_commas(cell.refused), "unparsed", with_commas(cell.unparsed));
  line("run", cell.run.id, "details", show);
  return out;
}

nlohmann::ordered_json to_json(const RunReport& report) {
  const store::Cell& cell = report.cell;
  nlohmann::ordered_json json;
  json["run"] = cell.run.id;
  json["task"] = cell.run.spec.task;
  json["model"] = cell.run.spec.model;
  json["protocol"] = cell.protocol;
  json["samples"] = cell.samples.size();
  json["epochs"] = cell.epochs;
  json["total"] = report.summary.total;
  json["finished"] = report.summary.finished;
  json["failed"] = report.summary.failed;
  json["stopped"] = report.summary.stopped;
  json["responses"] = report.responses;
  json["correct"] = report.correct;
  json["accuracy"] = report.accuracy;
  json["standard_error"] = report.standard_error ? nlohmann::ordered_json(*report.standard_error) : nullptr;
  json["truncated"] = cell.truncated;
  json["refused"] = cell.refused;
  json["unparsed"] = cell.unparsed;
  json["undecided"] = cell.undecided;
  json["input_tokens"] = cell.input_tokens;
  json["output_tokens"] = cell.output_tokens;
  return json;
}

}  // namespace tripos::cli
