#pragma once
// The comparison: one row a model x task x protocol, with the facts that every format and the leaderboard show.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/stats/paired.h"
#include "harness/store/store.h"

namespace tripos::reports {

struct ComparisonRow {
  std::string run_id;
  std::string model;
  std::string task;
  std::string protocol;  // that judged
  std::string asked;     // protocol that asked, "imported" where it is not known
  int samples = 0;       // n: those that have a scored response
  int epochs = 0;        // k: most responses to one sample
  int responses = 0;     // scored ones; 0: nothing was measured, and accuracy and interval say nothing
  int correct = 0;       // responses
  double accuracy = 0;   // fraction: mean over the samples of their share of correct responses
  double ci_low = 0;     // 95 %, stats::accuracy_interval()
  double ci_high = 0;
  int truncated = 0;
  int refused = 0;
  int unparsed = 0;
  int undecided = 0;
  int errored = 0;  // requests, as is pending
  int pending = 0;
  std::int64_t input_tokens = 0;
  std::int64_t output_tokens = 0;
  double seconds = 0;  // sum over the responses
  // How far it is behind the best row of its task and protocol, on the questions of both; empty for that one itself.
  std::optional<stats::PairedDifference> behind;
};

ComparisonRow compare(const store::Cell& cell);
std::vector<ComparisonRow> compare(const std::vector<store::Cell>& cells);  // sorted by reads_before()

// The order of every table: by task and protocol, then the best first and rows without a result last.
bool reads_before(const ComparisonRow& a, const ComparisonRow& b);

// Accuracy by the value of a metadata key ("subject", "level"). The interval is Wilson's on the number of samples, for
// several responses a sample too: groups are small, and there it errs to the wide side, where mean +- t * sd / sqrt(n)
// collapses.
struct BreakdownRow {
  std::string value;
  int samples = 0;
  double accuracy = 0;
  double ci_low = 0;
  double ci_high = 0;
};
std::map<std::string, std::vector<BreakdownRow>> break_down(const store::Cell& cell);

enum class TableFormat { kTable, kMarkdown, kCsv, kJson };
// kTable: for a terminal of `width` columns, at least 40; columns are folded and numbers never cut.
// kJson: {"schema":1,"cells":[...]}; the first 14 keys of a cell are fixed: model, task, protocol, samples, epochs,
// correct, accuracy, ci_low, ci_high, truncated, refused, unparsed, errored, output_tokens. Numbers in full precision;
// accuracy and interval are null where nothing was measured. kCsv: the same keys as columns, RFC 4180.
std::string render_comparison(const std::vector<ComparisonRow>& rows, TableFormat format, int width = 80);

}  // namespace tripos::reports
