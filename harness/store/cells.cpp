// The comparison's numbers. One pass over a run's answers feeds the cells of all its scorers.

#include <algorithm>
#include <map>
#include <tuple>
#include <unordered_map>

#include "harness/store/run_rows.h"
#include "harness/store/rows.h"
#include "harness/store/state.h"

namespace tripos::store {
namespace {

struct SampleInfo {
  std::string name;
  std::int64_t ordinal = 0;
  std::map<std::string, std::string> metadata;
};
using Samples = std::unordered_map<std::int64_t, SampleInfo>;

// A cell in the making: tallies by the sample's row.
struct Draft {
  Cell cell;
  std::vector<std::pair<std::int64_t, SampleTally>> tallies;
};

Result<Samples> read_samples(Database& database, std::int64_t task) {
  Samples samples;
  Query query = database.query("SELECT id, name, ordinal, metadata FROM sample WHERE task = ?", task);
  for (;;) {
    TRIPOS_TRY(const bool more, query.next());
    if (!more) return samples;
    samples[query.integer(0)] = {query.text(1), query.integer(2), parse_metadata(query.bytes(3))};
  }
}

Result<std::map<std::int64_t, std::string>> read_scorers(Database& database) {
  std::map<std::int64_t, std::string> labels;
  Query query = database.query("SELECT id, protocol FROM scorer");
  for (;;) {
    TRIPOS_TRY(const bool more, query.next());
    if (!more) return labels;
    labels[query.integer(0)] = query.text(1);
  }
}

void count_response(Cell& cell, const Query& row) {
  const StopClass stop = parse_stop_class(row.bytes(1)).value_or(StopClass::kUnknown);
  if (stop == StopClass::kLength || stop == StopClass::kContextOverflow) ++cell.truncated;
  if (stop == StopClass::kRefusal || stop == StopClass::kContentFilter) ++cell.refused;
  cell.input_tokens += row.integer(2);
  cell.output_tokens += row.integer(3);
  cell.seconds += static_cast<double>(row.integer(4)) / 1000;
}

void count_score(Draft& draft, std::int64_t sample, std::string_view verdict_word) {
  // Rows come sample by sample, so the tally of this one is the last or a new one.
  if (draft.tallies.empty() || draft.tallies.back().first != sample) draft.tallies.emplace_back(sample, SampleTally{});
  SampleTally& tally = draft.tallies.back().second;
  const Verdict verdict = parse_verdict(verdict_word).value_or(Verdict::kUndecided);
  ++tally.responses;
  draft.cell.epochs = std::max(draft.cell.epochs, tally.responses);
  if (verdict == Verdict::kEqual) ++tally.correct;
  if (verdict == Verdict::kNoAnswer) ++draft.cell.unparsed;
  if (verdict == Verdict::kUndecided || verdict == Verdict::kGoldUnreadable) ++draft.cell.undecided;
}

// Drafts by scorer; 0 holds the answers without a score.
Result<std::map<std::int64_t, Draft>> draft_cells(Database& database, std::int64_t run) {
  std::map<std::int64_t, Draft> drafts;
  Query query = database.query(
      "SELECT request.sample, stop, input_tokens, output_tokens, total_ms, scorer, verdict FROM request"
      " JOIN attempt ON attempt.id = request.answer LEFT JOIN score ON score.attempt = attempt.id"
      " WHERE request.run = ? ORDER BY request.sample, request.epoch",
      run);
  for (;;) {
    TRIPOS_TRY(const bool more, query.next());
    if (!more) return drafts;
    Draft& draft = drafts[query.integer(5)];
    count_response(draft.cell, query);
    if (!query.is_null(5)) count_score(draft, query.integer(0), query.bytes(6));
  }
}

void sort_samples(Draft& draft, const Samples& samples) {
  std::vector<std::pair<std::int64_t, SampleTally>>& tallies = draft.tallies;
  for (auto& [id, tally] : tallies) tally.sample_id = samples.at(id).name;
  std::sort(tallies.begin(), tallies.end(), [&](const auto& a, const auto& b) {
    return std::tie(samples.at(a.first).ordinal, a.second.sample_id) <
           std::tie(samples.at(b.first).ordinal, b.second.sample_id);
  });
  for (auto& [id, tally] : tallies) {
    tally.metadata = samples.at(id).metadata;
    draft.cell.samples.push_back(std::move(tally));
  }
}

// Unanswered requests: errored where the last attempt failed for good, else pending. A request whose attempts were all
// dropped is only missing.
Result<std::pair<int, int>> count_unanswered(Database& database, std::int64_t run) {
  Query query = database.query(
      "SELECT coalesce(sum(errored), 0), coalesce(sum(NOT errored), 0) FROM (SELECT"
      " (SELECT state = 'failed' AND will_retry = 0 FROM attempt WHERE attempt.request = request.id"
      "  ORDER BY number DESC, key DESC LIMIT 1) AS errored FROM request WHERE run = ? AND answer IS NULL)",
      run);
  TRIPOS_CHECK(query.next());
  return std::pair{static_cast<int>(query.integer(0)), static_cast<int>(query.integer(1))};
}

Result<void> append_cells(Database& database, const Run& run, const Samples& samples,
                          const std::map<std::int64_t, std::string>& labels, std::vector<Cell>& cells) {
  TRIPOS_TRY(const RunRow row, find_run_row(database, run.id));
  TRIPOS_TRY(auto drafts, draft_cells(database, row.id));
  TRIPOS_TRY(const auto unanswered, count_unanswered(database, row.id));
  if (drafts.empty()) drafts[0];
  if (drafts.size() > 1) drafts.erase(0);
  for (auto& [scorer, draft] : drafts) {
    const auto label = labels.find(scorer);
    Cell& cell = draft.cell;
    cell.run = run;
    cell.protocol = label == labels.end() ? run.spec.protocol : label->second;
    cell.errored = unanswered.first;
    cell.pending = unanswered.second;
    sort_samples(draft, samples);
    cells.push_back(std::move(cell));
  }
  return {};
}

}  // namespace

Result<std::vector<Cell>> Store::cells(std::optional<std::string_view> task) const {
  Database& database = *state_->database;
  TRIPOS_TRY(const ReadTransaction snapshot, ReadTransaction::begin(database));
  TRIPOS_TRY(const auto labels, read_scorers(database));
  TRIPOS_TRY(const std::vector<Run> runs, read_runs(database, task));
  std::vector<Cell> cells;
  std::map<std::int64_t, Samples> samples_of;
  for (const Run& run : runs) {
    TRIPOS_TRY(const RunRow row, find_run_row(database, run.id));
    if (samples_of.find(row.task) == samples_of.end()) {
      TRIPOS_TRY(samples_of[row.task], read_samples(database, row.task));
    }
    TRIPOS_CHECK(append_cells(database, run, samples_of[row.task], labels, cells));
  }
  const auto key = [](const Cell& cell) {
    return std::tie(cell.run.spec.task, cell.protocol, cell.run.spec.model, cell.run.id);
  };
  std::stable_sort(cells.begin(), cells.end(), [&](const Cell& a, const Cell& b) { return key(a) < key(b); });
  return cells;
}

}  // namespace tripos::store
