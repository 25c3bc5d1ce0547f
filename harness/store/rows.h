#pragma once
// Rows that the journal, imports and merges write alike.

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "harness/store/body.h"
#include "harness/store/store.h"

namespace tripos::store {

// A connection that writes, set up with the rules of this folder: WAL, so readers never wait for a writer.
Result<std::unique_ptr<Database>> open_writer(const std::filesystem::path& path);

std::int64_t now_ms();

// What of a run its requests need.
struct RunRow {
  std::int64_t id = 0;
  std::int64_t task = 0;
  bool is_private = false;
};
Result<RunRow> find_run_row(Database& database, std::string_view key);  // error (kUsage) where there is none

Result<std::optional<std::int64_t>> find_sample(Database& database, std::int64_t task, std::string_view name);

Result<std::int64_t> put_scorer(Database& database, const ScorerKey& scorer);

struct RequestRow {
  std::int64_t id = 0;
  bool answered = false;
};
// The request of a run; made where it is missing. Error (kData) where the run has no such sample.
Result<RequestRow> put_request(Database& database, const RunRow& run, std::string_view sample, int epoch);

using AttemptKey = std::array<char, 16>;
inline Blob blob(const AttemptKey& key) { return Blob{{key.data(), key.size()}}; }

// What is asked in an attempt.
struct Asked {
  std::optional<std::int64_t> prompt;  // a body
  std::string choice_order = "[]";
  int choice_count = 0;
  std::string_view target;
};
// A further attempt of a request, as claimed. Returns its row.
Result<std::int64_t> insert_attempt(Database& database, std::int64_t request, const AttemptKey& key, const Asked& asked,
                                    std::optional<std::int64_t> claimed_ms);

// Ends an open attempt. Error (kStorage) where it is not open.
Result<void> answer_attempt(Database& database, BodyWriter& bodies, std::int64_t attempt, const Response& response,
                            std::optional<std::int64_t> ended_ms);
Result<void> fail_attempt(Database& database, std::int64_t attempt, const Failure& failure, std::int64_t ended_ms);

}  // namespace tripos::store
