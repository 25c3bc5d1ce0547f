#include "datasets/fetch.h"

#include <fmt/format.h>

#include <chrono>

#include "datasets/dataset.h"
#include "harness/cli/commands/commands.h"
#include "harness/cli/layout.h"
#include "harness/cli/terminal.h"

namespace tripos::cli {
namespace {

class FetchCommand : public Command {
 public:
  CommandText text() const override {
    return {.name = "fetch",
            .summary = "bring the data of a task into the data directory",
            .details =
                "Downloads from the hub (base URL from HF_ENDPOINT, token from HF_TOKEN), goes on where an "
                "earlier download stopped, and checks the checksum before the data is used.",
            .examples = {"tripos fetch gsm8k", "tripos fetch gpqa_diamond --from dataset.zip"}};
  }

  std::vector<Flag> flags() override {
    return {{.name = "TASK",
             .help = "the task (\"tripos list tasks\")",
             .target = &task_,
             .required = true,
             .completes = Completes::kTask},
            {.name = "--from",
             .value = "FILE",
             .help = "take this file instead of downloading",
             .target = &from_,
             .completes = Completes::kFile}};
  }

  Result<Exit> run(Context& context) override {
    TRIPOS_TRY(const datasets::TaskInfo task, datasets::find_task(task_));
    if (task.is_shipped && !from_) {
      context.terminal.print(fmt::format("{} is part of the program: nothing to fetch\n", task.name));
      return Exit::kComplete;
    }
    Terminal& terminal = context.terminal;
    std::optional<std::filesystem::path> from = from_;
    const auto show = [&terminal, &task](const datasets::FetchProgress& progress) {
      const double megabytes = static_cast<double>(progress.bytes) / 1e6;
      const std::string total = progress.total == 0 ? "" : fmt::format(" of {:.1f}", progress.total / 1e6);
      terminal.status(fmt::format("{}  {:.1f}{} MB", task.name, megabytes, total));
    };
    const Result<std::filesystem::path> path = datasets::fetch(task_, from, show);
    terminal.status("");
    if (!path) return tl::unexpected(path.error());
    TRIPOS_TRY(const datasets::Dataset dataset, datasets::load(task_));
    terminal.print(fmt::format("{}  {}  {}\n", task.name,
                               count_of(static_cast<std::int64_t>(dataset.samples.size()), "sample"),
                               printable(path->string())));
    for (const std::string& finding : dataset.findings) terminal.message("  " + printable(finding));
    return Exit::kComplete;
  }

 private:
  std::string task_;
  std::optional<std::string> from_;
};

}  // namespace

std::unique_ptr<Command> make_fetch_command() { return std::make_unique<FetchCommand>(); }

}  // namespace tripos::cli
