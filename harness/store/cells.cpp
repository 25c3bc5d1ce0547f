// The comparison's numbers. One pass over a run's answers feeds the cells of all its scorers.

#include <algorithm>
#include <limits>
#include <map>
#include <set>
#include <tuple>
#include <unordered_map>

#include "harness/store/rows.h"
#include "harness/store/run_rows.h"
#include "harness/store/state.h"

namespace tripos::store {
namespace {

struct SampleInfo {
  int place = 0;  // in the dataset
  std::string name;
  std::map<std::string, std::string> metadata;
};
using Samples = std::unordered_map<std::int64_t, SampleInfo>;
using Scorers = std::unordered_map<std::int64_t, ScorerKey>;

// A cell in the making.
struct Draft {
  Cell cell;
  std::map<int, SampleTally> tallies;  // by the sample's place
};
using Drafts = std::map<std::int64_t, Draft>;  // by scorer; 0 holds the answers without a score

Result<Samples> read_samples(Database& database, std::int64_t task) {
  Samples samples;
  Query query = database.query("SELECT id, name, metadata FROM sample WHERE task = ? ORDER BY ordinal, name", task);
  for (;;) {
    TRIPOS_TRY(const bool more, query.next());
    if (!more) return samples;
    const int place = static_cast<int>(samples.size());
    samples.emplace(query.integer(0), SampleInfo{place, query.text(1), parse_metadata(query.bytes(2))});
  }
}

Result<Scorers> read_scorers(Database& database) {
  Scorers scorers;
  Query query = database.query("SELECT id, protocol, scoring_sha256 FROM scorer");
  for (;;) {
    TRIPOS_TRY(const bool more, query.next());
    if (!more) return scorers;
    scorers.emplace(query.integer(0), ScorerKey{query.text(1), query.text(2)});
  }
}

// Counts come from servers, which may send anything; no sum may overflow.
void add(std::int64_t& sum, std::int64_t count) {
  sum += std::clamp<std::int64_t>(count, 0, std::numeric_limits<std::int64_t>::max() - sum);
}

void count_response(Cell& cell, const Query& row) {
  const StopClass stop = parse_stop_class(row.bytes(1)).value_or(StopClass::kUnknown);
  if (stop == StopClass::kLength || stop == StopClass::kContextOverflow) ++cell.truncated;
  if (stop == StopClass::kRefusal || stop == StopClass::kContentFilter) ++cell.refused;
  add(cell.input_tokens, row.integer(2));
  add(cell.output_tokens, row.integer(3));
  cell.seconds += static_cast<double>(row.integer(4)) / 1000;
}

void count_score(Draft& draft, const SampleInfo& sample, std::string_view verdict_word) {
  SampleTally& tally = draft.tallies[sample.place];
  if (tally.responses == 0) {
    tally.sample_id = sample.name;
    tally.metadata = sample.metadata;
  }
  const Verdict verdict = parse_verdict(verdict_word).value_or(Verdict::kUndecided);
  ++tally.responses;
  draft.cell.epochs = std::max(draft.cell.epochs, tally.responses);
  if (verdict == Verdict::kEqual) ++tally.correct;
  if (verdict == Verdict::kNoAnswer) ++draft.cell.unparsed;
  if (verdict == Verdict::kUndecided || verdict == Verdict::kGoldUnreadable) ++draft.cell.undecided;
}

Result<Drafts> draft_cells(Database& database, std::int64_t run, const Samples& samples) {
  Drafts drafts;
  Query query = database.query(
      "SELECT request.sample, stop, input_tokens, output_tokens, total_ms, scorer, verdict FROM request"
      " JOIN attempt ON attempt.id = request.answer LEFT JOIN score ON score.attempt = attempt.id"
      " WHERE request.run = ?",
      run);
  for (;;) {
    TRIPOS_TRY(const bool more, query.next());
    if (!more) return drafts;
    Draft& draft = drafts[query.integer(5)];
    count_response(draft.cell, query);
    if (query.is_null(5)) continue;
    const auto sample = samples.find(query.integer(0));
    if (sample == samples.end()) return database.damaged("an answer belongs to no sample of its task");
    count_score(draft, sample->second, query.bytes(6));
  }
}

struct Unanswered {
  int errored = 0;
  int pending = 0;
};

// A request whose attempts were all dropped is neither: it is only missing.
Result<Unanswered> count_unanswered(Database& database, std::int64_t run) {
  Query query = database.query(
      "SELECT coalesce(sum(errored), 0), coalesce(sum(NOT errored), 0) FROM (SELECT"
      " (SELECT state = 'failed' AND NOT will_retry AND failure <> 'cancelled' FROM attempt"
      "  WHERE attempt.request = request.id ORDER BY number DESC, key DESC LIMIT 1) AS errored"
      " FROM request WHERE run = ? AND answer IS NULL)",
      run);
  TRIPOS_CHECK(query.next());
  return Unanswered{static_cast<int>(query.integer(0)), static_cast<int>(query.integer(1))};
}

Result<void> append_cells(Database& database, const Run& run, std::int64_t run_row, const Samples& samples,
                          const Scorers& scorers, std::vector<Cell>& cells) {
  TRIPOS_TRY(Drafts drafts, draft_cells(database, run_row, samples));
  TRIPOS_TRY(const Unanswered unanswered, count_unanswered(database, run_row));
  if (drafts.empty()) drafts[0];
  if (drafts.size() > 1) drafts.erase(0);
  for (auto& [scorer, draft] : drafts) {
    Cell& cell = draft.cell;
    cell.run = run;
    cell.protocol = run.spec.protocol;
    if (const auto known = scorers.find(scorer); known != scorers.end()) {
      cell.protocol = known->second.protocol;
      cell.scoring_sha256 = known->second.scoring_sha256;
    }
    cell.errored = unanswered.errored;
    cell.pending = unanswered.pending;
    for (auto& [place, tally] : draft.tallies) cell.samples.push_back(std::move(tally));
    cells.push_back(std::move(cell));
  }
  return {};
}

// Adds the hash to each label that stands for several scorings of one task.
void tell_labels_apart(std::vector<Cell>& cells) {
  std::map<std::pair<std::string, std::string>, std::set<std::string>> scorings;  // by task and label
  for (const Cell& cell : cells) {
    if (!cell.scoring_sha256.empty()) scorings[{cell.run.spec.task, cell.protocol}].insert(cell.scoring_sha256);
  }
  for (Cell& cell : cells) {
    if (cell.scoring_sha256.empty() || scorings[{cell.run.spec.task, cell.protocol}].size() == 1) continue;
    cell.protocol += "+" + cell.scoring_sha256.substr(0, 8);
  }
}

}  // namespace

Result<std::vector<Cell>> Store::cells(std::optional<std::string_view> task) const {
  Database& database = *state_->database;
  TRIPOS_TRY(const ReadTransaction snapshot, ReadTransaction::begin(database));
  TRIPOS_TRY(const Scorers scorers, read_scorers(database));
  TRIPOS_TRY(const std::vector<Run> runs, read_runs(database, task));
  std::vector<Cell> cells;
  std::map<std::int64_t, Samples> samples_of;
  for (const Run& run : runs) {
    TRIPOS_TRY(const RunRow row, find_run_row(database, run.id));
    const auto [samples, is_new] = samples_of.try_emplace(row.task);
    if (is_new) {
      TRIPOS_TRY(samples->second, read_samples(database, row.task));
    }
    TRIPOS_CHECK(append_cells(database, run, row.id, samples->second, scorers, cells));
  }
  tell_labels_apart(cells);
  const auto key = [](const Cell& cell) {
    return std::tie(cell.run.spec.task, cell.protocol, cell.run.spec.model, cell.run.id);
  };
  std::stable_sort(cells.begin(), cells.end(), [&](const Cell& a, const Cell& b) { return key(a) < key(b); });
  return cells;
}

}  // namespace tripos::store
