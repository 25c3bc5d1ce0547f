// Extractors that need no reading of mathematics: the last "Answer:" line, a protocol's own pattern, the whole text.

#include "harness/core/text.h"
#include "scorers/extractors.h"
#include "scorers/regex.h"

namespace tripos::scorers {
namespace {

// Without the Markdown that surrounds an answer: "** 5", "5**", "`5`".
std::string_view strip_markdown(std::string_view text) {
  for (bool changed = true; changed;) {
    changed = false;
    text = trim_unicode(text);
    for (const std::string_view mark : {"**", "__", "`"}) {
      if (text.substr(0, mark.size()) == mark) {
        text.remove_prefix(mark.size());
        changed = true;
      }
      if (text.size() >= mark.size() && text.substr(text.size() - mark.size()) == mark) {
        text.remove_suffix(mark.size());
        changed = true;
      }
    }
  }
  return text;
}

std::optional<std::string> unless_empty(std::string_view answer) {
  if (answer.empty()) return std::nullopt;
  return std::string(answer);
}

}  // namespace

std::optional<std::string> extract_answer_line(const Extraction& response) {
  static const auto kAnswer = known_pattern(R"((?i)\banswer\s*[*_]{0,2}\s*:[*_]{0,2}\s*([^\n]+))");
  return unless_empty(strip_markdown(find_last(*kAnswer, response.text).value_or("")));
}

std::optional<std::string> extract_pattern(const Extraction& response) {
  const auto find = response.last ? find_last : find_first;
  return unless_empty(trim_unicode(find(*response.pattern, response.text).value_or("")));
}

std::optional<std::string> extract_whole(const Extraction& response) {
  return unless_empty(trim_unicode(response.text));
}

}  // namespace tripos::scorers
