// Reads a protocol. The document (keys marked * are needed; there are no others):
//
//   name: simple-evals           * lower-case letters, digits and - . _
//   version: 2025-07             * the same and upper-case letters
//   on_request: false              true: a preset found by NAME@VERSION only
//   kind: choice                 * choice or math
//   summary: one line            *
//   source: repository@commit      where the texts and recipes were read
//   system: You are helpful.       absent: no system message
//   user: |-                     * the prompt, with placeholders
//     {question}
//     {choices}
//   choice_line: '{letter}) {choice}'               * with kind: choice; one line of {choices}
//   continuation: ' {letter}'      with kind: choice: no answer is generated, but this scored for each choice by its
//                                  log-likelihood after `user`, as raw text
//   clean: {question: strip, choices: lm-eval}      what is done to the texts: strip, strip-line-ends or lm-eval
//   order: {recipe: python-sample, seed: 0}         published (the default), python-sample, python-shuffle,
//                                  python-shuffle-each-row and python-insert, which need a seed, question-shuffle or
//                                  cycle; see OrderRecipe. With "key: last" the recipe starts from the choices with the
//                                  right one moved behind the others, otherwise from the published order
//   epochs: 1
//   sampling:                      what is absent is left to the provider
//     temperature: 0.5
//     top_p: 0.95
//     max_tokens: 2048
//     seed: 1
//     stop: ['Problem:']
//     reasoning_effort: high
//   scoring:                     *
//     extractors:                * a ladder: the first one that finds something wins
//       - last_box                 a name of the registry in scorers/
//       - {name: answer_line, match: first}         of several matches the first or the last (the default)
//       - {pattern: 'answer is ([A-D])', match: first}       RE2 syntax, with \s \d \w and $ as in Python; the first
//                                                group that took part is the answer
//     unreadable: skip           the next extractor is tried where the grader can read nothing in what this one found
//     grader: symbolic           * a name of the registry in scorers/
//     policies:                    of the grader "symbolic": what it forgives (struct Policies in harness/core/score.h)
//       percent: either              or hundredth, ignored, any-scale
//       units: optional              or required, ignored
//       decimal_digits: 12
//       decimal_places: 6
//       tolerance: 0.0001
//       names: optional              or required
//       lists: unordered             or ordered
//       sampling: accepted           or refused
//
// Placeholders of `user`: {question}; {choices}, the lines joined by line ends; {letters}, "ABCD"; {meta.KEY}, a field
// of the sample's metadata, {meta.KEY:words} with spaces for underscores. {choices:SEP} and {letters:SEP} are joined by
// SEP: {letters:,} is "A,B,C,D". Those of `choice_line`: {letter} and {choice}. All other braces are ordinary text, as
// in \boxed{}.

#include <fmt/format.h>

#include <limits>
#include <nlohmann/json.hpp>

#include "harness/core/hash.h"
#include "harness/core/json.h"
#include "harness/core/spelling.h"
#include "harness/core/yaml.h"
#include "harness/protocol/protocol.h"
#include "harness/protocol/template.h"

namespace tripos::protocol {
namespace {

constexpr int kMostEpochs = 10'000;
constexpr int kMostDigits = 1000;
constexpr std::int64_t kLargestInteger = std::numeric_limits<std::int64_t>::max();

Result<std::string> text(const YamlNode& map, std::string_view key) {
  TRIPOS_TRY(const YamlNode node, map.get(key));
  TRIPOS_TRY(std::string value, node.string());
  if (value.empty()) return tl::unexpected(node.error(fmt::format("\"{}\" is empty", key)));
  return value;
}

Result<std::string> text_or_empty(const YamlNode& map, std::string_view key) {
  const auto node = map.find(key);
  return node ? node->string() : Result<std::string>("");
}

Result<bool> flag(const YamlNode& map, std::string_view key) {
  const auto node = map.find(key);
  return node ? node->boolean() : Result<bool>(false);
}

Result<std::optional<double>> number(const YamlNode& map, std::string_view key, double low, double high) {
  const auto node = map.find(key);
  if (!node) return std::nullopt;
  TRIPOS_TRY(const double value, node->number());
  if (value < low || value > high) {
    return tl::unexpected(node->error(fmt::format("\"{}\" must be from {} to {}, got {}", key, low, high, value)));
  }
  return value;
}

Result<std::optional<std::int64_t>> integer(const YamlNode& map, std::string_view key, std::int64_t low,
                                            std::int64_t high) {
  const auto node = map.find(key);
  if (!node) return std::nullopt;
  TRIPOS_TRY(const std::int64_t value, node->integer(low, high));
  return value;
}

// The index in `words` of the word under `key`.
Result<std::size_t> one_of(const YamlNode& map, std::string_view key, const std::vector<std::string>& words) {
  TRIPOS_TRY(const YamlNode node, map.get(key));
  TRIPOS_TRY(const std::string value, node.string());
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (words[i] == value) return i;
  }
  return tl::unexpected(node.error(fmt::format("\"{}\" must be {}, got \"{}\"", key, fmt::join(words, " or "), value),
                                   did_you_mean(value, words)));
}

// Names stand in labels and on the command line as NAME@VERSION.
Result<std::string> label_part(const YamlNode& map, std::string_view key) {
  TRIPOS_TRY(std::string value, text(map, key));
  const auto is_allowed = [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' ||
           (key == "version" && c >= 'A' && c <= 'Z');
  };
  for (const char c : value) {
    if (is_allowed(c)) continue;
    return tl::unexpected(
        map.get(key)->error(fmt::format("\"{}\" is made of {}letters, digits, \"-\", \".\" and \"_\", got \"{}\"", key,
                                        key == "version" ? "" : "lower-case ", value)));
  }
  return value;
}

Result<Cleaning> cleaning(const YamlNode& map, std::string_view key) {
  if (!map.find(key)) return Cleaning::kNone;
  TRIPOS_TRY(const std::size_t word, one_of(map, key, {"strip", "strip-line-ends", "lm-eval"}));
  return static_cast<Cleaning>(word + 1);
}

Result<void> read_cleaning(const YamlNode& document, Protocol& protocol) {
  const auto clean = document.find("clean");
  if (!clean) return {};
  TRIPOS_CHECK(clean->check_keys({"question", "choices"}));
  TRIPOS_TRY(protocol.question_cleaning, cleaning(*clean, "question"));
  TRIPOS_TRY(protocol.choice_cleaning, cleaning(*clean, "choices"));
  return {};
}

Result<void> read_prompt(const YamlNode& document, Protocol& protocol) {
  TRIPOS_TRY(protocol.system, text_or_empty(document, "system"));
  TRIPOS_TRY(protocol.user, text(document, "user"));
  TRIPOS_TRY(protocol.choice_line, text_or_empty(document, "choice_line"));
  TRIPOS_CHECK(read_cleaning(document, protocol));
  TRIPOS_TRY(protocol.continuation, text_or_empty(document, "continuation"));
  const bool has_choices = protocol.kind == AnswerKind::kChoice;
  if (const auto continuation = document.find("continuation")) {
    if (!has_choices) return tl::unexpected(continuation->error("\"continuation\" needs \"kind: choice\""));
    if (!protocol.system.empty()) {
      return tl::unexpected(continuation->error("\"continuation\" follows raw text: there can be no \"system\""));
    }
  }
  const YamlNode user = *document.get("user");
  if (!uses_placeholder(protocol.user, "question")) return tl::unexpected(user.error("\"user\" lacks {question}"));
  if (has_choices != uses_placeholder(protocol.user, "choices")) {
    return tl::unexpected(
        user.error(has_choices ? "\"user\" lacks {choices}" : "\"user\" has {choices}, which needs \"kind: choice\""));
  }
  if (has_choices != uses_placeholder(protocol.choice_line, "choice")) {
    return tl::unexpected(document.find("choice_line")
                              .value_or(document)
                              .error(has_choices ? "\"choice_line\" with {choice} in it is missing"
                                                 : "\"choice_line\" needs \"kind: choice\""));
  }
  return {};
}

// In the order of OrderRecipe.
const std::vector<std::string> kPercents = {"either", "hundredth", "ignored", "any-scale"};
const std::vector<std::string> kUnits = {"optional", "required", "ignored"};
const std::vector<std::string> kRecipes = {
    "published",     "python-sample",    "python-shuffle", "python-shuffle-each-row",
    "python-insert", "question-shuffle", "cycle"};

Result<void> read_order(const YamlNode& document, Protocol& protocol) {
  const auto order = document.find("order");
  if (!order) return {};
  if (protocol.kind != AnswerKind::kChoice) return tl::unexpected(order->error("\"order\" needs \"kind: choice\""));
  TRIPOS_CHECK(order->check_keys({"recipe", "seed", "key"}));
  TRIPOS_TRY(const std::size_t recipe, one_of(*order, "recipe", kRecipes));
  protocol.order = static_cast<OrderRecipe>(recipe);
  TRIPOS_TRY(const auto seed, integer(*order, "seed", 0, kLargestInteger));
  if (seed.has_value() != needs_seed(protocol.order)) {
    return tl::unexpected(order->error(seed ? fmt::format("\"seed\" does nothing to the recipe {}", kRecipes[recipe])
                                            : "the recipe needs a \"seed\""));
  }
  protocol.seed = static_cast<std::uint64_t>(seed.value_or(0));
  if (order->find("key")) {
    TRIPOS_TRY(const std::size_t key, one_of(*order, "key", {"published", "last"}));
    protocol.key_last = key == 1;
  }
  return {};
}

Result<void> read_sampling(const YamlNode& document, SamplingParams& sampling) {
  const auto node = document.find("sampling");
  if (!node) return {};
  TRIPOS_CHECK(node->check_keys({"temperature", "top_p", "max_tokens", "seed", "stop", "reasoning_effort"}));
  TRIPOS_TRY(sampling.temperature, number(*node, "temperature", 0, 100));
  TRIPOS_TRY(sampling.top_p, number(*node, "top_p", 0, 1));
  TRIPOS_TRY(const auto max_tokens, integer(*node, "max_tokens", 1, std::numeric_limits<int>::max()));
  if (max_tokens) sampling.max_tokens = static_cast<int>(*max_tokens);
  TRIPOS_TRY(sampling.seed, integer(*node, "seed", 0, kLargestInteger));
  if (node->find("reasoning_effort")) {
    TRIPOS_TRY(sampling.reasoning_effort, text(*node, "reasoning_effort"));
  }
  const auto stop = node->find("stop");
  if (!stop) return {};
  TRIPOS_TRY(const auto items, stop->list());
  for (const YamlNode& item : items) {
    TRIPOS_TRY(std::string value, item.string());
    if (value.empty()) return tl::unexpected(item.error("a stop string is empty"));
    sampling.stop.push_back(std::move(value));
  }
  return {};
}

Result<ExtractorSpec> read_extractor(const YamlNode& node) {
  ExtractorSpec extractor;
  if (!node.is_map()) {
    TRIPOS_TRY(extractor.name, node.string());
    return extractor;
  }
  TRIPOS_CHECK(node.check_keys({"name", "pattern", "match"}));
  TRIPOS_TRY(extractor.name, text_or_empty(node, "name"));
  TRIPOS_TRY(extractor.pattern, text_or_empty(node, "pattern"));
  if (extractor.name.empty() == extractor.pattern.empty()) {
    return tl::unexpected(node.error("an extractor has either a \"name\" or a \"pattern\""));
  }
  if (extractor.name.empty()) extractor.name = "pattern";
  if (node.find("match")) {
    TRIPOS_TRY(const std::size_t match, one_of(node, "match", {"first", "last"}));
    extractor.last = match == 1;
  }
  return extractor;
}

Result<bool> second_of(const YamlNode& map, std::string_view key, const std::vector<std::string>& words) {
  if (!map.find(key)) return false;
  TRIPOS_TRY(const std::size_t word, one_of(map, key, words));
  return word == 1;
}

Result<void> read_policies(const YamlNode& scoring, std::string_view grader, Policies& policies) {
  const auto node = scoring.find("policies");
  if (!node) return {};
  if (grader != "symbolic") return tl::unexpected(node->error("\"policies\" needs \"grader: symbolic\""));
  TRIPOS_CHECK(node->check_keys(
      {"percent", "units", "decimal_digits", "decimal_places", "tolerance", "names", "lists", "sampling"}));
  if (node->find("percent")) {
    TRIPOS_TRY(const std::size_t percent, one_of(*node, "percent", kPercents));
    policies.percent = static_cast<Policies::Percent>(percent);
  }
  if (node->find("units")) {
    TRIPOS_TRY(const std::size_t units, one_of(*node, "units", kUnits));
    policies.units = static_cast<Policies::Units>(units);
  }
  TRIPOS_TRY(const auto digits, integer(*node, "decimal_digits", 0, kMostDigits));
  policies.decimal_digits = static_cast<int>(digits.value_or(policies.decimal_digits));
  TRIPOS_TRY(const auto places, integer(*node, "decimal_places", 0, kMostDigits));
  policies.decimal_places = static_cast<int>(places.value_or(policies.decimal_places));
  TRIPOS_TRY(const auto tolerance, number(*node, "tolerance", 0, 0.1));
  policies.tolerance = tolerance.value_or(policies.tolerance);
  TRIPOS_TRY(const bool names_required, second_of(*node, "names", {"optional", "required"}));
  policies.optional_names = !names_required;
  TRIPOS_TRY(policies.ordered_lists, second_of(*node, "lists", {"unordered", "ordered"}));
  TRIPOS_TRY(const bool sampling_refused, second_of(*node, "sampling", {"accepted", "refused"}));
  policies.sampling = !sampling_refused;
  return {};
}

Result<void> read_scoring(const YamlNode& document, Protocol& protocol) {
  TRIPOS_TRY(const YamlNode node, document.get("scoring"));
  TRIPOS_CHECK(node.check_keys({"extractors", "unreadable", "grader", "policies"}));
  TRIPOS_TRY(const YamlNode ladder, node.get("extractors"));
  TRIPOS_TRY(const auto items, ladder.list());
  if (items.empty()) return tl::unexpected(ladder.error("\"extractors\" is empty"));
  for (const YamlNode& item : items) {
    TRIPOS_TRY(ExtractorSpec extractor, read_extractor(item));
    protocol.scoring.extractors.push_back(std::move(extractor));
  }
  TRIPOS_TRY(protocol.scoring.skips_unreadable, second_of(node, "unreadable", {"judge", "skip"}));
  TRIPOS_TRY(protocol.scoring.grader, text(node, "grader"));
  TRIPOS_CHECK(read_policies(node, protocol.scoring.grader, protocol.scoring.policies));
  protocol.scoring.kind = protocol.kind;
  return {};
}

std::string scoring_hash(const ScoringSpec& scoring) {
  nlohmann::json extractors = nlohmann::json::array();
  for (const ExtractorSpec& extractor : scoring.extractors) {
    extractors.push_back({{"name", extractor.name}, {"pattern", extractor.pattern}, {"last", extractor.last}});
  }
  nlohmann::json half = {{"kind", scoring.kind == AnswerKind::kChoice ? "choice" : "math"},
                         {"extractors", std::move(extractors)},
                         {"grader", scoring.grader}};
  if (scoring.skips_unreadable) half["unreadable"] = "skip";
  if (scoring.grader == "symbolic") {
    const Policies& policies = scoring.policies;
    half["policies"] = {{"percent", static_cast<int>(policies.percent)},
                        {"units", static_cast<int>(policies.units)},
                        {"decimal_digits", policies.decimal_digits},
                        {"decimal_places", policies.decimal_places},
                        {"tolerance", policies.tolerance},
                        {"optional_names", policies.optional_names},
                        {"ordered_lists", policies.ordered_lists},
                        {"sampling", policies.sampling}};
  }
  return sha256_hex(canonical_json(half));
}

}  // namespace

std::string_view to_string(OrderRecipe recipe) { return kRecipes[static_cast<std::size_t>(recipe)]; }
std::string_view to_string(Policies::Percent percent) { return kPercents[static_cast<std::size_t>(percent)]; }
std::string_view to_string(Policies::Units units) { return kUnits[static_cast<std::size_t>(units)]; }

bool needs_seed(OrderRecipe recipe) {
  return recipe != OrderRecipe::kPublished && recipe != OrderRecipe::kQuestionShuffle && recipe != OrderRecipe::kCycle;
}

Result<Protocol> parse_protocol(std::string_view yaml, std::string_view where) {
  TRIPOS_TRY(const YamlNode document, YamlNode::parse(yaml, where));
  TRIPOS_CHECK(document.check_keys({"name", "version", "on_request", "kind", "summary", "source", "system", "user",
                                    "choice_line", "continuation", "clean", "order", "epochs", "sampling", "scoring"}));
  Protocol protocol;
  TRIPOS_TRY(protocol.name, label_part(document, "name"));
  TRIPOS_TRY(protocol.version, label_part(document, "version"));
  TRIPOS_TRY(protocol.on_request, flag(document, "on_request"));
  TRIPOS_TRY(const std::size_t kind, one_of(document, "kind", {"math", "choice"}));
  protocol.kind = kind == 1 ? AnswerKind::kChoice : AnswerKind::kMath;
  TRIPOS_TRY(protocol.summary, text(document, "summary"));
  TRIPOS_TRY(protocol.source, text_or_empty(document, "source"));
  TRIPOS_CHECK(read_prompt(document, protocol));
  TRIPOS_CHECK(read_order(document, protocol));
  TRIPOS_TRY(const auto epochs, integer(document, "epochs", 1, kMostEpochs));
  protocol.epochs = static_cast<int>(epochs.value_or(1));
  TRIPOS_CHECK(read_sampling(document, protocol.sampling));
  TRIPOS_CHECK(read_scoring(document, protocol));
  protocol.yaml = yaml;
  protocol.sha256 = sha256_hex(yaml);
  protocol.scoring_sha256 = scoring_hash(protocol.scoring);
  return protocol;
}

}  // namespace tripos::protocol
