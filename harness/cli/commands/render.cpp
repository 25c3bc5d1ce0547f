#include <nlohmann/json.hpp>

#include "datasets/dataset.h"
#include "harness/cli/commands/commands.h"
#include "harness/cli/json_text.h"
#include "harness/cli/terminal.h"
#include "harness/core/hash.h"
#include "harness/protocol/protocol.h"
#include "harness/runner/runner.h"

namespace tripos::cli {
namespace {

constexpr std::size_t kFlushBytes = 1 << 16;

nlohmann::ordered_json to_json(const Request& request, bool hide_text) {
  nlohmann::ordered_json messages = nlohmann::ordered_json::array();
  for (const Message& message : request.messages) {
    messages.push_back(
        {{"role", message.role}, {"content", hide_text ? sha256_hex(message.content) : message.content}});
  }
  for (const std::string& text : request.continuations) {
    messages.push_back({{"role", "continuation"}, {"content", hide_text ? sha256_hex(text) : text}});
  }
  return {{"sample", request.sample_id},
          {"epoch", request.epoch},
          {"order", request.order},
          {"messages", std::move(messages)},
          {"target", request.target}};
}

class RenderCommand : public Command {
 public:
  CommandText text() const override {
    return {.name = "render",
            .summary = "print the requests of a task as they would be sent",
            .details =
                "One JSON object a line: sample, epoch, order (for each shown position the index of the choice "
                "as published), messages, target. For private tasks each content is a SHA-256, unless "
                "--include-private is given.",
            .examples = {"tripos render math500 --protocol simple-evals --limit 1",
                         "tripos render gpqa_diamond -p gpt-oss --epochs 8 > asked.jsonl"}};
  }

  std::vector<Flag> flags() override {
    return {{.name = "TASK",
             .help = "task, or a task file of your own (*.yaml)",
             .target = &task_,
             .required = true,
             .completes = Completes::kTask},
            {.name = "--protocol",
             .letter = 'p',
             .value = "PROTOCOL",
             .help = "a name or a YAML file (default: the task's)",
             .target = &protocol_,
             .completes = Completes::kProtocol},
            {.name = "--limit", .value = "N", .help = "only the first N samples", .target = &limit_, .low = 1},
            {.name = "--epochs",
             .value = "K",
             .help = "epochs of each sample (default 1)",
             .target = &epochs_,
             .low = 1,
             .high = 10'000},
            {.name = "--include-private", .help = "text of private tasks too", .target = &include_private_},
            {.name = "--data",
             .value = "FILE",
             .help = "data of the task, where it is not in the data directory",
             .target = &data_,
             .completes = Completes::kFile}};
  }

  Result<Exit> run(Context& context) override {
    TRIPOS_TRY(const datasets::TaskInfo task, datasets::find_task(task_));
    TRIPOS_TRY(const protocol::Protocol protocol,
               protocol::find_protocol(protocol_.value_or(task.default_protocol), task.kind));
    const std::optional<std::filesystem::path> file = data_;
    TRIPOS_TRY(const datasets::Dataset dataset, datasets::load(task_, file));
    // A plan of no model's: what would be asked, after the checks that a run makes.
    TRIPOS_TRY(const runner::Plan plan,
               runner::make_plan(dataset, protocol, {}, {.limit = limit_, .epochs = epochs_.value_or(1)}, nullptr));
    const bool hide_text = dataset.is_private && !include_private_;
    std::string out;
    for (const auto& [epoch, row] : plan.missing) {
      out += json_text(to_json(runner::render_request(plan, epoch, row), hide_text), -1);
      if (out.size() < kFlushBytes) continue;
      if (!context.terminal.print(out)) return Exit::kComplete;
      out.clear();
    }
    context.terminal.print(out);
    return Exit::kComplete;
  }

 private:
  std::string task_;
  std::optional<std::string> protocol_;
  std::optional<std::string> data_;
  std::optional<int> limit_;
  std::optional<int> epochs_;
  bool include_private_ = false;
};

}  // namespace

std::unique_ptr<Command> make_render_command() { return std::make_unique<RenderCommand>(); }

}  // namespace tripos::cli
