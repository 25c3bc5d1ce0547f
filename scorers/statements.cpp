#include "scorers/statements.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "harness/core/text.h"
#include "scorers/formulas.h"
#include "scorers/latex/reader.h"
#include "scorers/regex.h"

namespace tripos::scorers {
namespace {

bool starts_with(std::string_view text, std::string_view prefix) { return text.substr(0, prefix.size()) == prefix; }

bool ends_with(std::string_view text, std::string_view suffix) {
  return text.size() >= suffix.size() && text.substr(text.size() - suffix.size()) == suffix;
}

bool strip_mark(std::string_view& text) {
  for (const std::string_view mark : {"**", "__", "`"}) {
    if (starts_with(text, mark)) {
      text.remove_prefix(mark.size());
      return true;
    }
    if (ends_with(text, mark)) {
      text.remove_suffix(mark.size());
      return true;
    }
  }
  return false;
}

// A pair around the whole text; "$1$ and $2$" has none.
bool strip_pair(std::string_view& text) {
  using Pair = std::pair<std::string_view, std::string_view>;
  constexpr std::array kPairs = {Pair{"$$", "$$"}, Pair{"$", "$"}, Pair{"\\(", "\\)"}, Pair{"\\[", "\\]"},
                                 Pair{"**", "**"}, Pair{"*", "*"}, Pair{"_", "_"},     Pair{"\"", "\""},
                                 Pair{"'", "'"},   Pair{"“", "”"}, Pair{"「", "」"}};
  for (const auto& [opener, closer] : kPairs) {
    if (text.size() <= opener.size() + closer.size() || !starts_with(text, opener) || !ends_with(text, closer))
      continue;
    const std::string_view content = text.substr(opener.size(), text.size() - opener.size() - closer.size());
    if (content.find(closer) != std::string_view::npos) continue;
    text = content;
    return true;
  }
  return false;
}

// "5." and "5," and "\," but not "1, 2, ...".
bool strip_stop(std::string_view& text) {
  for (const std::string_view stop : {".", ",", ";", "。", "，", "；", "।"}) {
    if (!ends_with(text, stop) || ends_with(text, "..")) continue;
    text.remove_suffix(stop.size());
    if (ends_with(text, "\\")) text.remove_suffix(1);
    return true;
  }
  return false;
}

std::string_view behind(std::string_view part, std::string_view text) {
  return text.substr(static_cast<std::size_t>(part.data() + part.size() - text.data()));
}

// Calls visit(piece) for the prose before, between and behind the formulas until it returns false.
template <typename Visit>
void visit_prose(std::string_view text, const std::vector<Formula>& formulas, Visit visit) {
  std::string_view last = text.substr(0, 0);
  for (const Formula& formula : formulas) {
    if (!visit(text_between(last, formula.whole))) return;
    last = formula.whole;
  }
  visit(behind(last, text));
}

// "** 5" and what "**Answer**: " leaves of its line.
std::string_view without_open_markup(std::string_view text) {
  static const auto kMarkup = known_pattern(R"(\A(?:[\s:：]|(?:\*{1,2}|_{1,2}|[>#]+|["'`])\s|```[a-z]*\n)*)");
  re2::StringPiece rest = to_piece(text);
  re2::RE2::Consume(&rest, *kMarkup);
  return trim_unicode(to_view(rest));
}

// The group that takes part begins where the statement ends.
std::string end_pattern() {
  const std::string stop = R"((?:\A|[\d)}\]$*%°])(\.[*_]*\s+(?:[^\d\s]|\z))|([。।]|\.[*_]*\s+\p{Lu}|\?\s))";
  const std::string reason =
      R"((?:[\s,;(]+(?i:because|since|whereas|as\s+(?:the|it|we|this|that|there|required|desired)|which|where|so\s+that)"
      R"(|given\s+that|rounded|assuming|weil|denn|da|car|puisque|parce\s+que|porque|perch[ée]|poiché|так\s+как)"
      R"(|потому)(?:\s|,|\z)|因为|因為|なぜなら))";
  const std::string more = R"(,\s+(?i:and|but|so|while|with|not|it|this|that|we)\s+[a-z]{2,}\s|\s+[—–]\s+\p{L})";
  const std::string emphasis = R"(\A(?:[^*\n]*[^*\s])?(\*\*)(?:\s|\z))";  // which began in front of the statement
  return emphasis + "|" + stop + R"(|(\n|</|<\||)" + reason + "|" + more + ")";
}

// "3 apples in the basket" behind a formula is prose, "cm" and "square units" are not.
bool is_unit(std::string_view text) {
  static const auto kUnit = known_pattern(R"([\s*_]*(?:[\\\p{L}%°$€£²³^{}/·\d]+\s*){0,2}[.,;\s*_]*)");
  return re2::RE2::FullMatch(to_piece(text), *kUnit);
}

}  // namespace

std::string_view without_lead(std::string_view text) {
  static const auto kLead = known_pattern(
      R"(\A(?:[\s:：=]|(?i:so|thus|hence|therefore|then|finally|indeed|clearly|that|simply|just|exactly)"
      R"(|approximately|about|around|either|equal\s+to|given\s+by|found\s+to\s+be|also|now|in\s+conclusion)\b[\s,:]*)*)");
  re2::StringPiece rest = to_piece(text);
  re2::RE2::Consume(&rest, *kLead);
  return to_view(rest);
}

namespace {

// "The volume of the box is 120", "x は 5".
std::string_view behind_copula(std::string_view statement, const std::vector<Formula>& formulas) {
  static const auto kStartsAsProse = known_pattern(R"(\A(?:\p{L}{2,}|\p{Lo}))");
  static const auto kCopula = known_pattern(
      R"((?i:(?:\A|\s)(?:is|are|equals?|be|becomes|ist|sind|beträgt|lautet|est|sont|es|son|é|são|è|sono|равно|равен)"
      R"(|равна|составляет)(?:\s+(?:equal\s+to|therefore|thus|then|exactly|approximately|about)|\s*[:=])*(?:\s|\z))"
      R"(|是|为|為|等于|等於|は|은\s|는\s|:\s))");
  if (!re2::RE2::PartialMatch(to_piece(statement), *kStartsAsProse)) return statement;
  static const auto kDenied = known_pattern(R"((?i:not|never|n't|n’t)\z)");
  std::string_view tail = statement;
  visit_prose(statement, formulas, [&](std::string_view prose) {
    if (const auto copula = find_last(*kCopula, prose)) {
      const std::string_view rest = behind(*copula, statement);
      const bool is_denied = re2::RE2::PartialMatch(to_piece(text_between(prose.substr(0, 0), *copula)), *kDenied);
      if (!trim_unicode(rest).empty()) tail = is_denied ? std::string_view() : rest;
    }
    return true;
  });
  return tail;
}

bool is_usable(std::string_view answer) {
  static const auto kEmpty =
      known_pattern(R"((?:\\(?:boxed|fbox|framebox|text|textbf|mathrm|mathbf)|[^\p{L}\p{N}∞∅])*)");
  static const auto kNoAnswer = known_pattern(
      R"(\A(?i:not|correct|incorrect|wrong|unique|clear|obvious|unknown|below|above|here|found|obtained|given|in|as)"
      R"(|still|known|required|expected|supposed|to|yet|valid|what|how|nicht|niet|pas|inte|ikke|between|at\s+(?:least|most))"
      R"(|(?:greater|less|more|fewer|larger|smaller|higher|lower)\s+than)\b)");
  return !re2::RE2::FullMatch(to_piece(answer), *kEmpty) && !re2::RE2::PartialMatch(to_piece(answer), *kNoAnswer);
}

// A copula that stands behind its noun.
std::string_view without_final_copula(std::string_view text) {
  static const auto kCopula =
      known_pattern(R"(\s*(?:です|でした|となります|になります|である|だ|입니다|이다|है|हैं|होगा|হবে|হল)[。.।!！]?\s*\z)");
  re2::StringPiece match;
  const bool has_copula = kCopula->Match(to_piece(text), 0, text.size(), re2::RE2::UNANCHORED, &match, 1);
  return has_copula ? text.substr(0, text.size() - match.size()) : text;
}

// The last "**emphasis**" of prose.
std::optional<std::string_view> last_bold(std::string_view prose) {
  static const auto kBold = known_pattern(R"((?:\*\*|__)([^*_\n]+)(?:\*\*|__))");
  return find_last(*kBold, prose);
}

// Of a derivation over several rows what its last one ends with: "x &= 2 + 3 \\\\ &= 5".
std::string_view last_step(std::string_view content) {
  static const auto kLastRow = known_pattern(R"(\\\\\s*&?\s*=\s*([^=&]+?)(?:\\\\|\\end\{[a-z]+\*?\}|\s)*\z)");
  return find_last(*kLastRow, content).value_or(content);
}

std::string joined(const std::vector<Formula>& formulas) {
  std::string answer;
  for (const Formula& formula : formulas) {
    if (!answer.empty()) answer += ", ";
    answer += unwrap(last_step(formula.content));
  }
  return answer;
}

bool are_linked(const std::vector<Formula>& formulas) {
  for (std::size_t i = 1; i < formulas.size(); ++i) {
    if (!links_answers(text_between(formulas[i - 1].whole, formulas[i].whole))) return false;
  }
  return true;
}

}  // namespace

std::string_view unwrap(std::string_view text) {
  if (text.size() > kMaxAnswerLength) return trim_unicode(text);  // no answer: not worth the looks
  for (bool changed = true; changed;) {
    text = trim_unicode(text);
    changed = strip_mark(text) || strip_pair(text) || strip_stop(text);
  }
  return text;
}

bool links_answers(std::string_view gap) {
  constexpr std::size_t kLongest = 160;
  static const auto kLink = [] {
    const std::string space =
        R"((?:[\s$,;&、，；*_|]|\\[()\[\]\\,;:! ]|\\q?quad\b|\\(?:text|mbox|textrm|mathrm)\s*\{\s*|\}|\\(?:lor|land|vee|wedge)\b)*)";
    const std::string word =
        R"((?:(?:(?i:and|or|und|oder|et|ou|y|o|e|и|или)\b|и|или|和|或|與|与|及|と|または|또는|그리고))"
        R"((?:\s+[a-z]+){0,4})?)";
    const std::string left_side =
        R"((?:[\[(]?[\\\p{L}][\p{L}\p{N}_{}\\',\s]{0,24}(?:\([\p{L}\p{N},\s]{1,12}\))?[\])]?\s*=)?)";
    return known_pattern(space + word + space + left_side + space);
  }();
  return gap.size() <= kLongest && re2::RE2::FullMatch(to_piece(gap), *kLink);
}

std::string last_formulas(std::vector<Formula> formulas) {
  auto first = formulas.end() - 1;
  while (first != formulas.begin() && links_answers(text_between((first - 1)->whole, first->whole))) --first;
  return joined({first, formulas.end()});
}

std::string_view last_sentence(std::string_view line) {
  static const auto kEnd = known_pattern(R"re([.!?][*_)"'”]*\s+([\p{Lu}\p{Lo}])|[。！？]\s*(\S))re");
  static const auto kEndsInFormula = known_pattern(R"(\.\s*(?:\$\$?|\\[)\]])\z)");
  static const auto kStart = known_pattern(R"(\A\s*(\p{Lu}))");
  std::string_view sentence = line;
  visit_prose(line, find_formulas(line).closed, [&](std::string_view prose) {
    const std::size_t at = static_cast<std::size_t>(prose.data() - line.data());
    auto begin = find_last(*kEnd, prose);
    if (!begin && re2::RE2::PartialMatch(to_piece(line.substr(0, at)), *kEndsInFormula))
      begin = find_first(*kStart, prose);
    if (begin) sentence = line.substr(static_cast<std::size_t>(begin->data() - line.data()));
    return true;
  });
  return sentence;
}

std::string_view first_statement(std::string_view text) {
  static const auto kEnd = known_pattern(end_pattern());
  static const auto kParagraph = known_pattern(R"(\n[ \t\r]*\n)");
  text = without_open_markup(text);
  if (const auto end = find_first(*kParagraph, text))
    text = text.substr(0, static_cast<std::size_t>(end->data() - text.data()));
  std::size_t length = text.size();
  visit_prose(text, find_formulas(text).closed, [&](std::string_view prose) {
    const auto end = find_first(*kEnd, prose);
    if (end) length = static_cast<std::size_t>(end->data() - text.data());
    return !end;
  });
  return text.substr(0, length);
}

std::optional<std::string> answer_in(std::string_view statement) {
  while (strip_pair(statement) || strip_stop(statement)) {
  }
  statement = without_lead(statement);
  statement = without_lead(behind_copula(statement, find_formulas(statement).closed));
  if (!is_usable(statement)) return std::nullopt;
  const auto formulas = find_formulas(statement).closed;
  if (!formulas.empty()) {
    const bool leads = trim_unicode(text_between(statement.substr(0, 0), formulas.front().whole)).empty();
    const std::string_view rest = behind(formulas.back().whole, statement);
    if (!leads || !are_linked(formulas)) return last_formulas(formulas);
    if (unwrap(rest).empty() || !is_unit(rest)) return joined(formulas);
  }
  const std::string_view told = without_final_copula(statement);
  const std::string_view answer = unwrap(last_bold(told).value_or(told));
  if (answer.empty()) return std::nullopt;
  return std::string(answer);
}

bool breaks_off(std::string_view text) {
  static const auto kAnnounced = known_pattern(
      R"((?i)(?:\b(?:answer|result|solution)s?\s*(?:\s(?:is|are|be|equals)\b|[:：=])|\b(?:final|the)\s+answer\b)[\s:：=*_$"'(]*\z)");
  constexpr std::size_t kLongest = 64;
  const std::string_view end = text.substr(text.size() - std::min(text.size(), kLongest));
  return re2::RE2::PartialMatch(to_piece(end), *kAnnounced) || find_formulas(text).ends_in_formula;
}

}  // namespace tripos::scorers
