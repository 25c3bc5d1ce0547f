#include "harness/runner/import.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <unordered_map>

#include "backends/recordings.h"
#include "datasets/dataset.h"
#include "datasets/problems.h"

namespace tripos::runner {
namespace {

using datasets::Dataset;

// Rows of one model x task, waiting until all of the file is read.
struct Group {
  std::string task;
  std::string model;
  std::optional<double> temperature;
  std::optional<int> max_tokens;
  std::vector<store::ImportedResponse> responses;
  int rows = 0;
};

// The datasets that rows are matched to, by task.
class Questions {
 public:
  static Result<Questions> open(const ImportOptions& options) {
    Questions questions;
    if (options.problems) {
      TRIPOS_TRY(questions.datasets_, datasets::load_problems(*options.problems));
      questions.from_file_ = true;
    }
    for (std::size_t i = 0; i < questions.datasets_.size(); ++i) questions.index(i);
    return questions;
  }

  // The dataset of a task; loaded from the task table where no problems file was given.
  Result<const Dataset*> dataset(const std::string& task) {
    for (const Dataset& dataset : datasets_) {
      if (dataset.task == task) return &dataset;
    }
    if (from_file_) {
      return fail(Error::Kind::kData, fmt::format("the problems file has no task \"{}\"", task),
                  "give the file that holds its questions with --samples");
    }
    TRIPOS_TRY(Dataset loaded, datasets::load(task));
    datasets_.push_back(std::move(loaded));
    index(datasets_.size() - 1);
    return &datasets_.back();
  }

  // The sample of a task, or of any other task of the file where its own lacks it: some recordings name a problem
  // that stands under another heading.
  const Sample* find(const std::string& task, const std::string& id) const {
    const auto range = by_id_.equal_range(id);
    const Sample* elsewhere = nullptr;
    for (auto at = range.first; at != range.second; ++at) {
      const Dataset& dataset = datasets_[at->second.first];
      const Sample& sample = dataset.samples[at->second.second];
      if (dataset.task == task) return &sample;
      elsewhere = &sample;
    }
    return elsewhere;
  }

 private:
  void index(std::size_t dataset) {
    for (std::size_t row = 0; row < datasets_[dataset].samples.size(); ++row) {
      by_id_.emplace(datasets_[dataset].samples[row].id, std::pair{dataset, row});
    }
  }

  std::vector<Dataset> datasets_;
  std::unordered_multimap<std::string, std::pair<std::size_t, std::size_t>> by_id_;
  bool from_file_ = false;
};

store::ImportedResponse imported(backends::Recording recording, const Sample& sample) {
  store::ImportedResponse response;
  response.sample_id = sample.id;
  response.epoch = recording.epoch;
  response.target = recording.gold.empty() ? sample.target : recording.gold;
  response.choice_count = static_cast<int>(sample.choices.size());
  response.response = std::move(recording.response);
  return response;
}

// Two rows for one request: the same text twice is one answer, two texts are a fault of the file.
Result<void> drop_repeats(Group& group) {
  auto& rows = group.responses;
  const auto key = [](const store::ImportedResponse& row) { return std::tie(row.sample_id, row.epoch); };
  std::stable_sort(rows.begin(), rows.end(), [&](const auto& a, const auto& b) { return key(a) < key(b); });
  for (std::size_t i = 1; i < rows.size(); ++i) {
    if (key(rows[i]) == key(rows[i - 1]) && rows[i].response.text != rows[i - 1].response.text) {
      return fail(Error::Kind::kData,
                  fmt::format("two different responses of {} to sample {}, sample_index {}", group.model,
                              rows[i].sample_id, rows[i].epoch),
                  "number repeated responses with the field sample_index");
    }
  }
  rows.erase(std::unique(rows.begin(), rows.end(), [&](const auto& a, const auto& b) { return key(a) == key(b); }),
             rows.end());
  return {};
}

// The samples that a run of the group refers to: the task's own, then those found under another heading.
std::vector<Sample> samples_of(const Dataset& dataset, const Group& group, const Questions& questions) {
  std::vector<Sample> samples = dataset.samples;
  std::unordered_map<std::string_view, bool> known;
  for (const Sample& sample : dataset.samples) known.emplace(sample.id, true);
  for (const auto& response : group.responses) {
    if (known.emplace(response.sample_id, true).second) {
      samples.push_back(*questions.find(dataset.task, response.sample_id));
    }
  }
  return samples;
}

Result<ImportedRun> store_group(store::Store& store, Group& group, Questions& questions) {
  TRIPOS_CHECK(drop_repeats(group));
  TRIPOS_TRY(const Dataset* dataset, questions.dataset(group.task));
  store::RunSpec spec;
  spec.task = group.task;
  spec.dataset_sha256 = dataset->sha256;
  spec.protocol = "imported";
  spec.model = group.model;
  spec.sampling.temperature = group.temperature;
  spec.sampling.max_tokens = group.max_tokens;
  store::RunDetails details;
  details.kind = dataset->kind;
  details.is_private = dataset->is_private;
  details.dataset_revision = dataset->revision;
  details.program_version = TRIPOS_VERSION;
  details.started_unix_ms =
      std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch())
          .count();
  TRIPOS_TRY(std::string run_id, store.begin_run(spec, details, samples_of(*dataset, group, questions)));
  TRIPOS_TRY(const int added, store.import(run_id, group.responses));
  return ImportedRun{std::move(run_id), group.task, group.model, group.rows, added};
}

}  // namespace

Result<ImportSummary> import_recordings(store::Store& store, const std::filesystem::path& recordings,
                                        const ImportOptions& options) {
  TRIPOS_TRY(Questions questions, Questions::open(options));
  std::vector<Group> groups;
  std::map<std::pair<std::string, std::string>, std::size_t> group_of;
  int line = 0;
  TRIPOS_CHECK(backends::visit_recordings(recordings, [&](backends::Recording recording) -> Result<void> {
    ++line;
    if (options.task && recording.task != *options.task) return {};
    TRIPOS_CHECK(questions.dataset(recording.task));
    const Sample* sample = questions.find(recording.task, recording.sample_id);
    if (sample == nullptr) {
      return fail(Error::Kind::kData,
                  fmt::format("{}: row {}: no sample \"{}\" in task {}", recordings.string(), line, recording.sample_id,
                              recording.task),
                  options.problems ? "" : "give the questions these responses answer with --samples FILE");
    }
    const auto [at, is_new] = group_of.emplace(std::pair{recording.task, recording.model}, groups.size());
    if (is_new) {
      groups.push_back({recording.task, recording.model, recording.temperature, recording.max_tokens, {}, 0});
    }
    Group& group = groups[at->second];
    ++group.rows;
    group.responses.push_back(imported(std::move(recording), *sample));
    return {};
  }));
  if (groups.empty()) {
    return fail(Error::Kind::kData, fmt::format("{}: no response{}", recordings.string(),
                                                options.task ? fmt::format(" of task \"{}\"", *options.task) : ""));
  }
  ImportSummary summary;
  for (Group& group : groups) {
    TRIPOS_TRY(ImportedRun run, store_group(store, group, questions));
    summary.runs.push_back(std::move(run));
  }
  return summary;
}

}  // namespace tripos::runner
