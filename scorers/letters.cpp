// Letter readers of other harnesses, match for match: gpt-oss, Inspect and the last resort of MMLU-Pro.

#include <array>

#include "harness/core/text.h"
#include "scorers/characters.h"
#include "scorers/extractors.h"
#include "scorers/regex.h"

namespace tripos::scorers {
namespace {

// gpt_oss/evals/abcd_grader.py (openai/gpt-oss 7b58334), in its order of priority. Only the first match of each pattern
// and its letter matter there, so lookbehind, lookahead and \b are written as a character that is matched as well, and
// what may follow the letter but need not is left out.
constexpr std::array<std::string_view, 13> kAbcd = {
    R"((?i)(?:\*{1,2}|_{1,2})Answers?\s*[:\-–]?(?:\*{1,2}|_{1,2})\s*([ABCD])(?:\W|\z))",
    R"((?im)^\s*(?:\*{1,2}|_{1,2})?Answer:?(?:\*{1,2}|_{1,2})?\s*:?\s*(?:\*{1,2}|_{1,2})?([ABCD]))",
    R"((?i)(?:\A|\W)Answers?\s*[:\-–]?\s*\(\s*([ABCD])\s*\))",
    R"((?i)(?:\A|\W)Answers?(?:\s+[:\-–]?\s*|[:\-–]\s*)([ABCD])(?:\W|\z))",
    R"((?i)(?:\A|\W)(?:Option|Choice)(?:\s+[:\-–]?\s*|[:\-–]\s*)([ABCD])(?:\W|\z))",
    R"(\\boxed\{[^}]*?([ABCD])[^}]*\})",
    R"(\\boxed\{[^}]*?\\textbf\{[^}]*?([ABCD])[^}]*\}[^}]*\})",
    R"(\\boxed\{[^}]*?\\text\{[^}]*?([ABCD])[^}]*\}[^}]*\})",
    R"((?:\A|[^A-Za-z0-9])[(\[]\s*([ABCD])\s*[)\]](?:[^A-Za-z0-9]|\z))",
    R"((?:\A|[^A-Za-z0-9])(?:\*{1,2}|_{1,2})([ABCD])(?:\*{1,2}|_{1,2})(?:[^A-Za-z0-9]|\z))",
    R"(\\textbf\{[^}]*?([ABCD])[^}]*\})",
    R"((?:\A|[^A-Za-z0-9])(?:\*{1,2}|_{1,2})\s*([ABCD])\)[^*_\n]+?(?:\*{1,2}|_{1,2})(?:[^A-Za-z0-9]|\z))",
    R"((?m)^\s*(?:\*{1,2}|_{1,2})?([ABCD]))",
};

std::array<std::unique_ptr<const re2::RE2>, kAbcd.size()> compile_abcd() {
  std::array<std::unique_ptr<const re2::RE2>, kAbcd.size()> patterns;
  for (std::size_t i = 0; i < kAbcd.size(); ++i) patterns[i] = known_pattern(kAbcd[i]);
  return patterns;
}

std::string to_upper_ascii(std::string_view text) {
  std::string upper(text);
  for (char& c : upper) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return upper;
}

}  // namespace

std::optional<std::string> extract_abcd(const Extraction& response) {
  static const auto kPatterns = compile_abcd();
  for (const auto& pattern : kPatterns) {
    if (const auto letter = find_first(*pattern, response.text)) return to_upper_ascii(*letter);
  }
  std::string_view text = response.text;
  if (text.substr(0, 2) == "**") text.remove_prefix(2);
  if (text.empty()) return std::nullopt;
  return std::string(first_character(text));
}

// parse_answers() of inspect_ai 499e615 (2026-08-22) for one right choice: the last "ANSWER: X" that ends its line,
// else the last one anywhere; upper case; a stray comma is forgiven, anything else beside the letter is not.
std::optional<std::string> extract_inspect_choice(const Extraction& response) {
  static const auto kLine = known_pattern(R"((?im)^ANSWER\s*:\s*([A-Za-z\d ,]+)\s*(?:$|\n|\.))");
  static const auto kAnywhere = known_pattern(R"((?i)ANSWER\s*:\s*([A-Za-z\d ,]+)(?:[^\w]|\n|$|\.))");
  auto matched = find_last(*kLine, response.text);
  if (!matched) matched = find_last(*kAnywhere, response.text);
  if (!matched) return std::nullopt;
  std::string_view letter = trim_unicode(*matched);
  while (!letter.empty() && letter.front() == ',') letter.remove_prefix(1);
  while (!letter.empty() && letter.back() == ',') letter.remove_suffix(1);
  const std::string upper = to_upper_ascii(letter);
  if (upper.size() != 1 || !is_offered(upper[0], response.choice_count)) return std::nullopt;
  return upper;
}

// \b[A-J]\b(?!.*\b[A-J]\b) of MMLU-Pro's compute_accuracy.py, which RE2 has no lookahead for.
std::optional<std::string> extract_last_letter(const Extraction& response) {
  const std::string_view text = response.text;
  for (std::size_t i = text.size(); i-- > 0;) {
    if (text[i] < 'A' || text[i] > 'J') continue;
    const bool is_alone = !is_word(last_character(text.substr(0, i))) && !is_word(first_character(text.substr(i + 1)));
    if (is_alone) return std::string(1, text[i]);
  }
  return std::nullopt;
}

}  // namespace tripos::scorers
