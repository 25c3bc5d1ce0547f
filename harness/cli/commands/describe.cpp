#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "datasets/dataset.h"
#include "harness/cli/commands/commands.h"
#include "harness/cli/json_text.h"
#include "harness/cli/model_facts.h"
#include "harness/cli/models.h"
#include "harness/cli/terminal.h"
#include "harness/core/spelling.h"
#include "harness/protocol/protocol.h"

namespace tripos::cli {
namespace {

std::string kind_of(AnswerKind kind) {
  return kind == AnswerKind::kChoice ? "multiple choice" : "mathematics (free answer)";
}

Facts task_facts(const datasets::TaskInfo& task, const Result<datasets::Dataset>& dataset) {
  Facts facts = {{"task", task.name},          {"about", task.summary},
                 {"kind", kind_of(task.kind)}, {"protocol", task.default_protocol},
                 {"licence", task.licence},    {"source", task.source}};
  if (task.is_private) {
    facts.emplace_back("private", "question and choice text is left out of the database, reports and exports");
  }
  if (!dataset) {
    facts.emplace_back("samples", std::to_string(task.samples));
    facts.emplace_back("data", dataset.error().message);
    if (!dataset.error().hint.empty()) facts.emplace_back("hint", dataset.error().hint);
    return facts;
  }
  facts.emplace_back("samples", std::to_string(dataset->samples.size()));
  if (!dataset->revision.empty()) facts.emplace_back("revision", dataset->revision);
  facts.emplace_back("sha256", dataset->sha256);
  for (const std::string& finding : dataset->findings) facts.emplace_back("finding", finding);
  return facts;
}

void add_sampling(const SamplingParams& sampling, Facts& facts) {
  if (sampling.temperature) facts.emplace_back("temperature", fmt::format("{}", *sampling.temperature));
  if (sampling.top_p) facts.emplace_back("top-p", fmt::format("{}", *sampling.top_p));
  if (sampling.max_tokens) facts.emplace_back("max-tokens", std::to_string(*sampling.max_tokens));
  if (sampling.seed) facts.emplace_back("seed", std::to_string(*sampling.seed));
  if (sampling.reasoning_effort) facts.emplace_back("effort", *sampling.reasoning_effort);
  for (const std::string& stop : sampling.stop) facts.emplace_back("stop", stop);
}

std::string order_facts(const protocol::Protocol& protocol) {
  const std::string name(protocol::to_string(protocol.order));
  return protocol::needs_seed(protocol.order) ? fmt::format("{}, seed {}", name, protocol.seed) : name;
}

// As they stand in a protocol file.
std::string policy_facts(const Policies& policies) {
  std::string facts = fmt::format("percent: {}\nunits: {}\ndecimal_digits: {}\n", protocol::to_string(policies.percent),
                                  protocol::to_string(policies.units), policies.decimal_digits);
  if (policies.decimal_places > 0) facts += fmt::format("decimal_places: {}\n", policies.decimal_places);
  if (policies.tolerance > 0) facts += fmt::format("tolerance: {}\n", policies.tolerance);
  return facts + fmt::format("names: {}\nlists: {}\nsampling: {}", policies.optional_names ? "optional" : "required",
                             policies.ordered_lists ? "ordered" : "unordered",
                             policies.sampling ? "accepted" : "refused");
}

Facts protocol_facts(const protocol::Protocol& protocol) {
  Facts facts = {{"protocol", protocol.label()},
                 {"about", protocol.summary},
                 {"kind", kind_of(protocol.kind)},
                 {"source", protocol.source}};
  if (!protocol.system.empty()) facts.emplace_back("system", protocol.system);
  facts.emplace_back("user", protocol.user);
  if (protocol.kind == AnswerKind::kChoice) {
    facts.emplace_back("choice line", protocol.choice_line);
    facts.emplace_back("order", order_facts(protocol));
  }
  facts.emplace_back("epochs", std::to_string(protocol.epochs));
  add_sampling(protocol.sampling, facts);
  for (const ExtractorSpec& extractor : protocol.scoring.extractors) {
    facts.emplace_back("extractor", extractor.pattern.empty()
                                        ? extractor.name
                                        : fmt::format("{}: {} ({} match)", extractor.name, extractor.pattern,
                                                      extractor.last ? "last" : "first"));
  }
  if (protocol.scoring.skips_unreadable) facts.emplace_back("unreadable", "skipped: the next extractor is tried");
  facts.emplace_back("grader", protocol.scoring.grader);
  if (protocol.scoring.grader == "symbolic") facts.emplace_back("policies", policy_facts(protocol.scoring.policies));
  facts.emplace_back("sha256", protocol.sha256);
  return facts;
}

// Values stand as they are, lines under lines: prompts are not to be re-flowed.
std::string to_text(const Facts& facts) {
  std::string out;
  for (const auto& [name, value] : facts) {
    std::string text = printable(value);
    while (text.ends_with('\n')) text.pop_back();
    for (std::size_t at = 0; (at = text.find('\n', at)) != std::string::npos; at += 13) {
      text.replace(at, 1, "\n" + std::string(12, ' '));
    }
    out += fmt::format("{:<12}{}\n", name, text);
  }
  return out;
}

nlohmann::ordered_json to_json(const Facts& facts) {
  nlohmann::ordered_json json;
  for (const auto& [name, value] : facts) {
    if (!json.contains(name)) {
      json[name] = value;
      continue;
    }
    if (!json[name].is_array()) json[name] = nlohmann::ordered_json::array({json[name]});
    json[name].push_back(value);
  }
  return json;
}

bool is_task(const std::string& name) {
  const auto& tasks = datasets::tasks();
  return std::any_of(tasks.begin(), tasks.end(), [&](const datasets::TaskInfo& task) { return task.name == name; });
}

class DescribeCommand : public Command {
 public:
  CommandText text() const override {
    return {.name = "describe",
            .summary = "tell all about a task, a protocol or a model of your own",
            .details = "A protocol that exists for choices and for mathematics is shown in both forms.",
            .examples = {"tripos describe math500", "tripos describe simple-evals", "tripos describe my_task.yaml",
                         "tripos describe local/examples/tiny_moe"}};
  }

  std::vector<Flag> flags() override {
    return {{.name = "NAME",
             .help = "task or protocol, by name or as a YAML file; or a model as local/PATH",
             .target = &name_,
             .required = true,
             .completes = Completes::kTask},
            {.name = "--data",
             .value = "FILE",
             .help = "data of the task, where it is not in the data directory",
             .target = &data_,
             .completes = Completes::kFile},
            {.name = "--json", .help = "one JSON document instead of text", .target = &json_}};
  }

  Result<Exit> run(Context& context) override {
    TRIPOS_TRY(const std::vector<Facts> described, describe());
    nlohmann::ordered_json items = nlohmann::ordered_json::array();
    std::string text;
    for (const Facts& facts : described) {
      items.push_back(to_json(facts));
      text += (text.empty() ? "" : "\n") + to_text(facts);
    }
    context.terminal.print(json_ ? json_text({{"schema", 1}, {"described", items}}) : text);
    return Exit::kComplete;
  }

 private:
  Result<std::vector<Facts>> describe() const {
    std::vector<Facts> described;
    if (const auto path = local_path(name_)) {
      TRIPOS_TRY(described.emplace_back(), model_facts(*path));
      return described;
    }
    if (!is_task(name_)) {
      for (const AnswerKind kind : {AnswerKind::kMath, AnswerKind::kChoice}) {
        const auto protocol = protocol::find_protocol(name_, kind);
        if (protocol) described.push_back(protocol_facts(*protocol));
      }
      if (described.size() == 2 && described[0] == described[1]) described.pop_back();  // a file has one kind
      if (!described.empty()) return described;
    }
    const Result<datasets::TaskInfo> task = datasets::find_task(name_);
    if (!task) return tl::unexpected(unknown_name(task.error()));
    const std::optional<std::filesystem::path> file = data_;
    described.push_back(task_facts(*task, datasets::load(name_, file)));
    return described;
  }

  // The error of find_task(), with the names of protocols among those that may be meant.
  Error unknown_name(const Error& error) const {
    if (name_.ends_with(".yaml") || error.kind != Error::Kind::kUsage) return error;
    std::vector<std::string> names;
    for (const auto& task : datasets::tasks()) names.push_back(task.name);
    for (const auto& preset : protocol::presets()) names.push_back(preset.name);
    const std::string meant = did_you_mean(name_, names);
    return {Error::Kind::kUsage, fmt::format("no task or protocol is called \"{}\"", name_),
            meant.empty() ? "\"tripos list tasks\" and \"tripos list protocols\" show all" : meant};
  }

  std::string name_;
  std::optional<std::string> data_;
  bool json_ = false;
};

}  // namespace

std::unique_ptr<Command> make_describe_command() { return std::make_unique<DescribeCommand>(); }

}  // namespace tripos::cli
