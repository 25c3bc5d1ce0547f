// Scoring's half of the store: responses out, scores in.

#include <fmt/format.h>

#include <unordered_map>

#include "harness/store/body.h"
#include "harness/store/rows.h"
#include "harness/store/state.h"

namespace tripos::store {
namespace {

constexpr std::size_t kBatch = 512;  // answers held in memory at once: some megabytes

Result<std::optional<std::int64_t>> find_scorer(Database& database, const ScorerKey& scorer) {
  Query query = database.query("SELECT id FROM scorer WHERE protocol = ? AND scoring_sha256 = ?", scorer.protocol,
                               scorer.scoring_sha256);
  TRIPOS_TRY(const bool found, query.next());
  return found ? std::optional(query.integer(0)) : std::nullopt;
}

// The answers of a run that lack a score of `scorer` (0: all of them), in dataset order, then by epoch.
Result<std::vector<std::int64_t>> answers_to_score(Database& database, std::int64_t run, std::int64_t scorer) {
  std::vector<std::int64_t> answers;
  Query query = database.query(
      "SELECT answer FROM request JOIN sample ON sample.id = request.sample WHERE run = ?1 AND answer IS NOT NULL"
      " AND NOT EXISTS (SELECT 1 FROM score WHERE score.attempt = answer AND score.scorer = ?2)"
      " ORDER BY ordinal, name, epoch",
      run, scorer);
  for (;;) {
    TRIPOS_TRY(const bool more, query.next());
    if (!more) return answers;
    answers.push_back(query.integer(0));
  }
}

Result<StoredResponse> read_response(Database& database, std::string_view run_id, std::int64_t answer) {
  Query query = database.query(
      "SELECT sample.name, epoch, attempt.target, choice_count, stop, body.sha256, length, content FROM attempt"
      " JOIN request ON request.id = attempt.request JOIN sample ON sample.id = request.sample"
      " JOIN body ON body.id = attempt.text WHERE attempt.id = ?",
      answer);
  TRIPOS_TRY(const bool found, query.next());
  if (!found) return database.damaged("an answer has no text");
  StoredResponse response;
  response.run_id = run_id;
  response.sample_id = query.text(0);
  response.epoch = static_cast<int>(query.integer(1));
  response.reference = {query.text(2), static_cast<int>(query.integer(3))};
  response.stop = parse_stop_class(query.bytes(4)).value_or(StopClass::kUnknown);
  TRIPOS_TRY(response.text, read_body(query, 5));
  return response;
}

// The answer that a score belongs to.
Result<std::int64_t> find_answer(Database& database, const RunRow& run, const ScoreRow& row) {
  Query query = database.query(
      "SELECT answer FROM request JOIN sample ON sample.id = request.sample"
      " WHERE run = ? AND sample.task = ? AND sample.name = ? AND epoch = ? AND answer IS NOT NULL",
      run.id, run.task, row.sample_id, row.epoch);
  TRIPOS_TRY(const bool found, query.next());
  if (!found) {
    return fail(Error::Kind::kStorage,
                fmt::format("run {} has no answer to sample \"{}\", epoch {}", row.run_id, row.sample_id, row.epoch));
  }
  return query.integer(0);
}

}  // namespace

Result<void> Store::visit_responses(std::string_view run_id, const ScorerKey& scorer, bool rescore,
                                    const std::function<Result<void>(std::vector<StoredResponse>)>& visit) const {
  Database& database = *state_->database;
  TRIPOS_TRY(const RunRow run, find_run_row(database, run_id));
  std::int64_t scorer_id = 0;
  if (!rescore) {
    TRIPOS_TRY(const std::optional<std::int64_t> found, find_scorer(database, scorer));
    scorer_id = found.value_or(0);
  }
  TRIPOS_TRY(const std::vector<std::int64_t> answers, answers_to_score(database, run.id, scorer_id));
  std::vector<StoredResponse> batch;
  for (std::size_t i = 0; i < answers.size(); ++i) {
    TRIPOS_TRY(StoredResponse response, read_response(database, run_id, answers[i]));
    batch.push_back(std::move(response));
    if (batch.size() == kBatch || i + 1 == answers.size()) {
      TRIPOS_CHECK(visit(std::move(batch)));
      batch = {};
    }
  }
  return {};
}

Result<void> Store::put_scores(const ScorerKey& scorer, const std::vector<ScoreRow>& rows) {
  Database& database = *state_->database;
  // Scores can be computed again, so they need not wait for the disk.
  TRIPOS_TRY(Transaction transaction, Transaction::begin(database, Durability::kProcessKill));
  TRIPOS_TRY(const std::int64_t scorer_id, put_scorer(database, scorer));
  const std::int64_t now = now_ms();
  std::unordered_map<std::string_view, RunRow> runs;
  for (const ScoreRow& row : rows) {
    auto run = runs.find(row.run_id);
    if (run == runs.end()) {
      TRIPOS_TRY(const RunRow found, find_run_row(database, row.run_id));
      run = runs.emplace(row.run_id, found).first;
    }
    TRIPOS_TRY(const std::int64_t answer, find_answer(database, run->second, row));
    TRIPOS_CHECK(database.run(
        "INSERT OR REPLACE INTO score (attempt, scorer, verdict, extracted, rule, flags, reference_form, answer_form,"
        " scored_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        answer, scorer_id, to_string(row.score.verdict), row.score.extracted, row.score.rule, row.score.flags,
        row.score.reference_form, row.score.answer_form, now));
  }
  return transaction.commit();
}

}  // namespace tripos::store
