// strip_string() and is_equiv() as lm-eval has them (lm_eval/tasks/hendrycks_math/utils.py, EleutherAI/
// lm-evaluation-harness 4e7e0d4, 2026-08-21, and 0.4.13 on PyPI). Where the original raises an error it compares the
// two texts as they are, and so does this: "x/2" equals nothing but "x/2", because "x" is no integer.

#include "scorers/hendrycks.h"

#include <array>
#include <utility>

#include "harness/core/text.h"
#include "scorers/characters.h"
#include "scorers/graders.h"
#include "scorers/python_text.h"

namespace tripos::scorers {
namespace {

using Replacement = std::pair<std::string_view, std::string_view>;

constexpr std::array kSpellings = {
    Replacement{"\n", ""},        Replacement{"\\!", ""},    Replacement{"\\\\", "\\"},  Replacement{"tfrac", "frac"},
    Replacement{"dfrac", "frac"}, Replacement{"\\left", ""}, Replacement{"\\right", ""}, Replacement{"^{\\circ}", ""},
    Replacement{"^\\circ", ""},   Replacement{"\\$", ""},
};

// What stands in front of a unit, "\text{ cm}"; nothing where there are two of them.
std::optional<std::string> without_units(std::string text) {
  constexpr std::string_view kUnit = "\\text{ ";
  const std::size_t count = count_of(text, kUnit);
  if (count > 1) return std::nullopt;
  return count == 0 ? text : text.substr(0, text.find(kUnit));
}

// \sqrt3 as \sqrt{3}; nothing where the text ends behind a \sqrt.
std::optional<std::string> braced_roots(std::string_view text) {
  constexpr std::string_view kRoot = "\\sqrt";
  std::string braced;
  for (std::size_t at; (at = text.find(kRoot)) != std::string_view::npos;) {
    braced.append(text, 0, at + kRoot.size());
    text.remove_prefix(at + kRoot.size());
    if (text.empty() || text.substr(0, kRoot.size()) == kRoot) return std::nullopt;
    if (text[0] == '{') continue;
    const std::string_view argument = first_character(text);
    braced.append("{").append(argument).append("}");
    text.remove_prefix(argument.size());
  }
  return braced += text;
}

// Nothing where the original raises an error.
std::optional<std::string> strip_string(std::string_view answer) {
  std::string text(answer);
  for (const auto& [from, to] : kSpellings) text = replace_all(text, from, to);
  auto stripped = without_units(std::move(text));
  if (!stripped) return std::nullopt;
  text = replace_all(replace_all(replace_all(*stripped, "\\%", ""), " .", " 0."), "{.", "{0.");
  if (text.empty()) return text;
  if (text[0] == '.') text.insert(0, "0");
  stripped = braced_roots(without_short_name(std::move(text)));
  if (stripped) stripped = hendrycks_fractions(replace_all(*stripped, " ", ""));
  if (!stripped) return std::nullopt;
  return hendrycks_slash(*stripped == "0.5" ? "\\frac{1}{2}" : *stripped);
}

}  // namespace

std::string without_short_name(std::string text) {
  const std::size_t equals = text.find('=');
  if (count_of(text, "=") != 1) return text;
  const std::string_view name = std::string_view(text).substr(0, equals);
  const std::string_view behind_first = name.substr(first_character(name).size());
  if (first_character(behind_first).size() != behind_first.size()) return text;
  return text.substr(equals + 1);
}

std::optional<std::string> hendrycks_fractions(std::string_view text) {
  constexpr std::string_view kFraction = "\\frac";
  const std::string_view whole = text;
  std::string braced;
  for (std::size_t at; (at = text.find(kFraction)) != std::string_view::npos;) {
    braced.append(text, 0, at + kFraction.size());
    text.remove_prefix(at + kFraction.size());
    const std::string_view piece = text.substr(0, text.find(kFraction));
    if (piece.empty()) return std::nullopt;
    if (piece[0] == '{') continue;
    const std::string_view numerator = first_character(piece);
    const std::string_view denominator = first_character(piece.substr(numerator.size()));
    if (denominator.empty()) return std::string(whole);
    braced.append("{").append(numerator).append("}");
    text.remove_prefix(numerator.size());
    if (denominator == "{") continue;
    braced.append("{").append(denominator).append("}");
    text.remove_prefix(denominator.size());
  }
  return braced += text;
}

std::optional<std::string> hendrycks_slash(std::string text) {
  if (count_of(text, "/") != 1) return text;
  const std::size_t slash = text.find('/');
  const auto numerator = python_integer(std::string_view(text).substr(0, slash));
  const auto denominator = python_integer(std::string_view(text).substr(slash + 1));
  if (!numerator || !denominator) return std::nullopt;
  if (text != *numerator + "/" + *denominator) return text;
  return "\\frac{" + *numerator + "}{" + *denominator + "}";
}

Judgement grade_hendrycks(std::string_view answer, const Reference& reference) {
  const auto stripped = strip_string(answer);
  const auto target = stripped ? strip_string(reference.target) : std::nullopt;
  if (!target) return {equal_if(answer == reference.target), "as_written"};
  return {equal_if(*stripped == *target), "stripped"};
}

}  // namespace tripos::scorers
