// NeMo-Skills' readers: extract_answer() of nemo_skills/evaluation/math_grader.py and extract_letter() of
// evaluator/mcq.py (NVIDIA-NeMo/Skills 8b18f39, 2025-10-17).

#include "scorers/characters.h"
#include "scorers/extractors.h"
#include "scorers/regex.h"

namespace tripos::scorers {
namespace {

// What the last \boxed{...} holds, which may be nothing; \boxed with anything but a brace behind it is none, and so is
// one whose braces do not balance, whatever stood before it.
std::optional<std::string_view> last_boxed(std::string_view text) {
  constexpr std::string_view kBox = "\\boxed{";
  const std::size_t start = text.rfind("\\boxed");
  if (start == std::string_view::npos || text.substr(start, kBox.size()) != kBox) return std::nullopt;
  const std::string_view content = text.substr(start + kBox.size());
  int depth = 1;
  for (std::size_t i = 0; i < content.size(); ++i) {
    if (content[i] == '{') ++depth;
    if (content[i] == '}' && --depth == 0) return content.substr(0, i);
  }
  return std::nullopt;
}

}  // namespace

// Of a box that holds more than a letter, the last letter A to J that stands alone, or else all of it. Without a box
// the last "Answer: X", the pattern of Artificial Analysis, as written.
std::optional<std::string> extract_nemo_skills_choice(const Extraction& response) {
  // What may follow the letter is read with it: the next match begins with "Answer" all the same.
  static const auto kAnswer =
      known_pattern(R"((?i)[\*\_]{0,2}Answer[\*\_]{0,2}\s*:[\s\*\_]{0,2}\s*([A-Z])(?:[^a-zA-Z0-9]|\z))");
  const auto boxed = last_boxed(response.text);
  if (!boxed) {
    const auto letter = find_last(*kAnswer, response.text);
    return letter ? std::optional(std::string(*letter)) : std::nullopt;
  }
  if (first_character(*boxed).size() == boxed->size()) return std::string(*boxed);
  Extraction inside = response;
  inside.text = *boxed;
  const auto letter = extract_last_letter(inside);
  return letter ? letter : std::string(*boxed);
}

std::optional<std::string> extract_nemo_skills_box(const Extraction& response) {
  const auto boxed = last_boxed(response.text);
  return boxed ? std::optional(std::string(*boxed)) : std::nullopt;
}

}  // namespace tripos::scorers
