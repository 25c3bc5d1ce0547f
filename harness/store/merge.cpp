// One store into another. Rows are found by what names them everywhere (hashes, names, attempt keys), and of two
// versions of one row the choice goes by content alone: merging twice, or in another order, gives the same.

#include <fmt/format.h>

#include <unordered_map>

#include "harness/store/body.h"
#include "harness/store/rows.h"
#include "harness/store/run_rows.h"
#include "harness/store/state.h"

namespace tripos::store {
namespace {

using Ids = std::unordered_map<std::int64_t, std::int64_t>;  // row there -> row here

constexpr std::string_view kMisfit = "its rows do not fit together";

constexpr std::string_view kSelectAttempts =
    "SELECT key, number, state, choice_order, choice_count, target, claimed_ms, ended_ms, failure, message,"
    " http_status, will_retry, stop, stop_raw, input_tokens, cached_tokens, output_tokens, reasoning_tokens,"
    " served_model, request_id, first_byte_ms, total_ms, prompt, text, reasoning, id FROM attempt WHERE request = ?";
constexpr int kCopied = 22;  // columns of kSelectAttempts that are taken over as they stand

// An attempt that went on after its row was copied stands as it ended: answered before failed before sent before
// claimed, and of two failures the one noted first.
constexpr std::string_view kPutAttempt =
    "INSERT INTO attempt (request, prompt, text, reasoning, key, number, state, choice_order, choice_count, target,"
    " claimed_ms, ended_ms, failure, message, http_status, will_retry, stop, stop_raw, input_tokens, cached_tokens,"
    " output_tokens, reasoning_tokens, served_model, request_id, first_byte_ms, total_ms)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
    " ON CONFLICT (key) DO UPDATE SET prompt = excluded.prompt, text = excluded.text, reasoning = excluded.reasoning,"
    " state = excluded.state, ended_ms = excluded.ended_ms, failure = excluded.failure, message = excluded.message,"
    " http_status = excluded.http_status, will_retry = excluded.will_retry, stop = excluded.stop,"
    " stop_raw = excluded.stop_raw, input_tokens = excluded.input_tokens, cached_tokens = excluded.cached_tokens,"
    " output_tokens = excluded.output_tokens, reasoning_tokens = excluded.reasoning_tokens,"
    " served_model = excluded.served_model, request_id = excluded.request_id, first_byte_ms = excluded.first_byte_ms,"
    " total_ms = excluded.total_ms"
    " WHERE (instr('claimed sent failed answered', excluded.state), -coalesce(excluded.ended_ms, 0))"
    " > (instr('claimed sent failed answered', state), -coalesce(ended_ms, 0))";

class Merge {
 public:
  Merge(Database& from, Database& to) : from_(from), to_(to), bodies_(to) {}

  Result<void> run() {
    TRIPOS_CHECK(merge_tasks());
    TRIPOS_CHECK(merge_samples());
    TRIPOS_CHECK(merge_runs());
    TRIPOS_CHECK(merge_requests());
    return merge_scores();
  }

 private:
  Result<void> merge_tasks() {
    Query query = from_.query("SELECT id, name, dataset_sha256 FROM task");
    for (;;) {
      TRIPOS_TRY(const bool more, query.next());
      if (!more) return {};
      TRIPOS_TRY(tasks_[query.integer(0)], put_task(to_, query.bytes(1), query.bytes(2)));
    }
  }

  Result<void> merge_samples() {
    Query query = from_.query("SELECT id, task, name, ordinal, sha256, target, metadata, input, choices FROM sample");
    for (;;) {
      TRIPOS_TRY(const bool more, query.next());
      if (!more) return {};
      TRIPOS_TRY(const std::int64_t task, here(tasks_, query.integer(1)));
      TRIPOS_TRY(const std::int64_t input, bodies_.copy(from_, query.integer(7)));
      TRIPOS_TRY(const std::int64_t choices, bodies_.copy(from_, query.integer(8)));
      const SampleRow row{query.text(2), query.integer(3), query.text(4), query.text(5), query.text(6)};
      TRIPOS_TRY(const bool stands, sample_stands(to_, task, row));
      if (!stands) TRIPOS_CHECK(write_sample(to_, task, row, input, choices));
      Query sample = to_.query("SELECT id FROM sample WHERE task = ? AND name = ?", task, row.name);
      TRIPOS_TRY(samples_[query.integer(0)], sample.only_integer());
    }
  }

  Result<void> merge_runs() {
    TRIPOS_TRY(const std::vector<Run> runs, read_runs(from_, std::nullopt));
    for (const Run& run : runs) {
      if (run.id != run.spec.id()) return from_.damaged(kMisfit);
      TRIPOS_TRY(const std::int64_t task, put_task(to_, run.spec.task, run.spec.dataset_sha256));
      TRIPOS_CHECK(has_run(to_, task, run.spec));
      TRIPOS_CHECK(put_run(to_, bodies_, task, run.spec, run.details));
      TRIPOS_TRY(const RunRow there, find_run_row(from_, run.id));
      TRIPOS_TRY(const RunRow now_here, find_run_row(to_, run.id));
      runs_[there.id] = now_here.id;
    }
    return {};
  }

  Result<void> merge_requests() {
    Query query = from_.query("SELECT id, run, sample, epoch FROM request");
    for (;;) {
      TRIPOS_TRY(const bool more, query.next());
      if (!more) return {};
      TRIPOS_TRY(const std::int64_t run, here(runs_, query.integer(1)));
      TRIPOS_TRY(const std::int64_t sample, here(samples_, query.integer(2)));
      TRIPOS_TRY(const std::int64_t request, put_request_row(run, sample, query.integer(3)));
      TRIPOS_CHECK(merge_attempts(query.integer(0), request));
    }
  }

  Result<std::int64_t> put_request_row(std::int64_t run, std::int64_t sample, std::int64_t epoch) {
    TRIPOS_CHECK(to_.run("INSERT OR IGNORE INTO request (run, sample, epoch) VALUES (?, ?, ?)", run, sample, epoch));
    return to_.query("SELECT id FROM request WHERE run = ? AND sample = ? AND epoch = ?", run, sample, epoch)
        .only_integer();
  }

  Result<void> merge_attempts(std::int64_t request_there, std::int64_t request) {
    Query query = from_.query(kSelectAttempts, request_there);
    for (;;) {
      TRIPOS_TRY(const bool more, query.next());
      if (!more) break;
      TRIPOS_CHECK(put_attempt(query, request, std::make_integer_sequence<int, kCopied>()));
      TRIPOS_TRY(attempts_[query.integer(kCopied + 3)],
                 to_.query("SELECT id FROM attempt WHERE key = ?", query.value(0)).only_integer());
    }
    return to_.run(
        "UPDATE request SET answer = (SELECT id FROM attempt WHERE request = ?1 AND state = 'answered'"
        " ORDER BY key LIMIT 1) WHERE id = ?1",
        request);
  }

  template <int... Columns>
  Result<void> put_attempt(const Query& query, std::int64_t request, std::integer_sequence<int, Columns...>) {
    TRIPOS_TRY(const auto prompt, copy_body(query, kCopied));
    TRIPOS_TRY(const auto text, copy_body(query, kCopied + 1));
    TRIPOS_TRY(const auto reasoning, copy_body(query, kCopied + 2));
    return to_.run(kPutAttempt, request, prompt, text, reasoning, query.value(Columns)...);
  }

  Result<std::optional<std::int64_t>> copy_body(const Query& query, int column) {
    if (query.is_null(column)) return std::nullopt;
    return bodies_.copy(from_, query.integer(column));
  }

  Result<void> merge_scores() {
    TRIPOS_TRY(const Ids scorers, merge_scorers());
    Query query = from_.query(
        "SELECT attempt, scorer, verdict, extracted, rule, scored_ms, flags, reference_form, answer_form FROM score");
    for (;;) {
      TRIPOS_TRY(const bool more, query.next());
      if (!more) return {};
      TRIPOS_TRY(const std::int64_t attempt, here(attempts_, query.integer(0)));
      TRIPOS_TRY(const std::int64_t scorer, here(scorers, query.integer(1)));
      TRIPOS_CHECK(to_.run(
          "INSERT INTO score (attempt, scorer, verdict, extracted, rule, scored_ms, flags, reference_form, answer_form)"
          " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
          " ON CONFLICT (attempt, scorer) DO UPDATE SET verdict = excluded.verdict, extracted = excluded.extracted,"
          " rule = excluded.rule, scored_ms = excluded.scored_ms, flags = excluded.flags,"
          " reference_form = excluded.reference_form, answer_form = excluded.answer_form"
          " WHERE (excluded.scored_ms, excluded.verdict, excluded.extracted, excluded.rule, excluded.flags,"
          " excluded.reference_form, excluded.answer_form)"
          " > (scored_ms, verdict, extracted, rule, flags, reference_form, answer_form)",
          attempt, scorer, query.value(2), query.value(3), query.value(4), query.value(5), query.value(6),
          query.value(7), query.value(8)));
    }
  }

  Result<Ids> merge_scorers() {
    Ids scorers;
    Query query = from_.query("SELECT id, protocol, scoring_sha256 FROM scorer");
    for (;;) {
      TRIPOS_TRY(const bool more, query.next());
      if (!more) return scorers;
      TRIPOS_TRY(scorers[query.integer(0)], put_scorer(to_, {query.text(1), query.text(2)}));
    }
  }

  Result<std::int64_t> here(const Ids& ids, std::int64_t there) const {
    const auto found = ids.find(there);
    if (found == ids.end()) return from_.damaged(kMisfit);
    return found->second;
  }

  Database& from_;
  Database& to_;
  BodyWriter bodies_;
  Ids tasks_;
  Ids samples_;
  Ids runs_;
  Ids attempts_;
};

}  // namespace

Result<void> Store::merge(const std::filesystem::path& other) {
  std::error_code unknown;
  if (std::filesystem::equivalent(other, state_->path, unknown)) {
    return fail(Error::Kind::kUsage, fmt::format("{} cannot be merged into itself", other.string()));
  }
  TRIPOS_TRY(const std::unique_ptr<Store> from, open(other, Mode::kReadOnly));
  Database& there = *from->state_->database;
  TRIPOS_TRY(const ReadTransaction snapshot, ReadTransaction::begin(there));
  TRIPOS_TRY(Transaction transaction, Transaction::begin(*state_->database, Durability::kPowerCut));
  TRIPOS_CHECK(Merge(there, *state_->database).run());
  return transaction.commit();
}

}  // namespace tripos::store
