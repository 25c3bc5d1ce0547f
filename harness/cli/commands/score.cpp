#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "harness/cli/commands/commands.h"
#include "harness/cli/json_text.h"
#include "harness/cli/layout.h"
#include "harness/cli/run_report.h"
#include "harness/cli/stores.h"
#include "harness/cli/terminal.h"
#include "harness/protocol/protocol.h"
#include "harness/runner/runner.h"

namespace tripos::cli {
namespace {

// What became of one run.
struct Outcome {
  store::Run run;
  std::string protocol;
  int scored = 0;
  std::string skipped_because;  // empty: it was scored
};

class ScoreCommand : public Command {
 public:
  CommandText text() const override {
    return {.name = "score",
            .summary = "judge stored responses by a protocol; asks no model anything",
            .details =
                "Applies to every run whose answers are of the protocol's kind. Scores of other protocols stay. "
                "What was scored before is left alone, unless --rescore is given.",
            .examples = {"tripos score --protocol boxed", "tripos score --protocol zeroeval --task gsm8k --db t.db",
                         "tripos score --protocol mine.yaml --rescore"}};
  }

  std::vector<Flag> flags() override {
    return {{.name = "--protocol",
             .letter = 'p',
             .value = "PROTOCOL",
             .help = "a name or a YAML file",
             .target = &protocol_,
             .required = true,
             .completes = Completes::kProtocol},
            db_flag(db_),
            {.name = "--task", .value = "TASK", .help = "only runs of this task", .target = &task_},
            {.name = "--run", .value = "RUN", .help = "only this run (its id, or the start of it)", .target = &run_},
            {.name = "--rescore", .help = "score again what this protocol has scored", .target = &rescore_},
            threads_flag(threads_),
            {.name = "--json", .help = "one JSON document instead of text", .target = &json_}};
  }

  Result<Exit> run(Context& context) override {
    TRIPOS_TRY(const auto store, open_existing(db_, store::Store::Mode::kReadWrite));
    TRIPOS_TRY(const std::vector<store::Run> runs, chosen_runs(*store));
    std::vector<Outcome> outcomes;
    for (const store::Run& run : runs) {
      TRIPOS_TRY(Outcome outcome, score(*store, run));
      outcomes.push_back(std::move(outcome));
    }
    return say(outcomes, context.terminal);
  }

 private:
  Result<std::vector<store::Run>> chosen_runs(const store::Store& store) const {
    if (run_) {
      TRIPOS_TRY(store::Run run, store.find_run(*run_));
      return std::vector{std::move(run)};
    }
    TRIPOS_TRY(std::vector<store::Run> runs, store.runs());
    if (task_) std::erase_if(runs, [&](const store::Run& run) { return run.spec.task != *task_; });
    if (runs.empty()) return tl::unexpected(no_runs(db_, task_.value_or("")));
    return runs;
  }

  Result<Outcome> score(store::Store& store, const store::Run& run) const {
    Outcome outcome{.run = run};
    const Result<protocol::Protocol> protocol = protocol::find_protocol(protocol_, run.details.kind);
    if (!protocol || protocol->kind != run.details.kind) {
      const bool is_other_kind = protocol || exists_for_other_kind(run.details.kind);
      if (!is_other_kind) return tl::unexpected(protocol.error());
      outcome.skipped_because = fmt::format("{} judges {}", protocol_,
                                            run.details.kind == AnswerKind::kChoice ? "mathematics, these are choices"
                                                                                    : "choices, these are mathematics");
      return outcome;
    }
    outcome.protocol = protocol->label();
    TRIPOS_TRY(outcome.scored, runner::score_run(store, run.id, *protocol, rescore_, threads_or_all(threads_)));
    return outcome;
  }

  bool exists_for_other_kind(AnswerKind kind) const {
    const AnswerKind other = kind == AnswerKind::kChoice ? AnswerKind::kMath : AnswerKind::kChoice;
    return protocol::find_protocol(protocol_, other).has_value();
  }

  Result<Exit> say(const std::vector<Outcome>& outcomes, Terminal& terminal) const {
    nlohmann::ordered_json items = nlohmann::ordered_json::array();
    std::vector<std::vector<std::string>> rows;
    bool any_scored = false;
    for (const Outcome& outcome : outcomes) {
      const bool skipped = !outcome.skipped_because.empty();
      any_scored = any_scored || !skipped;
      rows.push_back({skipped ? "skipped" : "scored " + with_commas(outcome.scored), outcome.run.spec.task,
                      printable(outcome.run.spec.model), skipped ? outcome.skipped_because : outcome.protocol});
      items.push_back({{"run", outcome.run.id},
                       {"task", outcome.run.spec.task},
                       {"model", outcome.run.spec.model},
                       {"scored", outcome.scored},
                       {"skipped", skipped ? nlohmann::ordered_json(outcome.skipped_because) : nullptr}});
    }
    terminal.print(json_ ? json_text({{"schema", 1}, {"runs", items}}) : columns(rows, terminal.width()));
    if (!any_scored) {
      return fail(Error::Kind::kUsage, fmt::format("protocol \"{}\" fits none of these runs", protocol_),
                  "\"tripos list protocols\" shows which protocol is for what");
    }
    if (!json_) {
      terminal.message(
          fmt::format("\"tripos compare{}\" shows the table", db_ == kDefaultDb ? "" : fmt::format(" --db {}", db_)));
    }
    return Exit::kComplete;
  }

  std::string protocol_;
  std::string db_ = kDefaultDb;
  std::optional<std::string> task_;
  std::optional<std::string> run_;
  std::optional<int> threads_;
  bool rescore_ = false;
  bool json_ = false;
};

}  // namespace

std::unique_ptr<Command> make_score_command() { return std::make_unique<ScoreCommand>(); }

}  // namespace tripos::cli
