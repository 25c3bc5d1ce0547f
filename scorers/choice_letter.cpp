// Our own letter reader. It believes, in this order:
//   1. the last explicit statement: "Answer: (B)", "the answer is B", \boxed{\text{B}};
//   2. lines that are a letter or begin with one as options do ("**B)** text", "B."), if all of them agree;
//   3. remarks ("B is correct", "I choose B", "option B"), if all of them agree.
// It refuses what contradicts itself ("Answer: A or B") and never guesses: "A good question" is no A, and a letter that
// was not offered is none.

#include <array>

#include "scorers/extractors.h"
#include "scorers/regex.h"

namespace tripos::scorers {
namespace {

// What may stand between a marker and its letter, and behind the letter: Markdown, brackets, LaTeX wrappers.
#define TRIPOS_OPENING R"((?:[\s*_$(\[{"'`]|\\(?:boxed|fbox|framebox|text|textbf|mathrm|mathbf|bf|rm)\b|\\[(\[])*)"
#define TRIPOS_CLOSING R"([\s*_$)\]}"'`.]*)"
// A capital letter that stands alone, or a small one that ends its line: "answer is a" goes on as a sentence.
#define TRIPOS_LETTER R"((?:([A-Z])(?:[^\p{L}\p{N}_'’]|_|\z)|([a-z])[*_$)\]}"'`.]*[^\S\n]*(?:\n|\z)))"

constexpr std::string_view kStatement =
    R"((?:(?i:\b(?:answer|option|choice)s?[*_"']{0,3}\s*(?:is|are|was|(?:must|should|would|will)\s+be|[:=–—-]|：))"
    R"([*_]{0,2}(?:\s+(?:therefore|thus|then|clearly|definitely|probably|most\s+likely|indeed))?)"
    R"((?:\s+(?:the\s+)?(?:option|choice|letter))?)|(?:\\boxed|\\fbox|\\framebox|答案[是为]?[:：]?))" TRIPOS_OPENING
        TRIPOS_LETTER;
// Directly behind a statement: a second letter on offer beside the first.
constexpr std::string_view kAlternative =
    R"(\A)" TRIPOS_CLOSING R"((?:,|/|&|;|\bor\b|\band\b))" TRIPOS_OPENING R"(([A-Z])(?:[^\p{L}\p{N}_'’]|\z))";
constexpr std::string_view kLine =
    R"((?m)^[\s>]*(?:[*_]{1,2})?[(\[]?([A-Z])(?:[)\].:。，、：]|[*_]{1,2}(?:\W|$)|\s*$|\p{Han}))";
constexpr std::string_view kRemark =
    R"((?:(?i:\b(?:option|choice|choose|pick|select|it's|it\s+is|go\s+with|must\s+be)\s+)[*_(\["'$]*([A-Z])(?:[^\p{L}\p{N}_'’]|\z))"
    R"(|(?:\A|[^\p{L}\p{N}_'’\\])([A-Z])[*_)\]"'$]*\s+(?i:is|must\s+be|seems)\s+)"
    R"((?i:(?:the\s+)?(?:only\s+)?(?:correct|right|true|valid|best|answer)\b)))";

#undef TRIPOS_OPENING
#undef TRIPOS_CLOSING
#undef TRIPOS_LETTER

// The letter of a match with two alternative groups, in capitals, if it was offered.
char offered_letter(const re2::StringPiece& first, const re2::StringPiece& second, int choice_count) {
  const re2::StringPiece& group = first.empty() ? second : first;
  if (group.empty()) return 0;
  const char letter = static_cast<char>(group[0] & ~0x20);
  return is_offered(letter, choice_count) ? letter : 0;
}

struct Found {
  char letter = 0;  // 0: nothing, or a contradiction
  bool contradictory = false;
};

Found last_statement(std::string_view text, int choice_count) {
  static const auto kPattern = known_pattern(kStatement);
  static const auto kSecond = known_pattern(kAlternative);
  Found found;
  re2::StringPiece groups[3];
  for (std::size_t at = 0; at < text.size();) {
    if (!kPattern->Match(to_piece(text), at, text.size(), re2::RE2::UNANCHORED, groups, 3)) break;
    const re2::StringPiece& group = groups[1].empty() ? groups[2] : groups[1];
    at = static_cast<std::size_t>(group.data() - text.data()) + 1;
    const char letter = offered_letter(groups[1], groups[2], choice_count);
    if (letter == 0) continue;
    re2::StringPiece other;
    const bool more = re2::RE2::PartialMatch(to_piece(text.substr(at)), *kSecond, &other) && other[0] != letter &&
                      is_offered(other[0], choice_count);
    found = {more ? '\0' : letter, more};
  }
  return found;
}

Found unanimous(const re2::RE2& pattern, std::string_view text, int choice_count) {
  Found found;
  re2::StringPiece groups[3];
  const int count = pattern.NumberOfCapturingGroups() + 1;
  for (std::size_t at = 0; at < text.size();) {
    if (!pattern.Match(to_piece(text), at, text.size(), re2::RE2::UNANCHORED, groups, count)) break;
    const re2::StringPiece& group = groups[1].empty() ? groups[2] : groups[1];
    at = static_cast<std::size_t>(group.data() - text.data()) + 1;
    const char letter = offered_letter(groups[1], count > 2 ? groups[2] : re2::StringPiece(), choice_count);
    if (letter == 0) continue;
    if (found.letter != 0 && found.letter != letter) return {0, true};
    found.letter = letter;
  }
  return found;
}

}  // namespace

std::optional<std::string> extract_choice_letter(const Extraction& response) {
  static const auto kLetterLine = known_pattern(kLine);
  static const auto kLetterRemark = known_pattern(kRemark);
  Found found = last_statement(response.text, response.choice_count);
  if (found.letter == 0 && !found.contradictory) found = unanimous(*kLetterLine, response.text, response.choice_count);
  if (found.letter == 0 && !found.contradictory)
    found = unanimous(*kLetterRemark, response.text, response.choice_count);
  if (found.letter == 0) return std::nullopt;
  return std::string(1, found.letter);
}

}  // namespace tripos::scorers
