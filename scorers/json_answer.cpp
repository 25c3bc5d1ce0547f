// How ZeroEval (WildEval/ZeroEval 8c1485e, src/evaluation) reads an answer, bug for bug: the recorded verdicts rest on
// it. It knows no reasoning blocks and reads them like all else.

#include <algorithm>

#include "scorers/characters.h"
#include "scorers/extractors.h"
#include "scorers/python_json.h"
#include "scorers/regex.h"

namespace tripos::scorers {
namespace {

// The first {...} whose braces balance, strings not told apart from the rest (so LaTeX counts).
std::string_view first_object(std::string_view text) {
  const std::size_t start = text.find('{');
  int depth = 0;
  for (std::size_t i = start; i < text.size(); i = find_sign<'{', '}'>(text, i + 1)) {
    depth += text[i] == '{' ? 1 : -1;
    if (depth == 0) return text.substr(start, i + 1 - start);
  }
  return {};
}

std::optional<std::string> parsed_field(std::string_view text) {
  std::string object(first_object(text));
  std::erase(object, '\n');
  return python_json_field(object, "answer");
}

std::optional<std::string> quoted_field(std::string_view text) {
  static const auto kQuoted = known_pattern(R"re("answer"\s*:\s*"([^"]*)")re");
  static const auto kUnquoted = known_pattern(R"("answer"\s*:\s*([^,\s]*))");
  for (const auto* pattern : {&kQuoted, &kUnquoted}) {
    if (const auto answer = find_first(**pattern, text)) return std::string(*answer);
  }
  return std::nullopt;
}

std::optional<std::string> bare_field(std::string_view text) {
  static const auto kBare = known_pattern(R"(answer\s*:\s*([^,\s]*))");
  const auto answer = find_first(*kBare, text);
  return answer ? std::optional(std::string(*answer)) : std::nullopt;
}

// Where "boxed" stands in the last 30 characters, ZeroEval takes the first boxed word of the response, but of models
// called "Llama-3.1" alone. An extractor knows no names; those models end "The final answer is: $\boxed{36}$", so that
// ending is what we go by.
std::optional<std::string> llama_box(std::string_view text) {
  static const auto kEnding = known_pattern(R"(final answer is:? \$\\boxed\{[^\n]{0,24}\}\$\s*\z)");
  static const auto kBoxedWord = known_pattern(R"(\\boxed\{(\w+)\})");
  const std::string_view tail = text.substr(text.size() - std::min<std::size_t>(text.size(), 240));
  if (!find_first(*kEnding, tail)) return std::nullopt;
  const auto word = find_first(*kBoxedWord, text);
  if (!word) return std::nullopt;
  return std::string(*word);
}

}  // namespace

std::optional<std::string> extract_json_answer(const Extraction& response) {
  if (auto answer = parsed_field(response.whole)) return answer;
  if (auto answer = quoted_field(response.whole)) return answer;
  if (auto answer = bare_field(response.whole)) return answer;
  return llama_box(response.whole);
}

std::optional<std::string> extract_json_field(const Extraction& response) {
  if (auto answer = parsed_field(response.text)) return answer;
  return quoted_field(response.text);
}

}  // namespace tripos::scorers
