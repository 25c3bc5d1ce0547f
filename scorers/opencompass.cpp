// OpenCompass's string rule v2 for MATH: math_postprocess_v2() and MATHEvaluator(version='v2') of opencompass/datasets/
// math.py (open-compass/opencompass a5acc4b, 2026-08-19).

#include <array>
#include <utility>

#include "harness/core/text.h"
#include "scorers/extractors.h"
#include "scorers/graders.h"
#include "scorers/hendrycks.h"
#include "scorers/minerva.h"
#include "scorers/regex.h"

namespace tripos::scorers {
namespace {

using Replacement = std::pair<std::string_view, std::string_view>;

std::string replace_each(std::string text, std::initializer_list<Replacement> replacements) {
  for (const auto& [from, to] : replacements) text = replace_all(text, from, to);
  return text;
}

// What the last \boxed{...} holds, without a second pair of braces around all of it.
std::string_view last_boxed(std::string_view text) {
  constexpr std::string_view kBox = "\\boxed{";
  const std::size_t start = text.rfind("\\boxed");
  if (start == std::string_view::npos || text.substr(start, kBox.size()) != kBox) return {};
  std::string_view content = text.substr(start + kBox.size());
  int depth = 1;
  std::size_t end = 0;
  for (; end < content.size(); ++end) {
    if (content[end] == '{') ++depth;
    if (content[end] == '}' && --depth == 0) break;
  }
  if (depth > 0) return {};
  content = content.substr(0, end);
  static const auto kDouble = known_pattern(R"(\A\{(.*)\}$)");
  return find_first(*kDouble, content).value_or(content);
}

// The last of the matches of each of these stands for the text, one after the other.
std::string narrow(std::string text) {
  static const std::array kAnswers = {known_pattern("finalansweris(.*)"), known_pattern("answer?is:?(.*)"),
                                      known_pattern(R"(oxed\{(.*?)\})"), known_pattern(R"(\$(.*?)\$)")};
  for (const auto& pattern : kAnswers) {
    if (const auto answer = find_last(*pattern, text)) text = std::string(*answer);
  }
  return std::string(trim_unicode(text));
}

std::string normalize_final_answer(std::string_view answer) {
  static const auto kParenthesised = known_pattern(R"((\\text\{)\((.*?)\)(\}))");
  std::string text = replace_all(minerva_substitutes(std::string(answer)), "\\le", "<");
  text = replace_each(minerva_removes(std::move(text)), {{"\n", ""}, {"\r", ""}, {"\f", ""}});
  re2::RE2::GlobalReplace(&text, *kParenthesised, R"(\2)");
  text = narrow(minerva_unwraps(std::move(text)));
  const bool has_fraction = text.find("\\frac") != std::string::npos;
  if (!has_fraction) text = replace_all(text, "rac", "\\frac");
  return minerva_braces_shorthand(std::move(text));
}

std::string without_trailing_text(std::string text) {
  static const auto kText = known_pattern(R"(\\text\{.*?\}$)");
  std::string front = text;
  re2::RE2::GlobalReplace(&front, *kText, "");
  const std::string_view trimmed = trim_unicode(front);
  return trimmed.empty() ? text : std::string(trimmed);
}

std::string without_zeros(std::string text) {
  static const auto kInside = known_pattern(R"((\d+)\.0+([^\d]))");
  static const auto kAtEnd = known_pattern(R"((\d+)\.0+$)");
  re2::RE2::GlobalReplace(&text, *kInside, R"(\1\2)");
  re2::RE2::GlobalReplace(&text, *kAtEnd, R"(\1)");
  return text;
}

std::string spell_alike(std::string text) {
  static const auto kBox = known_pattern(R"(\\mbox\{.*?\})");
  text = replace_each(std::move(text), {{"^{\\circ}", ""},
                                        {"^\\circ", ""},
                                        {"\\$", ""},
                                        {"$", ""},
                                        {"\\text", ""},
                                        {"x\\in", ""},
                                        {"\\%", ""},
                                        {"%", ""},
                                        {" .", " 0."},
                                        {"{.", "{0."},
                                        {"\\cdot", ""},
                                        {"infinity", "\\infty"}});
  if (text.find("\\infty") == std::string::npos) text = replace_all(text, "inf", "\\infty");
  text = replace_each(std::move(text), {{"+\\inity", "\\infty"}, {"and", ""}, {"\\mathbf", ""}});
  re2::RE2::GlobalReplace(&text, *kBox, "");
  if (text.find('i') == std::string::npos) text = replace_all(text, "j", "i");
  return text;
}

// _strip_string_v2(); nothing where it raises an error.
std::optional<std::string> strip_string(std::string_view answer) {
  static const auto kRoot = known_pattern(R"(\\sqrt(\w+))");
  std::string text = replace_all(trim_unicode(answer), "\n", "");
  while (!text.empty() && text.back() == '.') text.pop_back();
  text = replace_each(std::move(text), {{"\\!", ""},
                                        {"\\ ", ""},
                                        {"\\\\", "\\"},
                                        {"\\\\", "\\"},
                                        {"tfrac", "frac"},
                                        {"dfrac", "frac"},
                                        {"\\left", ""},
                                        {"\\right", ""}});
  text = without_zeros(spell_alike(without_trailing_text(std::move(text))));
  if (text.empty()) return text;
  if (text[0] == '.') text.insert(0, "0");
  text = without_short_name(std::move(text));
  re2::RE2::GlobalReplace(&text, *kRoot, R"(\\sqrt{\1})");
  text = replace_all(text, " ", "");
  return hendrycks_slash(hendrycks_fractions(text).value_or(text));
}

}  // namespace

// A box; without one the sentence, cut at full stops, that says what the answer is, or else the first one.
std::optional<std::string> extract_opencompass_math(const Extraction& response) {
  static const auto kStatement = known_pattern("final answer|answer is");
  if (const std::string_view boxed = last_boxed(response.text); !boxed.empty()) return std::string(boxed);
  std::string_view rest = response.text;
  for (;;) {
    const std::size_t stop = rest.find('.');
    const std::string_view sentence = rest.substr(0, stop);
    if (find_first(*kStatement, to_lower_ascii(sentence))) return normalize_final_answer(sentence);
    if (stop == std::string_view::npos) break;
    rest.remove_prefix(stop + 1);
  }
  return normalize_final_answer(response.text.substr(0, response.text.find('.')));
}

Judgement grade_opencompass(std::string_view answer, const Reference& reference) {
  const auto stripped = strip_string(answer);
  const auto target = stripped ? strip_string(reference.target) : std::nullopt;
  if (target && *stripped == *target) return {Verdict::kEqual, "stripped"};
  if (target && normalize_final_answer(*stripped) == normalize_final_answer(*target)) {
    return {Verdict::kEqual, "stripped_normalized"};
  }
  return {equal_if(normalize_final_answer(answer) == normalize_final_answer(reference.target)), "normalized"};
}

}  // namespace tripos::scorers
