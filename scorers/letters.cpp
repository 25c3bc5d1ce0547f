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

// parse_answers() of inspect_ai for one right choice, in four states of it: the "ANSWER: X" that ends its line, else
// one anywhere; anything beside the letter makes it none.
//   0.3.220  the first such match, capitals only (commit e4a551f, 2025-08-05)
//   0.3.221  the last one, small letters too (commit 846da97, 2026-05-12)
//   0.3.260  a stray comma is forgiven (commit 127da5b, 2026-08-17): inspect_choice
//   0.3.285  first $X$, **X** and (X) lose what wraps them (the package on PyPI)
std::optional<std::string_view> inspect_match(std::string_view text, decltype(&find_first) find) {
  static const auto kLine = known_pattern(R"((?im)^ANSWER\s*:\s*([A-Za-z\d ,]+)\s*(?:$|\n|\.))");
  static const auto kAnywhere = known_pattern(R"((?i)ANSWER\s*:\s*([A-Za-z\d ,]+)(?:[^\w]|\n|$|\.))");
  auto matched = find(*kLine, text);
  if (!matched) matched = find(*kAnywhere, text);
  if (!matched) return std::nullopt;
  return trim_unicode(*matched);
}

std::string_view without_commas(std::string_view letter) {
  while (!letter.empty() && letter.front() == ',') letter.remove_prefix(1);
  while (!letter.empty() && letter.back() == ',') letter.remove_suffix(1);
  return letter;
}

std::optional<std::string> inspect_letter(std::string_view matched, int choice_count) {
  const std::string upper = to_upper_ascii(matched);
  if (upper.size() != 1 || !is_offered(upper[0], choice_count)) return std::nullopt;
  return upper;
}

// (X) without its parentheses where it begins the text or follows a colon or comma, and a comma, full stop, line end or
// the end of the text comes next. RE2 has no lookahead for the last condition.
std::string without_parentheses(std::string_view text) {
  static const auto kLetter = known_pattern(R"((\A|[:,])(\s*)\(([A-Za-z\d])\))");
  static const auto kNext = known_pattern(R"(\s*(?:,|\.|\n|\z))");
  std::string bare;
  re2::StringPiece groups[4];
  std::size_t copied = 0;
  std::size_t at = 0;
  while (kLetter->Match(to_piece(text), at, text.size(), re2::RE2::UNANCHORED, groups, 4)) {
    const std::size_t begin = static_cast<std::size_t>(groups[0].data() - text.data());
    at = begin + groups[0].size();
    if (!kNext->Match(to_piece(text), at, text.size(), re2::RE2::ANCHOR_START, nullptr, 0)) continue;
    bare.append(text, copied, begin - copied);
    for (int group = 1; group < 4; ++group) bare += to_view(groups[group]);
    copied = at;
  }
  return bare.append(text, copied);
}

std::string without_wrappers(std::string_view text) {
  static const auto kDollars = known_pattern(R"(\$\s*([A-Za-z\d][A-Za-z\d ,]*?)\s*\$)");
  static const auto kBold = known_pattern(R"(\*\*\s*([A-Za-z\d][A-Za-z\d ,]*?)\s*\*\*)");
  std::string bare(text);
  re2::RE2::GlobalReplace(&bare, *kDollars, R"(\1)");
  re2::RE2::GlobalReplace(&bare, *kBold, R"(\1)");
  return without_parentheses(bare);
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

std::optional<std::string> extract_inspect_choice(const Extraction& response) {
  const auto matched = inspect_match(response.text, find_last);
  return matched ? inspect_letter(without_commas(*matched), response.choice_count) : std::nullopt;
}

std::optional<std::string> extract_inspect_choice_0_3_285(const Extraction& response) {
  const std::string unwrapped = without_wrappers(response.text);
  Extraction bare = response;
  bare.text = unwrapped;
  return extract_inspect_choice(bare);
}

std::optional<std::string> extract_inspect_choice_0_3_221(const Extraction& response) {
  const auto matched = inspect_match(response.text, find_last);
  return matched ? inspect_letter(*matched, response.choice_count) : std::nullopt;
}

std::optional<std::string> extract_inspect_choice_0_3_220(const Extraction& response) {
  const auto matched = inspect_match(response.text, find_first);
  if (!matched || matched->size() != 1 || !is_offered(matched->front(), response.choice_count)) return std::nullopt;
  return std::string(*matched);
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
