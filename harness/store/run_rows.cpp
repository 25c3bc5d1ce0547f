#include "harness/store/run_rows.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "harness/core/hash.h"
#include "harness/core/json.h"

namespace tripos::store {
namespace {

using nlohmann::json;

json to_json(const SamplingParams& sampling) {
  json value = json::object();
  if (sampling.temperature) value["temperature"] = *sampling.temperature;
  if (sampling.top_p) value["top_p"] = *sampling.top_p;
  if (sampling.max_tokens) value["max_tokens"] = *sampling.max_tokens;
  if (sampling.seed) value["seed"] = *sampling.seed;
  if (!sampling.stop.empty()) value["stop"] = sampling.stop;
  if (sampling.reasoning_effort) value["reasoning_effort"] = *sampling.reasoning_effort;
  return value;
}

json parse_or_null(std::string_view text) {
  Result<json> parsed = parse_json(text, "");
  return parsed ? std::move(*parsed) : json();
}

template <typename T, typename Is>
std::optional<T> field(const json& object, const char* key, Is is) {
  const auto found = object.find(key);
  return found != object.end() && is(*found) ? std::optional(found->get<T>()) : std::nullopt;
}

std::vector<std::string> texts_of(const json& list) {
  std::vector<std::string> texts;
  if (!list.is_array()) return texts;
  for (const json& item : list) {
    if (item.is_string()) texts.push_back(item.get<std::string>());
  }
  return texts;
}

SamplingParams parse_sampling(std::string_view text) {
  const json value = parse_or_null(text);
  SamplingParams sampling;
  if (!value.is_object()) return sampling;
  const auto is_number = [](const json& item) { return item.is_number(); };
  const auto is_integer = [](const json& item) { return item.is_number_integer(); };
  const auto is_text = [](const json& item) { return item.is_string(); };
  sampling.temperature = field<double>(value, "temperature", is_number);
  sampling.top_p = field<double>(value, "top_p", is_number);
  sampling.max_tokens = field<int>(value, "max_tokens", is_integer);
  sampling.seed = field<std::int64_t>(value, "seed", is_integer);
  if (value.contains("stop")) sampling.stop = texts_of(value["stop"]);
  sampling.reasoning_effort = field<std::string>(value, "reasoning_effort", is_text);
  return sampling;
}

std::string sample_hash(const Sample& sample) {
  const json value = {{"id", sample.id},
                      {"input", sample.input},
                      {"choices", sample.choices},
                      {"target", sample.target},
                      {"metadata", sample.metadata}};
  const Sha256 digest = sha256(canonical_json(value));
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

constexpr std::string_view kSelectRuns =
    "SELECT run.key, task.name, task.dataset_sha256, protocol, protocol_sha256, model, fingerprint, sampling, kind,"
    " private, dataset_revision, body.sha256, body.length, body.content, endpoint, program_version, started_ms,"
    " model_settings"
    " FROM run JOIN task ON task.id = run.task JOIN body ON body.id = run.protocol_yaml"
    " WHERE ?1 IS NULL OR task.name = ?1 ORDER BY task.name, model, protocol, run.key";

Result<Run> read_run(const Query& query) {
  Run run;
  run.id = query.text(0);
  run.spec = {.task = query.text(1),
              .dataset_sha256 = query.text(2),
              .protocol = query.text(3),
              .protocol_sha256 = query.text(4),
              .model = query.text(5),
              .fingerprint = query.text(6),
              .sampling = parse_sampling(query.bytes(7))};
  run.details.kind = query.bytes(8) == "choice" ? AnswerKind::kChoice : AnswerKind::kMath;
  run.details.is_private = query.integer(9) != 0;
  run.details.dataset_revision = query.text(10);
  TRIPOS_TRY(run.details.protocol_yaml, read_body(query, 11));
  run.details.endpoint = query.text(14);
  run.details.program_version = query.text(15);
  run.details.started_unix_ms = query.integer(16);
  run.details.model_settings = query.text(17);
  return run;
}

}  // namespace

std::string RunSpec::id() const {
  const json value = {{"task", task},
                      {"dataset_sha256", dataset_sha256},
                      {"protocol", protocol},
                      {"protocol_sha256", protocol_sha256},
                      {"model", model},
                      {"fingerprint", fingerprint},
                      {"sampling", to_json(sampling)}};
  return sha256_hex(canonical_json(value)).substr(0, 16);
}

Result<std::int64_t> put_task(Database& database, std::string_view name, std::string_view dataset_sha256) {
  TRIPOS_CHECK(database.run("INSERT OR IGNORE INTO task (name, dataset_sha256) VALUES (?, ?)", name, dataset_sha256));
  return database.query("SELECT id FROM task WHERE name = ? AND dataset_sha256 = ?", name, dataset_sha256)
      .only_integer();
}

Result<bool> has_run(Database& database, std::int64_t task, const RunSpec& spec) {
  Query query = database.query(
      "SELECT task = ? AND protocol = ? AND protocol_sha256 = ? AND model = ? AND fingerprint = ? AND sampling = ?"
      " FROM run WHERE key = ?",
      task, spec.protocol, spec.protocol_sha256, spec.model, spec.fingerprint, canonical_json(to_json(spec.sampling)),
      spec.id());
  TRIPOS_TRY(const bool found, query.next());
  if (found && query.integer(0) == 0) {
    return fail(Error::Kind::kStorage, fmt::format("{} has another run with the id {}", database.path(), spec.id()),
                "give another file with --db");
  }
  return found;
}

Result<void> put_run(Database& database, BodyWriter& bodies, std::int64_t task, const RunSpec& spec,
                     const RunDetails& details) {
  TRIPOS_TRY(const std::int64_t yaml, bodies.put(details.protocol_yaml));
  TRIPOS_CHECK(database.run(
      "INSERT INTO run (key, task, protocol, protocol_sha256, model, fingerprint, sampling, kind, private,"
      " dataset_revision, protocol_yaml, endpoint, program_version, started_ms, model_settings)"
      " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
      " ON CONFLICT (key) DO UPDATE SET kind = excluded.kind,"
      " dataset_revision = excluded.dataset_revision, protocol_yaml = excluded.protocol_yaml,"
      " endpoint = excluded.endpoint, program_version = excluded.program_version, started_ms = excluded.started_ms"
      " WHERE (excluded.started_ms, excluded.endpoint, excluded.program_version, excluded.dataset_revision,"
      " excluded.kind) < (started_ms, endpoint, program_version, dataset_revision, kind)",
      spec.id(), task, spec.protocol, spec.protocol_sha256, spec.model, spec.fingerprint,
      canonical_json(to_json(spec.sampling)), details.kind == AnswerKind::kChoice ? "choice" : "math",
      details.is_private, details.dataset_revision, yaml, details.endpoint, details.program_version,
      details.started_unix_ms, details.model_settings));
  return database.run("UPDATE run SET private = 1 WHERE key = ? AND ?", spec.id(), details.is_private);
}

Result<bool> sample_stands(Database& database, std::int64_t task, const SampleRow& sample) {
  Query query = database.query("SELECT (sha256, ordinal) <= (?, ?) FROM sample WHERE task = ? AND name = ?",
                               Blob{sample.sha256}, sample.ordinal, task, sample.name);
  TRIPOS_TRY(const bool found, query.next());
  return found && query.integer(0) != 0;
}

Result<void> write_sample(Database& database, std::int64_t task, const SampleRow& sample, std::int64_t input,
                          std::int64_t choices) {
  return database.run(
      "INSERT INTO sample (task, name, ordinal, sha256, input, choices, target, metadata)"
      " VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (task, name) DO UPDATE SET ordinal = excluded.ordinal,"
      " sha256 = excluded.sha256, input = excluded.input, choices = excluded.choices, target = excluded.target,"
      " metadata = excluded.metadata",
      task, sample.name, sample.ordinal, Blob{sample.sha256}, input, choices, sample.target, sample.metadata);
}

Result<void> put_sample(Database& database, BodyWriter& bodies, std::int64_t task, const Sample& sample, int ordinal,
                        Keep keep) {
  const SampleRow row{sample.id, ordinal, sample_hash(sample), sample.target, canonical_json(json(sample.metadata))};
  TRIPOS_TRY(const bool stands, sample_stands(database, task, row));
  if (stands) return {};
  TRIPOS_TRY(const std::int64_t input, bodies.put(sample.input, keep));
  TRIPOS_TRY(const std::int64_t choices, bodies.put(canonical_json(json(sample.choices)), keep));
  return write_sample(database, task, row, input, choices);
}

Result<std::vector<Run>> read_runs(Database& database, std::optional<std::string_view> task) {
  std::vector<Run> runs;
  Query query = database.query(kSelectRuns, task);
  for (;;) {
    TRIPOS_TRY(const bool more, query.next());
    if (!more) return runs;
    TRIPOS_TRY(Run run, read_run(query));
    runs.push_back(std::move(run));
  }
}

std::map<std::string, std::string> parse_metadata(std::string_view text) {
  std::map<std::string, std::string> metadata;
  const json value = parse_or_null(text);
  if (!value.is_object()) return metadata;
  for (const auto& [key, item] : value.items()) {
    if (item.is_string()) metadata.emplace(key, item.get<std::string>());
  }
  return metadata;
}

std::vector<int> parse_integers(std::string_view text) {
  std::vector<int> integers;
  const json value = parse_or_null(text);
  if (!value.is_array()) return integers;
  for (const json& item : value) {
    if (item.is_number_integer()) integers.push_back(item.get<int>());
  }
  return integers;
}

std::vector<std::string> parse_texts(std::string_view text) { return texts_of(parse_or_null(text)); }

}  // namespace tripos::store
