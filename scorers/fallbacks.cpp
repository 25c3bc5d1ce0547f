// The weaker tiers of the ladder of "tripos", for responses that neither box nor announce their answer:
//   bare_answer   the response is an answer and nothing else
//   last_line     what the last sentence of the last line states
//   last_formula  the last formula, with those that are linked to it
//   last_number   the last number
// Where formulas and numbers stand side by side, the one nearer to the end is the answer. A response that breaks off
// has not come to its answer: in that nothing is found.

#include "harness/core/text.h"
#include "scorers/extractors.h"
#include "scorers/formulas.h"
#include "scorers/reasoning.h"
#include "scorers/regex.h"
#include "scorers/statements.h"

namespace tripos::scorers {
namespace {

std::optional<std::string> unless_empty(std::string_view answer) {
  if (answer.empty()) return std::nullopt;
  return std::string(answer);
}

// The last paragraphs: what they do not say is not the answer. Nothing where the response breaks off.
std::optional<std::string_view> conclusion(const Extraction& response) {
  constexpr std::size_t kLongest = 8192;  // bytes
  if (has_open_reasoning(response.whole)) return std::nullopt;
  std::string_view text = trim_unicode(response.text);
  if (text.size() > kLongest) {
    text = text.substr(text.size() - kLongest);
    const std::size_t paragraph = text.find("\n\n");
    text.remove_prefix(
        std::min(paragraph != std::string_view::npos ? paragraph : text.find_first_of(" \n"), text.size()));
  }
  return breaks_off(text) ? std::nullopt : std::optional(text);
}

std::string_view behind(std::string_view part, std::string_view text) {
  return text.substr(static_cast<std::size_t>(part.data() + part.size() - text.data()));
}

// The last line that says something: no "```" and no "---".
std::string_view last_line(std::string_view text) {
  static const auto kSays = known_pattern(R"([\p{L}\p{N}])");
  while (true) {
    text = trim_unicode(text);
    const std::size_t end = text.rfind('\n');
    const std::string_view line = end == std::string_view::npos ? text : text.substr(end + 1);
    if (end == std::string_view::npos || re2::RE2::PartialMatch(to_piece(line), *kSays)) return line;
    text = text.substr(0, end);
  }
}

// "10^5" and "1/2" belong to their number, the full stop of a sentence does not; the sign of "3-5" is none, nor the
// digit of "x2".
std::string number_pattern() {
  const std::string digits = R"((?:[0-9]+(?:[.,][0-9]+)*|\.[0-9]+))";
  const std::string fraction = R"( ?/ ?)" + digits + R"(| [0-9]+/[0-9]+| ?[½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞])";
  const std::string power = R"([eE][-+]?[0-9]+| ?(?:×|\*|x|\\times|\\cdot) ?10\^\{?[-−]?[0-9]+\}?)";
  const std::string number = "(?:" + digits + "(?:" + fraction + "|" + power + R"()?|[½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞])(?: ?\\?%)?)";
  return R"((?:\A|[^\p{L}0-9_.)\]}])([-−+])" + number + R"()|(?:\A|[^A-Za-z0-9_.])()" + number + ")";
}

struct FoundNumber {
  std::string_view text;
  bool is_qualified;  // "3 or 5", "not 5"
};

std::optional<FoundNumber> find_last_number(std::string_view text) {
  static const auto kNumber = known_pattern(number_pattern());
  static const auto kQualified = known_pattern(
      R"((?:\A|\W)(?i:or|oder|ou|или|或|または|(?:can)?not|(?:can)?not\s+be|n't|n't\s+be|nicht|не|不是|than|at\s+least|at\s+most)\s*[*_$(]*\z)");
  const auto number = find_last(*kNumber, text);
  if (!number) return std::nullopt;
  constexpr std::size_t kLongest = 16;
  std::string_view before = text.substr(0, static_cast<std::size_t>(number->data() - text.data()));
  before = before.substr(before.size() - std::min(before.size(), kLongest));
  return FoundNumber{*number, re2::RE2::PartialMatch(to_piece(before), *kQualified)};
}

}  // namespace

std::optional<std::string> extract_bare_answer(const Extraction& response) {
  constexpr std::size_t kLongest = 500;  // bytes: a large matrix
  static const auto kMore = known_pattern(R"([\d$\\])");
  static const auto kProse =
      known_pattern(R"((?:[\p{L}'’]{1,20}[,\s]+){3}\p{L}|\b(?i:so|thus|hence|then|therefore|we)\b)");
  const auto text = conclusion(response);
  if (!text || text->size() > kLongest) return std::nullopt;
  const std::string_view statement = without_lead(first_statement(*text));
  if (re2::RE2::PartialMatch(to_piece(statement), *kProse)) return std::nullopt;
  if (re2::RE2::PartialMatch(to_piece(behind(statement, *text)), *kMore)) return std::nullopt;
  return unless_empty(unwrap(statement));
}

std::optional<std::string> extract_last_line(const Extraction& response) {
  const auto text = conclusion(response);
  if (!text) return std::nullopt;
  return answer_in(first_statement(last_sentence(last_line(*text))));
}

std::optional<std::string> extract_last_formula(const Extraction& response) {
  const auto text = conclusion(response);
  if (!text) return std::nullopt;
  const auto formulas = find_formulas(*text).closed;
  if (formulas.empty() || find_last_number(behind(formulas.back().whole, *text))) return std::nullopt;
  return unless_empty(last_formulas(formulas));
}

std::optional<std::string> extract_last_number(const Extraction& response) {
  const auto text = conclusion(response);
  const auto number = text ? find_last_number(*text) : std::nullopt;
  if (!number || number->is_qualified) return std::nullopt;
  return unless_empty(trim_unicode(number->text));
}

}  // namespace tripos::scorers
