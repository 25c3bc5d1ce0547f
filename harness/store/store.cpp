#include "harness/store/store.h"

#include <fmt/format.h>

#include <cstring>
#include <limits>

#include <nlohmann/json.hpp>

#include "harness/core/hash.h"
#include "harness/core/json.h"
#include "harness/store/rows.h"
#include "harness/store/run_rows.h"
#include "harness/store/schema.h"
#include "harness/store/state.h"

namespace tripos::store {
namespace {

// Of all that an import knows, so that the same row filed on two machines is the same attempt.
AttemptKey import_key(std::string_view run_id, const ImportedResponse& row) {
  const Response& response = row.response;
  const auto count = [](const std::optional<std::int64_t>& tokens) { return tokens.value_or(-1); };
  const nlohmann::json content = {run_id,
                                  row.sample_id,
                                  row.epoch,
                                  row.target,
                                  row.choice_count,
                                  sha256_hex(response.text),
                                  sha256_hex(response.reasoning),
                                  to_string(response.stop),
                                  response.stop_raw,
                                  count(response.usage.input_tokens),
                                  count(response.usage.cached_input_tokens),
                                  count(response.usage.output_tokens),
                                  count(response.usage.reasoning_tokens),
                                  response.served_model,
                                  response.request_id,
                                  response.first_byte.count(),
                                  response.total.count()};
  const Sha256 digest = sha256(canonical_json(content));
  AttemptKey key;
  std::memcpy(key.data(), digest.data(), key.size());
  return key;
}

// True: the response was new.
Result<bool> import_one(Database& database, BodyWriter& bodies, const RunRow& run, std::string_view run_id,
                        const ImportedResponse& row) {
  TRIPOS_TRY(const RequestRow request, put_request(database, run, row.sample_id, row.epoch));
  if (request.answered) return false;
  const Asked asked{.prompt = std::nullopt, .choice_count = row.choice_count, .target = row.target};
  TRIPOS_TRY(const std::int64_t attempt,
             insert_attempt(database, request.id, import_key(run_id, row), asked, std::nullopt));
  TRIPOS_CHECK(answer_attempt(database, bodies, attempt, row.response, std::nullopt));
  return true;
}

}  // namespace

Store::Store(std::unique_ptr<State> state) : state_(std::move(state)) {}
Store::~Store() = default;

Result<std::unique_ptr<Store>> Store::open(const std::filesystem::path& path, Mode mode) {
  TRIPOS_CHECK(refuse_network_file_system(path));
  auto state = std::make_unique<State>();
  state->path = path;
  if (mode == Mode::kReadWrite) {
    TRIPOS_TRY(WriterLock lock, WriterLock::take(path));
    state->lock.emplace(std::move(lock));
    TRIPOS_TRY(state->database, open_writer(path));
  } else {
    TRIPOS_TRY(state->database, Database::open(path, Database::Access::kReadOnly));
    TRIPOS_CHECK(check_current(*state->database, schema_steps()));
  }
  return std::unique_ptr<Store>(new Store(std::move(state)));
}

Result<std::string> Store::begin_run(const RunSpec& spec, const RunDetails& details,
                                     const std::vector<Sample>& samples) {
  Database& database = *state_->database;
  TRIPOS_TRY(Transaction transaction, Transaction::begin(database, Durability::kProcessKill));
  TRIPOS_TRY(const std::int64_t task, put_task(database, spec.task, spec.dataset_sha256));
  BodyWriter bodies(database);
  TRIPOS_TRY(const bool exists, has_run(database, task, spec));
  if (!exists) TRIPOS_CHECK(put_run(database, bodies, task, spec, details));
  const Keep keep = details.is_private ? Keep::kHashOnly : Keep::kText;
  for (std::size_t i = 0; i < samples.size(); ++i) {
    TRIPOS_CHECK(put_sample(database, bodies, task, samples[i], static_cast<int>(i), keep));
  }
  TRIPOS_CHECK(transaction.commit());
  return spec.id();
}

Result<std::vector<std::pair<std::string, int>>> Store::finished(std::string_view run_id) const {
  std::vector<std::pair<std::string, int>> finished;
  Query query = state_->database->query(
      "SELECT sample.name, request.epoch FROM run JOIN request ON request.run = run.id"
      " JOIN sample ON sample.id = request.sample WHERE run.key = ? AND request.answer IS NOT NULL",
      run_id);
  for (;;) {
    TRIPOS_TRY(const bool more, query.next());
    if (!more) return finished;
    const std::int64_t epoch = query.integer(1);
    if (epoch < 0 || epoch > std::numeric_limits<int>::max()) return state_->database->damaged("an epoch below 0");
    finished.emplace_back(query.text(0), static_cast<int>(epoch));
  }
}

Result<int> Store::import(std::string_view run_id, const std::vector<ImportedResponse>& responses) {
  Database& database = *state_->database;
  TRIPOS_TRY(Transaction transaction, Transaction::begin(database, Durability::kPowerCut));
  TRIPOS_TRY(const RunRow run, find_run_row(database, run_id));
  BodyWriter bodies(database);
  int added = 0;
  for (const ImportedResponse& row : responses) {
    TRIPOS_TRY(const bool is_new, import_one(database, bodies, run, run_id, row));
    added += is_new ? 1 : 0;
  }
  TRIPOS_CHECK(transaction.commit());
  return added;
}

Result<std::vector<Run>> Store::runs() const { return read_runs(*state_->database, std::nullopt); }

Result<Run> Store::find_run(std::string_view id_prefix) const {
  TRIPOS_TRY(std::vector<Run> all, runs());
  std::vector<Run> matches;
  std::string ids;
  for (Run& run : all) {
    if (!run.id.starts_with(id_prefix)) continue;
    ids += fmt::format("{}{} ({} {})", ids.empty() ? "" : ", ", run.id, run.spec.model, run.spec.task);
    matches.push_back(std::move(run));
  }
  if (matches.size() == 1) return std::move(matches.front());
  if (matches.empty()) {
    return fail(Error::Kind::kUsage, fmt::format("{} has no run \"{}\"", state_->path.string(), id_prefix),
                "\"tripos list runs\" shows all");
  }
  return fail(Error::Kind::kUsage, fmt::format("\"{}\" could be {} runs", id_prefix, matches.size()),
              fmt::format("give more digits: {}", ids));
}

}  // namespace tripos::store
