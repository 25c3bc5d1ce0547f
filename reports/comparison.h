#pragma once
// The comparison table: one row a model x task x protocol.

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "harness/core/result.h"
#include "harness/store/store.h"

namespace tripos::reports {

struct ComparisonRow {
  std::string run_id;
  std::string model;
  std::string task;
  std::string protocol;  // that judged
  std::string asked;     // protocol that asked, "imported" where it is not known
  int samples = 0;       // with at least one response
  int epochs = 0;
  int responses = 0;
  int correct = 0;      // responses
  double accuracy = 0;  // fraction: mean over the samples of their share of correct responses
  double ci_low = 0;    // 95 %
  double ci_high = 0;
  int truncated = 0;
  int refused = 0;
  int unparsed = 0;
  int undecided = 0;
  int errored = 0;
  std::int64_t input_tokens = 0;
  std::int64_t output_tokens = 0;
  double seconds = 0;
};

std::vector<ComparisonRow> compare(const std::vector<store::Cell>& cells);

// Accuracy by the value of a metadata key ("subject", "level"), with Wilson intervals.
struct BreakdownRow {
  std::string value;
  int samples = 0;
  double accuracy = 0;
  double ci_low = 0;
  double ci_high = 0;
};
std::map<std::string, std::vector<BreakdownRow>> break_down(const store::Cell& cell);

enum class TableFormat { kTable, kMarkdown, kCsv, kJson };
// kTable: for a terminal of `width` columns (rows are folded, numbers never cut). kJson: {"schema":1,"cells":[...]}.
std::string render_comparison(const std::vector<ComparisonRow>& rows, TableFormat format, int width = 80);

}  // namespace tripos::reports
