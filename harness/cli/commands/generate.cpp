#include <fmt/format.h>

#include <map>
#include <nlohmann/json.hpp>

#include "backends/moe/local/answerer.h"
#include "backends/moe/local/setup.h"
#include "harness/cli/commands/commands.h"
#include "harness/cli/json_text.h"
#include "harness/cli/models.h"
#include "harness/cli/progress.h"
#include "harness/cli/terminal.h"
#include "harness/core/file.h"
#include "harness/core/json.h"
#include "harness/core/text.h"

namespace tripos::cli {
namespace {

using nlohmann::json;
using Conversation = std::vector<Message>;

Result<Message> read_message(const json& value, const std::string& where) {
  const bool is_message = value.is_object() && value.contains("role") && value["role"].is_string() &&
                          value.contains("content") && value["content"].is_string();
  if (!is_message) {
    return fail(Error::Kind::kData, fmt::format("{}: a message is {{\"role\": TEXT, \"content\": TEXT}}", where));
  }
  return Message{value["role"], value["content"]};
}

// A list of messages, or an object that holds one as "messages".
Result<Conversation> read_conversation(std::string_view line, const std::string& where) {
  TRIPOS_TRY(const json value, parse_json(line, where));
  const json& list = value.is_object() ? value.value("messages", json()) : value;
  if (!list.is_array() || list.empty()) {
    return fail(Error::Kind::kData, fmt::format("{}: no messages", where),
                "each line is {\"messages\": [{\"role\": \"user\", \"content\": \"...\"}]}");
  }
  Conversation conversation;
  for (const json& item : list) {
    TRIPOS_TRY(conversation.emplace_back(), read_message(item, where));
  }
  return conversation;
}

Result<std::vector<Conversation>> read_conversations(const std::string& path) {
  TRIPOS_TRY(const std::string text, read_file(path));
  std::vector<Conversation> conversations;
  int number = 0;
  for (const std::string_view line : split_lines(text)) {
    ++number;
    if (trim(line).empty()) continue;
    TRIPOS_TRY(conversations.emplace_back(), read_conversation(line, fmt::format("{}:{}", path, number)));
  }
  return conversations;
}

nlohmann::ordered_json to_json(const moe::Prompt& prompt, const moe::Answer& answer) {
  return {{"prompt", prompt.text}, {"prompt_tokens", prompt.tokens},       {"tokens", answer.tokens},
          {"text", answer.text},   {"logprobs", answer.log_probabilities}, {"stop", to_string(answer.stop)}};
}

class GenerateCommand : public Command {
 public:
  CommandText text() const override {
    return {.name = "generate",
            .summary = "let a model in this process answer single conversations",
            .details =
                "Nothing is stored. With --json a line for each conversation, in their order: prompt, prompt_tokens, "
                "tokens, text, logprobs (natural, of each token in the model's own distribution), stop. Answers are "
                "the same, bit for bit, alone or among others.",
            .examples = {"tripos generate -m local/examples/tiny_moe \\\n    --prompt \"What is 17 + 25?\"",
                         "tripos generate -m local/model.gguf --messages chats.jsonl --json"}};
  }

  std::vector<Flag> flags() override {
    std::vector<Flag> list = {
        {.name = "--model",
         .letter = 'm',
         .value = "MODEL",
         .help = "model as local/PATH",
         .target = &model_,
         .required = true},
        {.name = "--prompt", .value = "TEXT", .help = "what the user says", .target = &prompt_},
        {.name = "--messages",
         .value = "FILE",
         .help = "conversations, one a line: {\"messages\": [{\"role\": ..., \"content\": ...}]}",
         .target = &messages_,
         .completes = Completes::kFile},
        {.name = "--raw", .help = "go on with the text as it stands, without a chat template", .target = &raw_},
        {.name = "--batch",
         .value = "N",
         .help = fmt::format("conversations at once (default {})", moe::kSequences),
         .target = &batch_,
         .low = 1,
         .high = 4096},
        {.name = "--json", .help = "a JSON object a line instead of text", .target = &json_}};
    const std::string sampling = "sampling (default: the model's)";
    list.push_back({.name = "--max-tokens",
                    .value = "N",
                    .help = "longest answer (default: what the context has room for)",
                    .target = &sampling_.max_tokens,
                    .group = sampling,
                    .low = 1});
    list.push_back({.name = "--temperature",
                    .value = "T",
                    .help = "sampling temperature; 0 takes the likeliest token",
                    .target = &sampling_.temperature,
                    .group = sampling,
                    .low = 0,
                    .high = 2});
    list.push_back({.name = "--top-p",
                    .value = "P",
                    .help = "nucleus sampling",
                    .target = &sampling_.top_p,
                    .group = sampling,
                    .low = 0,
                    .high = 1});
    list.push_back(
        {.name = "--seed", .value = "N", .help = "seed of the draws", .target = &sampling_.seed, .group = sampling});
    list.push_back({.name = "--stop",
                    .value = "TEXT",
                    .help = "ends an answer; may be repeated",
                    .target = &sampling_.stop,
                    .group = sampling});
    for (Flag& flag : local_flags(options_)) list.push_back(std::move(flag));
    return list;
  }

  Result<Exit> run(Context& context) override {
    Terminal& terminal = context.terminal;
    TRIPOS_TRY(const std::vector<Conversation> conversations, conversations_asked());
    const auto path = local_path(model_);
    if (!path) {
      return fail(Error::Kind::kUsage, fmt::format("\"{}\" does not run in this process", model_),
                  "\"tripos generate\" takes local/PATH: a model folder or a GGUF file");
    }
    TRIPOS_TRY(const moe::LocalOptions local, local_options(options_));
    TRIPOS_TRY(const moe::ModelFiles files, moe::ModelFiles::open(*path, local.chat));
    TRIPOS_TRY(const std::vector<moe::Prompt> prompts, prompts_of(conversations, files));
    TRIPOS_TRY(const moe::Device device, moe::find_device(local.device, files.activations()));
    const int batch = std::min(batch_.value_or(moe::kSequences), static_cast<int>(prompts.size()));
    TRIPOS_TRY(const moe::Setup setup, moe::plan_setup(files, device, batch));
    terminal.message(moe::to_text(files, device, setup));
    TRIPOS_TRY(const std::unique_ptr<moe::Ops> ops, moe::open_device(device, local.threads));
    TRIPOS_TRY(const auto answerer, moe::Answerer::make(files, *ops, setup.limits));
    TRIPOS_CHECK(answer_all(prompts, *answerer, batch, terminal));
    return Exit::kComplete;
  }

 private:
  Result<std::vector<Conversation>> conversations_asked() const {
    if (prompt_.has_value() == messages_.has_value()) {
      return fail(Error::Kind::kUsage, "give one of --prompt TEXT and --messages FILE");
    }
    if (messages_) return read_conversations(*messages_);
    return std::vector<Conversation>{{{"user", *prompt_}}};
  }

  Result<std::vector<moe::Prompt>> prompts_of(const std::vector<Conversation>& conversations,
                                              const moe::ModelFiles& files) const {
    if (!raw_ && files.chat() == nullptr) {
      return fail(Error::Kind::kUsage, fmt::format("{} has no chat template: it was not trained to answer", model_),
                  "--chat-template FILE gives one, --raw goes on with the text as it stands");
    }
    std::vector<moe::Prompt> prompts;
    for (const Conversation& conversation : conversations) {
      if (raw_) {
        prompts.push_back(files.plain_prompt(conversation.back().content));
      } else {
        TRIPOS_TRY(prompts.emplace_back(), files.chat()->render(conversation));
      }
    }
    return prompts;
  }

  // Prints answers in the order of the prompts, each as soon as those before it are there.
  Result<void> answer_all(const std::vector<moe::Prompt>& prompts, moe::Answerer& answerer, int batch,
                          Terminal& terminal) const {
    ProgressMeter meter(terminal, "answers", 0, static_cast<int>(prompts.size()));
    std::map<int, moe::Answer> done;  // answered and not printed
    std::size_t asked = 0;
    std::size_t printed = 0;
    while (printed < prompts.size()) {
      while (asked < prompts.size() && answerer.running() < batch) {
        TRIPOS_CHECK(
            answerer.ask(prompts[asked].tokens, sampling_, static_cast<std::uint64_t>(sampling_.seed.value_or(0)), 0));
        ++asked;
      }
      TRIPOS_TRY(std::vector<moe::Answer> answers, answerer.step());
      for (moe::Answer& answer : answers) done[answer.number] = std::move(answer);
      for (auto next = done.begin(); next != done.end() && next->first == static_cast<int>(printed); ++printed) {
        terminal.print(json_ ? json_text(to_json(prompts[printed], next->second), -1) : next->second.text + "\n");
        next = done.erase(next);
      }
      meter.update({.finished = static_cast<int>(printed),
                    .total = static_cast<int>(prompts.size()),
                    .generated = answerer.stats().generated});
    }
    return {};
  }

  std::string model_;
  std::optional<std::string> prompt_;
  std::optional<std::string> messages_;
  bool raw_ = false;
  bool json_ = false;
  std::optional<int> batch_;
  SamplingParams sampling_;
  ModelOptions options_;
};

}  // namespace

std::unique_ptr<Command> make_generate_command() { return std::make_unique<GenerateCommand>(); }

}  // namespace tripos::cli
