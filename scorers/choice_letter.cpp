// Our own letter reader. It believes, in this order:
//   1. the last explicit statement: "Answer: (B)", "the answer is B", \boxed{\text{B}}, "La réponse est B";
//   2. lines that are a letter or begin with one as options do ("**B)** text", "B."), if all of them agree;
//   3. remarks ("B is correct", "I choose B", "option B"), if all of them agree.
// It refuses what contradicts itself ("Answer: A or B") and never guesses: "A good question" is no A, and a letter that
// was not offered is none.

#include "scorers/answer_words.h"
#include "scorers/extractors.h"
#include "scorers/regex.h"

namespace tripos::scorers {
namespace {

// What may stand between a marker and its letter, and behind the letter: Markdown, brackets, quotes, LaTeX wrappers.
const std::string kOpen =
    R"((?:[\s*_$(\[{"'`“‘]|\\(?:boxed|fbox|framebox|text|textbf|mathrm|mathbf|bf|rm)\b|\\[(\[])*)";
const std::string kClose = R"([*_$)\]}"'`”’.]*)";
// What ends a letter that stands alone: not the rest of a word, "I'm", "C_2", or "C-terminal"; but "B_", "'B'", "B是".
const std::string kEnd = R"((?:[^\p{Latin}\p{Greek}\p{Cyrillic}\p{N}_'’-]|[_'’-]+(?:[^\p{L}\p{N}_'’-]|\z)|\z))";
const std::string kCapital = "([A-Z])" + kEnd;

std::string statement_pattern() {
  const std::string copula = R"((?:(?:is|are|was|(?:must|should|would|will)\s+be)\b[:：]?|[:：=–—-])[*_]{0,2})";
  const std::string adverb = R"((?:\s+(?:therefore|thus|then|clearly|definitely|probably|most\s+likely|indeed)\b,?)?)";
  const std::string noun = R"((?:\s+(?:the\s+)?(?:option|choice|letter)\b)?)";
  const std::string english = R"((?i:\b(?:answer|option|choice)s?\b[*_"']{0,3}\s*)" + copula + adverb + noun + ")";
  const std::string label =
      R"((?i:\b(?:solution|selection|selected|correct|conclusion|verdict)[*_"']{0,3}\s*[:：])|<answer>)";
  const std::string foreign =
      "(?:(?i:" + std::string(kSpacedAnswerNouns) + ")|" + std::string(kJoinedAnswerNouns) + R"()[^A-Z\n.!?。]{0,24}?)";
  const std::string box = R"(\\(?:boxed|fbox|framebox)\b)";
  // A small letter must end its line: "the answer is a" goes on as a sentence.
  const std::string small = "([a-z])" + kClose + R"([^\S\n]*(?:\n|\z))";
  return "(?:" + english + "|" + label + "|" + foreign + "|" + box + ")" + kOpen + "(?:" + kCapital + "|" + small + ")";
}

// Directly behind a statement: a second letter beside the first.
std::string alternative_pattern() { return R"(\A)" + kClose + R"(\s*(?:[,/&;]|\bor\b|\band\b))" + kOpen + kCapital; }

std::string line_pattern() {
  const std::string option_mark = R"((?:[)\].:。，、：]|[*_]{1,2}\W|\p{Han}))";
  const std::string line = R"((?m)^[>\s]*)" + kOpen + "([A-Z])(?:" + kClose + R"([^\S\n]*$|)" + option_mark + ")";
  const std::string small = R"(\A)" + kOpen + "([a-z])" + kClose + R"(\s*\z)";  // the whole response
  return line + "|(?-m:" + small + ")";
}

std::string remark_pattern() {
  const std::string choosing =
      R"((?i:\b(?:answer|option|choice|choose|pick|select|it['’]s|it\s+is|go\s+with|must\s+be|leav(?:es|ing))\s+))";
  const std::string praise = R"(\s+(?i:(?:is|must\s+be|seems)\s+(?:the\s+)?(?:only\s+)?)"
                             R"((?:correct|right|true|valid|best|answer)\b))";
  return choosing + R"([*_(\["'$]*)" + kCapital + R"(|(?:\A|[^\p{L}\p{N}_'’\\])([A-Z])[*_)\]"'$]*)" + praise;
}

// Directly behind a remark: it speaks against the letter.
std::string rejection_pattern() {
  return R"(\A)" + kClose + R"(\s*(?i:(?:is|was|are|can)\s*(?:not|n['’]t|wrong|incorrect|false|invalid)\b))";
}

// "Answer: I think ..." says nothing about the ninth choice.
constexpr std::string_view kPronoun = R"(\A\s+[a-z])";

bool follows(const re2::RE2& pattern, std::string_view rest) { return re2::RE2::PartialMatch(to_piece(rest), pattern); }

// Calls visit(letter as a capital, text behind it) for each offered letter that a group of `pattern` finds.
template <typename Visit>
void visit_letters(const re2::RE2& pattern, const Extraction& response, Visit visit) {
  static const auto kIsPronoun = known_pattern(kPronoun);
  const std::string_view text = response.text;
  const int count = pattern.NumberOfCapturingGroups() + 1;
  re2::StringPiece groups[3];
  for (std::size_t at = 0; at < text.size();) {
    if (!pattern.Match(to_piece(text), at, text.size(), re2::RE2::UNANCHORED, groups, count)) return;
    const re2::StringPiece& group = groups[1].empty() ? groups[2] : groups[1];
    at = static_cast<std::size_t>(group.data() - text.data()) + 1;
    const std::string_view rest = text.substr(at);
    const char letter = static_cast<char>(group[0] & ~0x20);
    if (!is_offered(letter, response.choice_count) || (letter == 'I' && follows(*kIsPronoun, rest))) continue;
    visit(letter, rest);
  }
}

struct Found {
  char letter = 0;  // 0: none
  bool contradictory = false;
};

Found last_statement(const Extraction& response) {
  static const auto kStatement = known_pattern(statement_pattern());
  static const auto kSecond = known_pattern(alternative_pattern());
  Found found;
  visit_letters(*kStatement, response, [&](char letter, std::string_view rest) {
    re2::StringPiece other;
    const bool has_other = re2::RE2::PartialMatch(to_piece(rest), *kSecond, &other) && other[0] != letter;
    found = has_other && is_offered(other[0], response.choice_count) ? Found{0, true} : Found{letter, false};
  });
  return found;
}

Found unanimous(const re2::RE2& pattern, const Extraction& response) {
  static const auto kAgainst = known_pattern(rejection_pattern());
  Found found;
  visit_letters(pattern, response, [&](char letter, std::string_view rest) {
    if (follows(*kAgainst, rest)) return;
    if (found.letter != 0 && found.letter != letter) found.contradictory = true;
    found.letter = letter;
  });
  return found;
}

}  // namespace

std::optional<std::string> extract_choice_letter(const Extraction& response) {
  static const auto kLetterLine = known_pattern(line_pattern());
  static const auto kLetterRemark = known_pattern(remark_pattern());
  Found found = last_statement(response);
  if (found.letter == 0 && !found.contradictory) {
    found = unanimous(*kLetterLine, response);
    if (found.letter == 0 || found.contradictory) found = unanimous(*kLetterRemark, response);
  }
  if (found.letter == 0 || found.contradictory) return std::nullopt;
  return std::string(1, found.letter);
}

}  // namespace tripos::scorers
