#include "reports/comparison.h"

#include <algorithm>
#include <tuple>

#include "harness/stats/interval.h"

namespace tripos::reports {

namespace {

double share_of(const store::SampleTally& tally) { return static_cast<double>(tally.correct) / tally.responses; }

// Of the shares of both on the questions that both have answered.
std::optional<stats::PairedDifference> difference(const store::Cell& first, const store::Cell& second) {
  std::map<std::string_view, double> shares;
  for (const store::SampleTally& tally : first.samples) shares[tally.sample_id] = share_of(tally);
  std::vector<double> a;
  std::vector<double> b;
  for (const store::SampleTally& tally : second.samples) {
    const auto found = shares.find(tally.sample_id);
    if (found == shares.end()) continue;
    a.push_back(found->second);
    b.push_back(share_of(tally));
  }
  return stats::paired_difference(a, b);
}

}  // namespace

ComparisonRow compare(const store::Cell& cell) {
  ComparisonRow row;
  row.run_id = cell.run.id;
  row.model = cell.run.spec.model;
  row.task = cell.run.spec.task;
  row.protocol = cell.protocol;
  row.asked = cell.run.spec.protocol;
  row.samples = static_cast<int>(cell.samples.size());
  row.epochs = cell.epochs;
  row.truncated = cell.truncated;
  row.refused = cell.refused;
  row.unparsed = cell.unparsed;
  row.undecided = cell.undecided;
  row.errored = cell.errored;
  row.pending = cell.pending;
  row.input_tokens = cell.input_tokens;
  row.output_tokens = cell.output_tokens;
  row.seconds = cell.seconds;

  std::vector<stats::Share> shares;
  shares.reserve(cell.samples.size());
  for (const store::SampleTally& tally : cell.samples) {
    shares.push_back({tally.correct, tally.responses});
    row.responses += tally.responses;
    row.correct += tally.correct;
  }
  const stats::Interval interval = stats::accuracy_interval(shares);
  row.accuracy = stats::accuracy(shares);
  row.ci_low = interval.low;
  row.ci_high = interval.high;
  return row;
}

std::vector<ComparisonRow> compare(const std::vector<store::Cell>& cells) {
  std::vector<std::pair<ComparisonRow, const store::Cell*>> measured;
  measured.reserve(cells.size());
  for (const store::Cell& cell : cells) measured.emplace_back(compare(cell), &cell);
  std::ranges::stable_sort(measured, [](const auto& a, const auto& b) { return reads_before(a.first, b.first); });
  std::vector<ComparisonRow> rows;
  rows.reserve(cells.size());
  const store::Cell* best = nullptr;
  for (auto& [row, cell] : measured) {
    const bool same_table = best != nullptr && rows.back().task == row.task && rows.back().protocol == row.protocol;
    if (same_table) {
      row.behind = difference(*best, *cell);
    } else {
      best = cell;
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

bool reads_before(const ComparisonRow& a, const ComparisonRow& b) {
  const auto key = [](const ComparisonRow& row) {
    return std::tuple(std::string_view(row.task), std::string_view(row.protocol), row.responses == 0, -row.accuracy,
                      std::string_view(row.model), std::string_view(row.run_id));
  };
  return key(a) < key(b);
}

std::map<std::string, std::vector<BreakdownRow>> break_down(const store::Cell& cell) {
  std::map<std::string, std::map<std::string, std::vector<stats::Share>>> groups;
  for (const store::SampleTally& tally : cell.samples) {
    for (const auto& [key, value] : tally.metadata) groups[key][value].push_back({tally.correct, tally.responses});
  }
  std::map<std::string, std::vector<BreakdownRow>> breakdown;
  for (const auto& [key, values] : groups) {
    for (const auto& [value, shares] : values) {
      const auto n = static_cast<double>(shares.size());
      const double accuracy = stats::accuracy(shares);
      const stats::Interval interval = stats::wilson(accuracy * n, n);
      breakdown[key].push_back({value, static_cast<int>(shares.size()), accuracy, interval.low, interval.high});
    }
  }
  return breakdown;
}

}  // namespace tripos::reports
