// Prompts: a protocol's templates filled with one sample.

#include <fmt/format.h>

#include <numeric>

#include "harness/core/text.h"
#include "harness/protocol/choices.h"
#include "harness/protocol/protocol.h"
#include "harness/protocol/template.h"

namespace tripos::protocol {
namespace {

constexpr std::string_view kMetadataPrefix = "meta.";

// {meta.KEY}, or {meta.KEY:words} with spaces for underscores.
bool is_metadata(const Placeholder& placeholder) {
  return placeholder.name.starts_with(kMetadataPrefix) && placeholder.argument.value_or("words") == "words";
}

std::string join(const std::vector<std::string>& pieces, std::string_view separator) {
  return fmt::format("{}", fmt::join(pieces, separator));
}

std::string clean(Cleaning cleaning, std::string_view text) {
  if (cleaning == Cleaning::kStrip || cleaning == Cleaning::kLmEval) text = trim_unicode(text);
  if (cleaning == Cleaning::kLmEval) return replace_all(replace_all(text, " [title]", ". "), "  ", " ");
  if (cleaning == Cleaning::kStripLineEnds) {
    while (!text.empty() && text.front() == '\n') text.remove_prefix(1);
    while (!text.empty() && text.back() == '\n') text.remove_suffix(1);
  }
  return std::string(text);
}

std::string letter_at(std::size_t position) { return std::string(1, static_cast<char>('A' + position)); }

// `line` filled for each shown choice.
std::vector<std::string> choice_lines(const std::string& line, const Protocol& protocol, const Sample& sample,
                                      const std::vector<int>& order) {
  std::vector<std::string> lines;
  for (std::size_t position = 0; position < order.size(); ++position) {
    lines.push_back(expand(line, [&](const Placeholder& placeholder) -> std::optional<std::string> {
      if (placeholder.argument) return std::nullopt;
      if (placeholder.name == "letter") return letter_at(position);
      if (placeholder.name == "choice") return clean(protocol.choice_cleaning, sample.choices[order[position]]);
      return std::nullopt;
    }));
  }
  return lines;
}

std::string user_text(const Protocol& protocol, const Sample& sample, const std::vector<int>& order) {
  return expand(protocol.user, [&](const Placeholder& placeholder) -> std::optional<std::string> {
    const auto& [name, separator] = placeholder;
    if (name == "choices") {
      return join(choice_lines(protocol.choice_line, protocol, sample, order), separator.value_or("\n"));
    }
    if (name == "letters") {
      std::vector<std::string> letters;
      for (std::size_t position = 0; position < order.size(); ++position) letters.push_back(letter_at(position));
      return join(letters, separator.value_or(""));
    }
    if (name == "question" && !separator) return clean(protocol.question_cleaning, sample.input);
    if (!is_metadata(placeholder)) return std::nullopt;
    const auto value = sample.metadata.find(std::string(name.substr(kMetadataPrefix.size())));
    if (value == sample.metadata.end()) return std::nullopt;
    return separator ? replace_all(value->second, "_", " ") : value->second;
  });
}

// The first {meta.KEY} of the template that the sample has no value for.
std::optional<std::string> missing_metadata(const Protocol& protocol, const Sample& sample) {
  std::optional<std::string> missing;
  expand(protocol.user, [&](const Placeholder& placeholder) -> std::optional<std::string> {
    if (missing || !is_metadata(placeholder)) return std::nullopt;
    const std::string key(placeholder.name.substr(kMetadataPrefix.size()));
    if (!sample.metadata.contains(key)) missing = key;
    return std::nullopt;
  });
  return missing;
}

}  // namespace

Result<void> check_samples(const Protocol& protocol, const std::vector<Sample>& samples) {
  for (const Sample& sample : samples) {
    const auto count = sample.choices.size();
    if (protocol.kind == AnswerKind::kChoice && (count == 0 || count > kMaxChoices)) {
      return fail(Error::Kind::kConfig,
                  fmt::format("protocol {} shows 1 to {} choices, sample {} has {}", protocol.label(), kMaxChoices,
                              sample.id, count),
                  "\"tripos list protocols\" shows which protocol is for what");
    }
    if (const auto key = missing_metadata(protocol, sample)) {
      return fail(Error::Kind::kConfig,
                  fmt::format("protocol {} puts {{meta.{}}} into its prompt, and sample {} has no \"{}\"",
                              protocol.label(), *key, sample.id, *key),
                  "take another protocol, or give the dataset that field");
    }
  }
  return {};
}

Request render(const Protocol& protocol, const Sample& sample, int epoch, const std::vector<int>& order) {
  Request request{
      .sample_id = sample.id, .epoch = epoch, .order = order, .target = sample.target, .sampling = protocol.sampling};
  if (order.empty()) {
    request.order.resize(sample.choices.size());
    std::iota(request.order.begin(), request.order.end(), 0);
  }
  if (const auto position = key_position(sample, request.order)) request.target = letter_at(*position);
  if (!protocol.system.empty()) request.messages.push_back({"system", protocol.system});
  request.messages.push_back({"user", user_text(protocol, sample, request.order)});
  if (!protocol.continuation.empty()) {
    request.continuations = choice_lines(protocol.continuation, protocol, sample, request.order);
  }
  return request;
}

}  // namespace tripos::protocol
