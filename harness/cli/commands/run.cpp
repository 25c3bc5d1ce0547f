#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "harness/cli/commands/commands.h"
#include "harness/cli/estimate.h"
#include "harness/cli/evaluation.h"
#include "harness/cli/interrupt.h"
#include "harness/cli/json_text.h"
#include "harness/cli/layout.h"
#include "harness/cli/progress.h"
#include "harness/cli/run_report.h"
#include "harness/cli/stores.h"
#include "harness/cli/terminal.h"
#include "harness/core/hardware.h"

namespace tripos::cli {
namespace {

using Tasks = std::vector<std::unique_ptr<TaskSetup>>;

void say_findings(const Tasks& tasks, Terminal& terminal) {
  for (const auto& task : tasks) {
    for (const std::string& finding : task->dataset.findings) {
      terminal.detail(fmt::format("{}: {}", task->dataset.task, printable(finding)));
    }
  }
}

nlohmann::ordered_json to_json(const Estimate& estimate) {
  nlohmann::ordered_json json;
  json["run"] = estimate.run_id;
  json["task"] = estimate.task;
  json["model"] = estimate.model;
  json["protocol"] = estimate.protocol;
  json["requests"] = estimate.requests;
  json["finished"] = estimate.finished;
  json["prompt_tokens"] = estimate.prompt_tokens;
  json["output_tokens_bound"] = nullptr;
  if (estimate.output_bound) json["output_tokens_bound"] = *estimate.output_bound;
  json["cost_bound_usd"] = nullptr;
  if (estimate.cost_bound) json["cost_bound_usd"] = *estimate.cost_bound;
  return json;
}

// Says what would be asked. Reads the database where there is one and never makes one.
Result<Exit> say_plan(const EvaluationFlags& flags, Terminal& terminal) {
  TRIPOS_TRY(const Tasks tasks, load_tasks(flags));
  TRIPOS_TRY(const runner::PlanOptions options, plan_options(flags));
  say_findings(tasks, terminal);
  std::unique_ptr<store::Store> store;
  std::error_code ignored;
  if (std::filesystem::exists(flags.db, ignored)) {
    TRIPOS_TRY(store, store::Store::open(flags.db, store::Store::Mode::kReadOnly));
  }
  std::vector<Estimate> estimates;
  for (const auto& task : tasks) {
    for (const std::string& model : flags.models) {
      TRIPOS_TRY(const backends::ModelInfo info, model_info(model, flags.model_options));
      TRIPOS_TRY(const runner::Plan plan, runner::make_plan(task->dataset, task->protocol, info, options, store.get()));
      estimates.push_back(estimate(plan, flags.price_in, flags.price_out));
    }
  }
  nlohmann::ordered_json document = {{"schema", 1}, {"plans", nlohmann::ordered_json::array()}};
  std::string text;
  for (const Estimate& estimate : estimates) {
    document["plans"].push_back(to_json(estimate));
    text += to_text(estimate);
  }
  terminal.print(flags.json ? json_text(document) : text);
  return Exit::kComplete;
}

// One run that is to be carried out.
struct Job {
  const TaskSetup* task;
  std::unique_ptr<backends::Backend> backend;
  runner::Plan plan;
};

// Carries out the runs that the flags ask for, one after the other.
class Runs {
 public:
  Runs(const EvaluationFlags& flags, Context& context)
      : flags_(flags),
        terminal_(context.terminal),
        resume_(fmt::format("To go on: {}", context.command_line)),
        interrupt_([this] { say_stopping(); }, [this] { say_cancelled(); }) {}

  // Makes every backend and plan before the first request, so that a mistake costs nothing.
  Result<void> prepare() {
    TRIPOS_TRY(tasks_, load_tasks(flags_));
    TRIPOS_TRY(const runner::PlanOptions options, plan_options(flags_));
    say_findings(tasks_, terminal_);
    for (const auto& task : tasks_) {
      for (const std::string& model : flags_.models) {
        TRIPOS_TRY(auto backend, make_backend(model, flags_.model_options,
                                              [this](const std::string& line) { terminal_.message(line); }));
        TRIPOS_TRY(runner::Plan plan,
                   runner::make_plan(task->dataset, task->protocol, backend->model(), options, nullptr));
        jobs_.push_back({task.get(), std::move(backend), std::move(plan)});
      }
    }
    TRIPOS_TRY(store_, store::Store::open(flags_.db, store::Store::Mode::kReadWrite));
    for (Job& job : jobs_) {
      TRIPOS_TRY(job.plan,
                 runner::make_plan(job.task->dataset, job.task->protocol, job.backend->model(), options, store_.get()));
    }
    return {};
  }

  Result<Exit> carry_out() {
    Exit exit = Exit::kComplete;
    for (Job& job : jobs_) {
      TRIPOS_TRY(const runner::RunSummary summary, ask(job));
      TRIPOS_CHECK(report(job, summary));
      if (summary.failed > 0) exit = Exit::kIncomplete;
      if (interrupt_.token().stop_requested()) {
        exit = Exit::kInterrupted;
        break;
      }
    }
    if (flags_.json) terminal_.print(json_text({{"schema", 1}, {"runs", document_}}));
    if (exit == Exit::kInterrupted) terminal_.message(fmt::format("stopped; what was answered is kept.\n{}", resume_));
    if (exit == Exit::kIncomplete) terminal_.message(fmt::format("some samples have no result.\n{}", resume_));
    return exit;
  }

 private:
  static std::string label_of(const Job& job) {
    return fmt::format("{}  {}", job.plan.spec.task, printable(job.plan.spec.model));
  }

  // Asks what is missing. An error says what is kept and how to go on.
  Result<runner::RunSummary> ask(Job& job) {
    const int total = job.plan.samples * job.plan.epochs;
    Result<runner::RunSummary> summary;
    runner::Progress last{.finished = job.plan.finished, .total = total};
    double seconds = 0;
    {
      ProgressMeter meter(terminal_, label_of(job), job.plan.finished, total);
      summary = runner::execute(
          job.plan, *job.backend, *store_,
          [&](const runner::Progress& progress) {
            last = progress;
            meter.update(progress);
          },
          interrupt_.token());
      seconds = meter.seconds();
    }
    terminal_.message(progress_line(label_of(job), last, seconds, -1));
    if (!summary) {
      Error error = std::move(summary).error();
      error.hint += fmt::format("{}what was answered is kept.\n{}", error.hint.empty() ? "" : "; ", resume_);
      return tl::unexpected(std::move(error));
    }
    if (summary->first_failure) {
      terminal_.warn(fmt::format("{}, e.g.: {}", count_of(summary->failed, "failed request"), *summary->first_failure));
    }
    return summary;
  }

  Result<void> report(const Job& job, const runner::RunSummary& summary) {
    const int threads = hardware_threads();
    TRIPOS_CHECK(runner::score_run(*store_, summary.run_id, job.task->protocol, false, threads));
    const protocol::Protocol& protocol = job.task->protocol;
    TRIPOS_TRY(store::Cell cell,
               find_cell(*store_, job.plan.spec.task, summary.run_id, {protocol.label(), protocol.scoring_sha256}));
    const RunReport numbers = make_report(summary, std::move(cell));
    if (flags_.json) {
      document_.push_back(to_json(numbers));
    } else {
      terminal_.print("\n" + to_text(numbers, flags_.db));
    }
    return {};
  }

  void say_stopping() {
    terminal_.message(
        "stopping: those in flight are finished, no others are sent.\n"
        "Ctrl-C again leaves them (they may be billed)");
  }
  void say_cancelled() {
    terminal_.status("");
    terminal_.message(fmt::format("cancelled; what was answered is kept.\n{}", resume_));
  }

  const EvaluationFlags& flags_;
  Terminal& terminal_;
  const std::string resume_;
  Tasks tasks_;
  std::vector<Job> jobs_;
  std::unique_ptr<store::Store> store_;
  nlohmann::ordered_json document_ = nlohmann::ordered_json::array();
  Interrupt interrupt_;  // last: its callbacks use the others
};

class RunCommand : public Command {
 public:
  CommandText text() const override {
    return {.name = "run",
            .summary = "ask models the questions of tasks and score the answers",
            .details =
                "Every answer is kept in the database before the next question takes its place, so a run that was "
                "stopped goes on where it was: type the same command again, and only what is missing is asked.\n\n"
                "An eval file is YAML with the keys tasks, models and the names of flags without dashes.",
            .examples = {"tripos run math500 -m scripted/recorded.jsonl --limit 20",
                         "tripos run gpqa_diamond -m openai-compatible/qwen3-8b \\\n"
                         "    --base-url http://localhost:8000/v1 --epochs 4",
                         "tripos run eval.yaml --dry-run"},
            .takes_eval_file = true};
  }
  std::vector<Flag> flags() override { return flags_.list(); }

  Result<Exit> run(Context& context) override {
    if (flags_.dry_run) return say_plan(flags_, context.terminal);
    Runs runs(flags_, context);
    TRIPOS_CHECK(runs.prepare());
    return runs.carry_out();
  }

 private:
  EvaluationFlags flags_;
};

class PlanCommand : public Command {
 public:
  CommandText text() const override {
    return {.name = "plan",
            .summary = "say what a run would ask and what it may cost; spends nothing",
            .details =
                "Takes what \"tripos run\" takes. Prompt tokens are estimated from the size of the prompts; the "
                "bound of the output counts every answer at its longest.",
            .examples = {"tripos plan math500 -m openai-compatible/gpt-4.1-mini",
                         "tripos plan math500 -m openai-compatible/gpt-4.1-mini \\\n"
                         "    --max-tokens 4096 --price-in 0.40 --price-out 1.60"},
            .takes_eval_file = true};
  }
  std::vector<Flag> flags() override {
    std::vector<Flag> list = flags_.list();
    std::erase_if(list, [](const Flag& flag) { return flag.name == "--dry-run"; });
    return list;
  }
  Result<Exit> run(Context& context) override { return say_plan(flags_, context.terminal); }

 private:
  EvaluationFlags flags_;
};

}  // namespace

std::unique_ptr<Command> make_run_command() { return std::make_unique<RunCommand>(); }
std::unique_ptr<Command> make_plan_command() { return std::make_unique<PlanCommand>(); }

}  // namespace tripos::cli
