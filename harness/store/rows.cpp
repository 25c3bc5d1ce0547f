#include "harness/store/rows.h"

#include <fmt/format.h>

#include <chrono>

#include "harness/store/schema.h"

namespace tripos::store {

Result<std::unique_ptr<Database>> open_writer(const std::filesystem::path& path) {
  TRIPOS_TRY(std::unique_ptr<Database> database, Database::open(path, Database::Access::kReadWrite));
  TRIPOS_CHECK(migrate(*database, schema_steps()));
  TRIPOS_CHECK(database->use_wal());
  // Nothing that is deleted here is secret, and writing zeros over it costs time.
  TRIPOS_CHECK(database->execute("PRAGMA secure_delete = OFF"));
  return database;
}

std::int64_t now_ms() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
}

Result<RunRow> find_run_row(Database& database, std::string_view key) {
  Query query = database.query("SELECT id, task, private FROM run WHERE key = ?", key);
  TRIPOS_TRY(const bool found, query.next());
  if (!found) return fail(Error::Kind::kUsage, fmt::format("{} has no run {}", database.path(), key));
  return RunRow{query.integer(0), query.integer(1), query.integer(2) != 0};
}

Result<std::optional<std::int64_t>> find_sample(Database& database, std::int64_t task, std::string_view name) {
  Query query = database.query("SELECT id FROM sample WHERE task = ? AND name = ?", task, name);
  TRIPOS_TRY(const bool found, query.next());
  return found ? std::optional(query.integer(0)) : std::nullopt;
}

Result<std::int64_t> put_scorer(Database& database, const ScorerKey& scorer) {
  TRIPOS_CHECK(database.run("INSERT OR IGNORE INTO scorer (protocol, scoring_sha256) VALUES (?, ?)", scorer.protocol,
                            scorer.scoring_sha256));
  return database
      .query("SELECT id FROM scorer WHERE protocol = ? AND scoring_sha256 = ?", scorer.protocol, scorer.scoring_sha256)
      .only_integer();
}

Result<RequestRow> put_request(Database& database, const RunRow& run, std::string_view sample, int epoch) {
  TRIPOS_TRY(const std::optional<std::int64_t> sample_id, find_sample(database, run.task, sample));
  if (!sample_id) return fail(Error::Kind::kData, fmt::format("the run has no sample \"{}\"", sample));
  {
    Query query =
        database.query("SELECT id, answer IS NOT NULL FROM request WHERE run = ? AND sample = ? AND epoch = ?", run.id,
                       *sample_id, epoch);
    TRIPOS_TRY(const bool found, query.next());
    if (found) return RequestRow{query.integer(0), query.integer(1) != 0};
  }
  TRIPOS_CHECK(database.run("INSERT INTO request (run, sample, epoch) VALUES (?, ?, ?)", run.id, *sample_id, epoch));
  return RequestRow{database.last_id(), false};
}

Result<std::int64_t> insert_attempt(Database& database, std::int64_t request, const AttemptKey& key, const Asked& asked,
                                    std::optional<std::int64_t> claimed_ms) {
  TRIPOS_CHECK(database.run(
      "INSERT INTO attempt (key, request, number, state, prompt, choice_order, choice_count, target, claimed_ms)"
      " SELECT ?1, ?2, coalesce(max(number), 0) + 1, 'claimed', ?3, ?4, ?5, ?6, ?7 FROM attempt WHERE request = ?2",
      blob(key), request, asked.prompt, asked.choice_order, asked.choice_count, asked.target, claimed_ms));
  return database.last_id();
}

Result<void> answer_attempt(Database& database, BodyWriter& bodies, std::int64_t attempt, const Response& response,
                            std::optional<std::int64_t> ended_ms) {
  TRIPOS_TRY(const std::int64_t text, bodies.put(response.text));
  std::optional<std::int64_t> reasoning;
  if (!response.reasoning.empty()) {
    TRIPOS_TRY(reasoning, bodies.put(response.reasoning));
  }
  TRIPOS_CHECK(database.run(
      "UPDATE attempt SET state = 'answered', ended_ms = ?2, text = ?3, reasoning = ?4, stop = ?5, stop_raw = ?6,"
      " input_tokens = ?7, cached_tokens = ?8, output_tokens = ?9, reasoning_tokens = ?10, served_model = ?11,"
      " request_id = ?12, first_byte_ms = ?13, total_ms = ?14 WHERE id = ?1 AND state IN ('claimed', 'sent')",
      attempt, ended_ms, text, reasoning, to_string(response.stop), response.stop_raw, response.usage.input_tokens,
      response.usage.cached_input_tokens, response.usage.output_tokens, response.usage.reasoning_tokens,
      response.served_model, response.request_id, std::int64_t{response.first_byte.count()},
      std::int64_t{response.total.count()}));
  if (database.changes() != 1) return fail(Error::Kind::kStorage, fmt::format("attempt {} is not open", attempt));
  return database.run("UPDATE request SET answer = ?1 WHERE id = (SELECT request FROM attempt WHERE id = ?1)", attempt);
}

Result<void> fail_attempt(Database& database, std::int64_t attempt, const Failure& failure, std::int64_t ended_ms) {
  TRIPOS_CHECK(database.run(
      "UPDATE attempt SET state = 'failed', ended_ms = ?2, failure = ?3, message = ?4, http_status = ?5,"
      " will_retry = ?6 WHERE id = ?1 AND state IN ('claimed', 'sent')",
      attempt, ended_ms, to_string(failure.failure_class), failure.message, failure.http_status, failure.will_retry));
  if (database.changes() != 1) return fail(Error::Kind::kStorage, fmt::format("attempt {} is not open", attempt));
  return {};
}

}  // namespace tripos::store
