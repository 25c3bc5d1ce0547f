#pragma once
// Runs, tasks and samples as rows.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/store/body.h"
#include "harness/store/store.h"

namespace tripos::store {

Result<std::int64_t> put_task(Database& database, std::string_view name, std::string_view dataset_sha256);

// Whether the run is there. Error (kStorage) where another run has its id: 64 bits of hash do not rule that out.
Result<bool> has_run(Database& database, std::int64_t task, const RunSpec& spec);

// Makes the run where it is missing. Of two records of one run (two machines, merged) the one that started earlier
// stands, but what one of them calls private is private.
Result<void> put_run(Database& database, BodyWriter& bodies, std::int64_t task, const RunSpec& spec,
                     const RunDetails& details);

// The slim columns of a sample.
struct SampleRow {
  std::string name;
  std::int64_t ordinal = 0;
  std::string sha256;  // 32 bytes
  std::string target;
  std::string metadata;  // JSON
};
// Where two samples of one dataset have one name, the one with the smaller (hash, ordinal) stands, so that the order
// in which they come does not matter. True: the store has this one or a smaller one.
Result<bool> sample_stands(Database& database, std::int64_t task, const SampleRow& sample);
Result<void> write_sample(Database& database, std::int64_t task, const SampleRow& sample, std::int64_t input,
                          std::int64_t choices);
Result<void> put_sample(Database& database, BodyWriter& bodies, std::int64_t task, const Sample& sample, int ordinal,
                        Keep keep);

// All runs of a task (of every task), ordered by task, model, protocol.
Result<std::vector<Run>> read_runs(Database& database, std::optional<std::string_view> task);

// A JSON object of texts; {} for anything else.
std::map<std::string, std::string> parse_metadata(std::string_view json);
// A JSON list; [] for anything else.
std::vector<int> parse_integers(std::string_view json);
std::vector<std::string> parse_texts(std::string_view json);

}  // namespace tripos::store
