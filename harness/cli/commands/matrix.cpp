#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "harness/cli/commands/commands.h"
#include "harness/cli/interrupt.h"
#include "harness/cli/json_text.h"
#include "harness/cli/matrices.h"
#include "harness/cli/matrix_formats.h"
#include "harness/cli/stores.h"
#include "harness/cli/terminal.h"
#include "harness/core/spelling.h"

namespace tripos::cli {
namespace {

constexpr int kListedInText = 20;
constexpr int kListedInJson = 1000;

// Of each model the run that started last.
std::vector<store::Run> newest_of_each_model(const std::vector<store::Run>& runs, const std::string& task) {
  std::map<std::string, store::Run> newest;
  for (const store::Run& run : runs) {
    if (run.spec.task != task) continue;
    const auto [known, is_new] = newest.try_emplace(run.spec.model, run);
    const auto age = [](const store::Run& other) { return std::pair(other.details.started_unix_ms, other.id); };
    if (!is_new && age(known->second) < age(run)) known->second = run;
  }
  std::vector<store::Run> chosen;
  chosen.reserve(newest.size());
  for (auto& [model, run] : newest) chosen.push_back(std::move(run));
  return chosen;
}

class MatrixCommand : public Command {
 public:
  CommandText text() const override {
    return {
        .name = "matrix",
        .summary = "read stored responses as every protocol would; asks no model anything",
        .details =
            "Reads and judges the responses of a run, or of each model's newest run of a task, by the rules of every "
            "protocol for their kind of answer, each set of rules once. Shows the accuracy under each, how far they "
            "spread, how often two of them agree, and the responses on which they differ; for multiple choice also "
            "whether letters are preferred. Nothing is stored: the run's own scores stay as they are.",
        .examples = {"tripos matrix math500", "tripos matrix 7f3a91 --limit 100",
                     "tripos matrix gpqa_diamond --db results.db --format json"}};
  }

  std::vector<Flag> flags() override {
    return {{.name = "RUN|TASK",
             .help = "id of a run, or the start of it; or a task",
             .target = &what_,
             .required = true,
             .completes = Completes::kTask},
            db_flag(db_),
            {.name = "--format",
             .value = "FORMAT",
             .help = "form of the result",
             .target = &format_,
             .words = {"text", "json"}},
            {.name = "--limit",
             .value = "N",
             .help = fmt::format("responses listed on which they differ (default {}, in JSON {})", kListedInText,
                                 kListedInJson),
             .target = &limit_,
             .low = 0},
            threads_flag(threads_)};
  }

  Result<Exit> run(Context& context) override {
    TRIPOS_TRY(const auto store, open_existing(db_, store::Store::Mode::kReadOnly));
    TRIPOS_TRY(const std::vector<store::Run> runs, chosen_runs(*store));
    const bool as_json = format_ == "json";
    const MatrixOptions options{threads_or_all(threads_),
                                static_cast<std::size_t>(limit_.value_or(as_json ? kListedInJson : kListedInText))};
    const Interrupt interrupt([] {}, [&] { context.terminal.status(""); });
    nlohmann::ordered_json document = {{"schema", 1}, {"runs", nlohmann::ordered_json::array()}};
    std::string text;
    for (const store::Run& run : runs) {
      TRIPOS_TRY(const std::optional<reports::Matrix> matrix,
                 make_matrix(*store, run, options, context.terminal, interrupt.token()));
      if (!matrix) {
        context.terminal.message("stopped; nothing was changed");
        return Exit::kInterrupted;
      }
      if (matrix->responses == 0) return tl::unexpected(no_responses(run));
      if (as_json) {
        document["runs"].push_back(to_json(*matrix));
      } else {
        text += (text.empty() ? "" : "\n\n") + to_text(*matrix, context.terminal.width());
      }
    }
    context.terminal.print(as_json ? json_text(document) : text);
    return Exit::kComplete;
  }

 private:
  Result<std::vector<store::Run>> chosen_runs(const store::Store& store) const {
    TRIPOS_TRY(const std::vector<store::Run> all, store.runs());
    if (all.empty()) return tl::unexpected(no_runs(db_, ""));
    std::vector<store::Run> chosen;
    for (const std::string& word : what_) {
      std::vector<store::Run> runs = newest_of_each_model(all, word);
      if (runs.empty()) {
        const auto is_meant = [&](const store::Run& run) { return run.id.starts_with(word); };
        if (std::ranges::none_of(all, is_meant)) return tl::unexpected(neither_run_nor_task(word, all));
        TRIPOS_TRY(store::Run run, store.find_run(word));
        runs.push_back(std::move(run));
      }
      for (store::Run& run : runs) {
        if (!std::ranges::count(chosen, run.id, &store::Run::id)) chosen.push_back(std::move(run));
      }
    }
    return chosen;
  }

  Error neither_run_nor_task(const std::string& word, const std::vector<store::Run>& runs) const {
    std::set<std::string> tasks;
    for (const store::Run& run : runs) tasks.insert(run.spec.task);
    const std::string guess = did_you_mean(word, {tasks.begin(), tasks.end()});
    return {Error::Kind::kUsage, fmt::format("\"{}\" holds neither a run nor a task \"{}\"", db_, word),
            fmt::format("{}\"tripos list runs --db {}\" shows both", guess.empty() ? "" : guess + " ", db_)};
  }

  Error no_responses(const store::Run& run) const {
    return {Error::Kind::kData, fmt::format("run {} has no response yet", run.id),
            fmt::format("\"tripos run {} -m {} --db {}\" goes on with it", run.spec.task, run.spec.model, db_)};
  }

  std::vector<std::string> what_;
  std::string db_ = kDefaultDb;
  std::string format_ = "text";
  std::optional<int> limit_;
  std::optional<int> threads_;
};

}  // namespace

std::unique_ptr<Command> make_matrix_command() { return std::make_unique<MatrixCommand>(); }

}  // namespace tripos::cli
