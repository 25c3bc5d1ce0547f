#pragma once
// The store: one SQLite file that holds every question asked, every attempt, every response and every score. The
// schema stands in schema.sql. All reading and writing of it goes through this folder.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/core/request.h"
#include "harness/core/response.h"
#include "harness/core/result.h"
#include "harness/core/sample.h"
#include "harness/core/score.h"

namespace tripos::store {

// What makes a run the run it is. Its id is the first 16 hex digits of the SHA-256 of these fields' canonical JSON, so
// the same command finds the same run, on any machine, and stores merge. Epochs and --limit are left out: they say how
// much of the run is asked for.
struct RunSpec {
  std::string task;  // name
  std::string dataset_sha256;
  std::string protocol;         // label, e.g. "simple-evals@2025-07"; "imported" where it is not known
  std::string protocol_sha256;  // empty where it is not known
  std::string model;            // as given
  std::string fingerprint;      // of the model, where there is one
  SamplingParams sampling;      // as sent: the protocol's, changed by the user's flags
  std::string id() const;
};

// What else is kept of a run; a later begin_run() with the same spec does not change it.
struct RunDetails {
  AnswerKind kind = AnswerKind::kMath;
  bool is_private = false;
  std::string dataset_revision;
  std::string protocol_yaml;
  std::string model_settings = "{}";  // what the fingerprint is the hash of, as JSON
  std::string endpoint;               // without credentials
  std::string program_version;
  std::int64_t started_unix_ms = 0;
};

struct Run {
  std::string id;
  RunSpec spec;
  RunDetails details;
};

// A finished request with its response, as scorers read it.
struct StoredResponse {
  std::string run_id;
  std::string sample_id;
  int epoch = 0;
  Reference reference;  // as asked
  StopClass stop = StopClass::kUnknown;
  std::string text;
};

struct ScoreRow {
  std::string run_id;
  std::string sample_id;
  int epoch = 0;
  Score score;
};

// Names a scorer: the scoring half of a protocol.
struct ScorerKey {
  std::string protocol;  // label, e.g. "zeroeval@2024-08"
  std::string scoring_sha256;
};

// One sample of one run under one scorer.
struct SampleTally {
  std::string sample_id;
  std::map<std::string, std::string> metadata;
  int responses = 0;
  int correct = 0;
};

// One cell of the comparison: a run read and judged by one scorer.
struct Cell {
  Run run;
  // The scorer's label. Where the store holds scores of several scorings of one task under one label (an edited
  // protocol that kept its version), each has the start of its hash behind it, "mine@1+3fa9c2d0": what was not judged
  // alike stays apart.
  std::string protocol;
  std::string scoring_sha256;        // of the scorer, for visit_answers(); empty where nothing was scored
  std::vector<SampleTally> samples;  // those with at least one response, in dataset order
  int epochs = 0;                    // largest number of responses to one sample
  int truncated = 0;                 // responses by stop class; they are part of the samples above
  int refused = 0;                   // refusal or content filter
  int unparsed = 0;                  // verdict no_answer
  int undecided = 0;                 // verdict undecided or gold_unreadable
  int errored = 0;  // requests without a response whose last attempt failed, and not because it was cancelled
  int pending = 0;  // the other requests that were asked and have no response
  std::int64_t input_tokens = 0;
  std::int64_t output_tokens = 0;
  double seconds = 0;  // sum of the responses' total times
};

// Everything kept of one answer, for `show` and the report.
struct Answer {
  std::string sample_id;
  int epoch = 0;
  std::vector<int> order;
  std::string target;
  Response response;
  int attempts = 0;
  std::optional<Score> score;  // under the scorer asked for
};

struct Question {
  std::string sample_id;
  std::string input;                 // empty for private tasks
  std::vector<std::string> choices;  // empty for private tasks
  std::string target;
  std::map<std::string, std::string> metadata;
};

// A recorded response of another harness. `sample_index` is the epoch.
struct ImportedResponse {
  std::string sample_id;
  int epoch = 0;
  std::string target;  // reference answer as asked
  int choice_count = 0;
  Response response;
};

class Journal;  // journal.h

class Store {
 public:
  enum class Mode { kReadWrite, kReadOnly };

  // Creates the file where it is missing (kReadWrite), migrates an older schema forward, and takes the writer's lock.
  // Errors (kStorage): a network file system, no permission, a disk that is full, a newer schema, a file that is no
  // Tripos store, a second writer (with its process id). kReadOnly needs no lock and works beside a writer.
  static Result<std::unique_ptr<Store>> open(const std::filesystem::path& path, Mode mode);
  ~Store();
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;

  // Registers a run and its samples, or finds it. Text of samples of private tasks is not stored, only its hash.
  // Returns the run's id.
  Result<std::string> begin_run(const RunSpec& spec, const RunDetails& details, const std::vector<Sample>& samples);

  // (sample id, epoch) of all requests of a run that have a response.
  Result<std::vector<std::pair<std::string, int>>> finished(std::string_view run_id) const;

  // Appends responses of another harness; those already there are left alone. Returns how many were new.
  Result<int> import(std::string_view run_id, const std::vector<ImportedResponse>& responses);

  Result<std::vector<Run>> runs() const;
  Result<Run> find_run(std::string_view id_prefix) const;  // error (kUsage) where none or several match

  // Calls `visit` for each response of a run that `scorer` has not scored yet (all with `rescore`), in a fixed order;
  // visit gets them in batches, from one thread. Stops at the first error.
  Result<void> visit_responses(std::string_view run_id, const ScorerKey& scorer, bool rescore,
                               const std::function<Result<void>(std::vector<StoredResponse>)>& visit) const;
  // Replaces scores of the same scorer for the same responses. One transaction.
  Result<void> put_scores(const ScorerKey& scorer, const std::vector<ScoreRow>& rows);

  // Every run x scorer that has scores, and runs without any score (protocol as asked, nothing correct left out:
  // samples is then empty); ordered by task, protocol, model.
  Result<std::vector<Cell>> cells(std::optional<std::string_view> task = std::nullopt) const;

  Result<std::vector<Question>> questions(std::string_view task, std::string_view dataset_sha256) const;
  // All answers of a run in dataset order, then by epoch; texts decompressed; in batches.
  Result<void> visit_answers(std::string_view run_id, std::string_view scoring_sha256,
                             const std::function<Result<void>(std::vector<Answer>)>& visit) const;
  Result<std::vector<Answer>> answers_to(std::string_view run_id, std::string_view sample_id,
                                         std::string_view scoring_sha256) const;

  // Brings in everything of another store: idempotent, and the order of merges does not matter.
  Result<void> merge(const std::filesystem::path& other);

 private:
  friend class Journal;
  struct State;
  explicit Store(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace tripos::store
