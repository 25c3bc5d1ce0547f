// The extractor "answer_marker": what the response says is its answer, in its own words.

#include <algorithm>
#include <vector>

#include "scorers/answer_words.h"
#include "scorers/extractors.h"
#include "scorers/regex.h"
#include "scorers/statements.h"

namespace tripos::scorers {
namespace {

// What links a noun to the answer. A few words may stand in between ("Antwort auf die Frage lautet").
constexpr std::string_view kSpacedLinks =
    R"(\s(?:ist|lautet|est|sera|es|será|é|è|is|är|er|on|este|to|je|brzmi|adalah|ialah|ni|ay|là|равен|равно|это|є|είναι)(?:\s|\z))";
constexpr std::string_view kJoinedLinks = R"(\s(?:هي|هو|است|היא|הוא|है)\s|คือ|是|为|為|は|은\s|는\s|이\s)";

constexpr std::string_view kEnd = "</answer>";

std::string marker_pattern() {
  const std::string noun =
      R"((?:\b|_)(?:answers?|(?:final|overall|end)\s+(?:results?|values?|solutions?))["'`*_]{0,4})";
  const std::string question = R"((?:\s+(?:to|for|of|in)\s[^.:：\n?!]{1,80}?)?)";
  const std::string copula =
      R"((?:\s*,)?(?:\s+(?:therefore|thus|then|hence|here),?)?\s+)"
      R"((?:is|are|was|(?:must|should|will|would)\s+be|equals|(?:comes|works)\s+out\s+to(?:\s+be)?)\b)";
  const std::string english = "(?i:" + noun + question + R"((?:\s*[:：=]|)" + copula + R"()(?:\s*[:：])?)" + ")";
  const std::string spaced = "(?i:" + std::string(kSpacedAnswerNouns) +
                             R"((?:[^\p{L}\n.:：!?][^\n.:：!?]{0,24}?)?(?:[:：]|)" + std::string(kSpacedLinks) +
                             R"()\s*[:：]?))";
  const std::string joined = "(?:" + std::string(kJoinedAnswerNouns) + R"()[^\n.:：!?。不]{0,16}?(?:[:：]|)" +
                             std::string(kJoinedLinks) + R"()\s*[:：]?)";
  const std::string heading = R"((?:\A|\n)[ \t#>*_]*(?i:(?:the\s+)?(?:final\s+|correct\s+)?answers?)[ \t*_]*\n)";
  return english + "|" + spaced + "|" + joined + R"(|答[:：]|<answer>|</answer>|)" + heading;
}

// What follows each marker, up to the next one or </answer>.
std::vector<std::string_view> announced(std::string_view text) {
  static const auto kMarker = known_pattern(marker_pattern());
  std::vector<std::string_view> parts;
  std::size_t at = 0;
  bool announces = false;
  for (re2::StringPiece match;;) {
    const bool is_found = kMarker->Match(to_piece(text), at, text.size(), re2::RE2::UNANCHORED, &match, 1);
    const std::size_t begin = is_found ? static_cast<std::size_t>(match.data() - text.data()) : text.size();
    if (announces) parts.push_back(text.substr(at, begin - at));
    if (!is_found) return parts;
    at = begin + match.size();
    announces = to_view(match) != kEnd;
  }
}

}  // namespace

std::optional<std::string> extract_answer_marker(const Extraction& response) {
  const std::vector<std::string_view> parts = announced(response.text);
  for (auto part = parts.rbegin(); part != parts.rend(); ++part) {
    if (auto answer = answer_in(first_statement(*part))) return answer;
  }
  return std::nullopt;
}

}  // namespace tripos::scorers
