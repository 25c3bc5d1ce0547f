#include "harness/runner/import.h"

#include <nlohmann/json.hpp>

#include "harness/cli/commands/commands.h"
#include "harness/cli/json_text.h"
#include "harness/cli/layout.h"
#include "harness/cli/stores.h"
#include "harness/cli/terminal.h"

namespace tripos::cli {
namespace {

class ImportCommand : public Command {
 public:
  CommandText text() const override {
    return {.name = "import",
            .summary = "take over responses that were recorded elsewhere",
            .details =
                "FILE is JSON Lines, plain or gzip: a row has task, problem_id, model, response and, for repeated "
                "samples, sample_index. Rows are matched to the questions of a known task, or of PROBLEMS (JSON Lines "
                "with task, problem_id, problem, gold). Importing a file twice changes nothing.",
            .examples = {"tripos import responses.jsonl.gz --samples problems.jsonl.gz",
                         "tripos import responses.jsonl --task math500 --db results.db"}};
  }

  std::vector<Flag> flags() override {
    return {{.name = "FILE",
             .help = "the recorded responses",
             .target = &file_,
             .required = true,
             .completes = Completes::kFile},
            db_flag(db_),
            {.name = "--samples",
             .value = "PROBLEMS",
             .help = "the questions that were answered",
             .target = &problems_,
             .completes = Completes::kFile},
            {.name = "--task", .value = "TASK", .help = "only rows of this task", .target = &task_},
            {.name = "--json", .help = "one JSON document instead of text", .target = &json_}};
  }

  Result<Exit> run(Context& context) override {
    std::error_code ignored;
    if (!std::filesystem::exists(file_, ignored)) {  // before a database is made
      return fail(Error::Kind::kData, "there is no file \"" + file_ + "\"", "name the recorded responses to import");
    }
    TRIPOS_TRY(const auto store, store::Store::open(db_, store::Store::Mode::kReadWrite));
    runner::ImportOptions options;
    if (problems_) options.problems = *problems_;
    options.task = task_;
    TRIPOS_TRY(const runner::ImportSummary summary, runner::import_recordings(*store, file_, options));
    nlohmann::ordered_json items = nlohmann::ordered_json::array();
    std::vector<std::vector<std::string>> rows = {{"run", "task", "responses", "new", "model"}};
    for (const runner::ImportedRun& run : summary.runs) {
      rows.push_back(
          {run.run_id, printable(run.task), with_commas(run.responses), with_commas(run.added), printable(run.model)});
      items.push_back({{"run", run.run_id},
                       {"task", run.task},
                       {"model", run.model},
                       {"responses", run.responses},
                       {"new", run.added}});
    }
    Terminal& terminal = context.terminal;
    terminal.print(json_ ? json_text({{"schema", 1}, {"runs", items}}) : columns(rows, terminal.width()));
    if (!json_) {
      terminal.message(std::string("\"tripos score --protocol PROTOCOL") + (db_ == kDefaultDb ? "" : " --db " + db_) +
                       "\" judges them");
    }
    return Exit::kComplete;
  }

 private:
  std::string file_;
  std::string db_ = kDefaultDb;
  std::optional<std::string> problems_;
  std::optional<std::string> task_;
  bool json_ = false;
};

}  // namespace

std::unique_ptr<Command> make_import_command() { return std::make_unique<ImportCommand>(); }

}  // namespace tripos::cli
