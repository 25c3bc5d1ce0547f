// EvalScope's letter reader: parse_answers() of evalscope/utils/multi_choices.py (modelscope/evalscope fde259d,
// 2026-08-22) for one right choice.

#include <algorithm>
#include <vector>

#include "harness/core/text.h"
#include "scorers/extractors.h"
#include "scorers/regex.h"

namespace tripos::scorers {
namespace {

// Where the texts begin that follow an answer marker.
std::vector<std::size_t> ends_of_markers(std::string_view text) {
  static const auto kMarker = known_pattern(R"((?i)ANSWER\s*:\s*\**\s*)");
  std::vector<std::size_t> ends;
  re2::StringPiece marker;
  for (std::size_t at = 0; kMarker->Match(to_piece(text), at, text.size(), re2::RE2::UNANCHORED, &marker, 1);) {
    at = static_cast<std::size_t>(marker.data() - text.data()) + marker.size();
    ends.push_back(at);
  }
  return ends;
}

// The front of `captured` that is made of letters of the choices, cut before the first other word.
std::string_view offered_part(std::string_view captured, int choice_count) {
  static const auto kToken = known_pattern(R"([A-Za-z\d]+)");
  std::size_t end = 0;
  re2::StringPiece token;
  for (std::size_t at = 0; kToken->Match(to_piece(captured), at, captured.size(), re2::RE2::UNANCHORED, &token, 1);) {
    if (!std::all_of(token.begin(), token.end(), [&](char c) { return is_offered(c, choice_count); })) break;
    at = end = static_cast<std::size_t>(token.data() - captured.data()) + token.size();
  }
  return captured.substr(0, end);
}

// What the last marker that is followed by letters of choices is followed by.
std::optional<std::string_view> last_labelled(const Extraction& response) {
  static const auto kBracketed = known_pattern(R"([\(\[（【]\s*([A-Za-z\d](?:\s*[,，]\s*[A-Za-z\d])*)\s*[\)\]）】])");
  static const auto kPlain = known_pattern(R"(([A-Za-z\d][A-Za-z\d ,]*))");
  const std::vector<std::size_t> ends = ends_of_markers(response.text);
  for (auto end = ends.rbegin(); end != ends.rend(); ++end) {
    for (const re2::RE2* pattern : {kBracketed.get(), kPlain.get()}) {
      re2::StringPiece groups[2];
      const auto size = response.text.size();
      if (!pattern->Match(to_piece(response.text), *end, size, re2::RE2::ANCHOR_START, groups, 2)) continue;
      const std::string_view letters = offered_part(to_view(groups[1]), response.choice_count);
      if (!letters.empty()) return letters;
    }
  }
  return std::nullopt;
}

}  // namespace

// Several letters behind the marker are no answer. Without a marker the last capital of the text is the answer, if it
// is the letter of a choice; Python's isupper() knows more capitals than \p{Lu}.
std::optional<std::string> extract_evalscope_choice(const Extraction& response) {
  static const auto kCapital = known_pattern(
      R"([\p{Lu}\x{2160}-\x{216f}\x{24b6}-\x{24cf}\x{1f130}-\x{1f149}\x{1f150}-\x{1f169}\x{1f170}-\x{1f189}])");
  auto letter = last_labelled(response);
  if (letter) {
    letter = trim_unicode(*letter);
  } else {
    letter = find_last(*kCapital, response.text);
  }
  if (!letter || letter->size() != 1 || !is_offered(letter->front(), response.choice_count)) return std::nullopt;
  return std::string(*letter);
}

}  // namespace tripos::scorers
