#include "harness/cli/evaluation.h"

#include <fmt/format.h>

#include <algorithm>

#include "harness/cli/stores.h"
#include "harness/core/file.h"
#include "harness/core/text.h"

namespace tripos::cli {
namespace {

constexpr std::uint64_t kMaxIdFileBytes = 64 << 20;

Result<void> add_ids_of_file(const std::string& path, std::vector<std::string>& ids) {
  TRIPOS_TRY(const std::string text, read_file(path, kMaxIdFileBytes));
  for (const std::string_view line : split_lines(text)) {
    if (const std::string_view id = trim(line); !id.empty()) ids.emplace_back(id);
  }
  return {};
}

// A protocol that scores given texts asks for more than remote models give.
Result<void> check_can_score(const protocol::Protocol& protocol, const std::vector<std::string>& models) {
  for (const std::string& model : models) {
    if (protocol.continuation.empty() || local_path(model) || model.starts_with("scripted/")) continue;
    return fail(Error::Kind::kUsage,
                fmt::format("protocol {} scores given texts, which {} cannot do", protocol.label(), model),
                "only models in this process (local/PATH) can; take a protocol that lets the model answer");
  }
  return {};
}

void add_what(EvaluationFlags& flags, std::vector<Flag>& list) {
  list.push_back({.name = "TASK",
                  .help = "task, or a task file of your own (*.yaml)",
                  .target = &flags.tasks,
                  .required = true,
                  .completes = Completes::kTask,
                  .key = "tasks"});
  list.push_back({.name = "--model",
                  .letter = 'm',
                  .value = "MODEL",
                  .help = "model as PROVIDER/NAME; may be repeated (\"tripos list models\")",
                  .target = &flags.models,
                  .required = true,
                  .key = "models"});
  list.push_back({.name = "--protocol",
                  .letter = 'p',
                  .value = "PROTOCOL",
                  .help = "how questions are asked and answers judged: a name or a YAML file (default: the task's)",
                  .target = &flags.protocol,
                  .completes = Completes::kProtocol});
  list.push_back(db_flag(flags.db));
}

void add_questions(EvaluationFlags& flags, std::vector<Flag>& list) {
  const std::string group = "questions";
  list.push_back({.name = "--limit",
                  .value = "N",
                  .help = "only the first N samples",
                  .target = &flags.limit,
                  .group = group,
                  .low = 1});
  list.push_back({.name = "--sample",
                  .value = "ID",
                  .help = "only this sample; may be repeated; @FILE: the ids in FILE, one a line",
                  .target = &flags.samples,
                  .group = group});
  list.push_back({.name = "--epochs",
                  .value = "K",
                  .help = "how often each sample is asked (default: the protocol's)",
                  .target = &flags.epochs,
                  .group = group,
                  .low = 1});
  list.push_back({.name = "--data",
                  .value = "FILE",
                  .help = "data of the task, where it is not in the data directory",
                  .target = &flags.data,
                  .group = group,
                  .completes = Completes::kFile});
}

void add_sampling(EvaluationFlags& flags, std::vector<Flag>& list) {
  const std::string group = "sampling (default: the protocol's)";
  list.push_back({.name = "--temperature",
                  .value = "T",
                  .help = "sampling temperature",
                  .target = &flags.temperature,
                  .group = group,
                  .low = 0,
                  .high = 2});
  list.push_back({.name = "--top-p",
                  .value = "P",
                  .help = "nucleus sampling",
                  .target = &flags.top_p,
                  .group = group,
                  .low = 0,
                  .high = 1});
  list.push_back({.name = "--max-tokens",
                  .value = "N",
                  .help = "longest answer, reasoning included",
                  .target = &flags.max_tokens,
                  .group = group,
                  .low = 1});
  list.push_back({.name = "--seed",
                  .value = "N",
                  .help = "seed, where the server takes one",
                  .target = &flags.seed,
                  .group = group});
  list.push_back({.name = "--reasoning-effort",
                  .value = "LEVEL",
                  .help = "how long a reasoning model thinks",
                  .target = &flags.reasoning_effort,
                  .group = group});
}

void add_connection(EvaluationFlags& flags, std::vector<Flag>& list) {
  const std::string group = "connection";
  list.push_back({.name = "--base-url",
                  .value = "URL",
                  .help = "server of an openai-compatible model, e.g. http://localhost:8000/v1",
                  .target = &flags.model_options.base_url,
                  .group = group,
                  .other_variable = "OPENAI_BASE_URL"});
  list.push_back({.name = "--max-connections",
                  .value = "N",
                  .help = "requests in flight at most (default 20)",
                  .target = &flags.model_options.max_connections,
                  .group = group,
                  .low = 1,
                  .high = 10'000});
  list.push_back({.name = "--stream",
                  .help = "take answers as a stream (default: where they may be long)",
                  .target = &flags.model_options.stream,
                  .group = group});
}

void add_output(EvaluationFlags& flags, std::vector<Flag>& list) {
  const std::string group = "output";
  list.push_back({.name = "--dry-run",
                  .help = "only say what would be asked and what it may cost, as \"tripos plan\" does",
                  .target = &flags.dry_run,
                  .group = group});
  list.push_back({.name = "--price-in",
                  .value = "USD",
                  .help = "price of a million input tokens, for the bound of a dry run",
                  .target = &flags.price_in,
                  .group = group,
                  .low = 0});
  list.push_back({.name = "--price-out",
                  .value = "USD",
                  .help = "price of a million output tokens",
                  .target = &flags.price_out,
                  .group = group,
                  .low = 0});
  list.push_back(
      {.name = "--json", .help = "one JSON document instead of text", .target = &flags.json, .group = group});
}

}  // namespace

std::vector<Flag> EvaluationFlags::list() {
  std::vector<Flag> list;
  add_what(*this, list);
  add_questions(*this, list);
  add_sampling(*this, list);
  add_connection(*this, list);
  for (Flag& flag : local_flags(model_options)) list.push_back(std::move(flag));
  add_output(*this, list);
  return list;
}

Result<std::vector<std::unique_ptr<TaskSetup>>> load_tasks(const EvaluationFlags& flags) {
  if (flags.data && flags.tasks.size() > 1) {
    return fail(Error::Kind::kUsage, "--data is the data of one task, and several are given");
  }
  std::vector<datasets::TaskInfo> infos;
  for (const std::string& task : flags.tasks) {
    TRIPOS_TRY(datasets::TaskInfo info, datasets::find_task(task));
    infos.push_back(std::move(info));
  }
  std::vector<std::unique_ptr<TaskSetup>> setups;
  for (std::size_t i = 0; i < flags.tasks.size(); ++i) {
    const std::string& name = flags.protocol ? *flags.protocol : infos[i].default_protocol;
    TRIPOS_TRY(protocol::Protocol protocol, protocol::find_protocol(name, infos[i].kind));
    TRIPOS_CHECK(check_can_score(protocol, flags.models));
    TRIPOS_TRY(datasets::Dataset dataset, datasets::load(flags.tasks[i], flags.data));
    setups.push_back(std::make_unique<TaskSetup>(TaskSetup{std::move(dataset), std::move(protocol)}));
  }
  return setups;
}

Result<runner::PlanOptions> plan_options(const EvaluationFlags& flags) {
  runner::PlanOptions options;
  options.limit = flags.limit;
  options.epochs = flags.epochs;
  for (const std::string& sample : flags.samples) {
    if (sample.starts_with('@')) {
      TRIPOS_CHECK(add_ids_of_file(sample.substr(1), options.sample_ids));
    } else {
      options.sample_ids.push_back(sample);
    }
  }
  if (!flags.samples.empty() && options.sample_ids.empty()) {
    return fail(Error::Kind::kUsage, fmt::format("--sample {} holds no id", flags.samples.front()));
  }
  options.overrides.temperature = flags.temperature;
  options.overrides.top_p = flags.top_p;
  options.overrides.max_tokens = flags.max_tokens;
  options.overrides.seed = flags.seed;
  options.overrides.reasoning_effort = flags.reasoning_effort;
  return options;
}

}  // namespace tripos::cli
