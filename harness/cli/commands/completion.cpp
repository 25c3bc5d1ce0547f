#include "harness/cli/completion.h"

#include <algorithm>

#include "datasets/dataset.h"
#include "harness/cli/app.h"
#include "harness/cli/commands/commands.h"
#include "harness/cli/terminal.h"
#include "harness/protocol/protocol.h"

namespace tripos::cli {
namespace {

CompletionWords known_words() {
  CompletionWords words;
  for (const datasets::TaskInfo& task : datasets::tasks()) words.tasks.push_back(task.name);
  for (const protocol::PresetInfo& preset : protocol::presets()) {
    if (std::find(words.protocols.begin(), words.protocols.end(), preset.name) == words.protocols.end()) {
      words.protocols.push_back(preset.name);
    }
  }
  return words;
}

class CompletionCommand : public Command {
 public:
  CommandText text() const override {
    return {.name = "completion",
            .summary = "print shell completions or the man page",
            .examples = {"source <(tripos completion bash)", "tripos completion zsh > ~/.zfunc/_tripos",
                         "tripos completion man | man -l -"}};
  }

  std::vector<Flag> flags() override {
    return {{.name = "FOR",
             .help = "what it is for",
             .target = &target_,
             .required = true,
             .words = {"bash", "zsh", "fish", "man"}}};
  }

  Result<Exit> run(Context& context) override {
    const std::vector<Described> commands = describe_commands();
    if (target_ == "man") {
      context.terminal.print(man_page(commands));
      return Exit::kComplete;
    }
    const auto write = target_ == "bash" ? &bash_completion : target_ == "zsh" ? &zsh_completion : &fish_completion;
    context.terminal.print(write(commands, known_words()));
    return Exit::kComplete;
  }

 private:
  std::string target_;
};

}  // namespace

std::unique_ptr<Command> make_completion_command() { return std::make_unique<CompletionCommand>(); }

}  // namespace tripos::cli
