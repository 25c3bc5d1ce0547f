// Extractors that look for words: what is said to be the answer, a protocol's own pattern, the whole text.

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

std::optional<std::string_view> after_last(const re2::RE2& marker, std::string_view text) {
  const auto found = find_last(marker, text);
  if (!found) return std::nullopt;
  return text.substr(static_cast<std::size_t>(found->data() + found->size() - text.data()));
}

std::string_view first_line(std::string_view text) { return text.substr(0, text.find('\n')); }

// Up to a full stop that ends the line or stands before a capital, without it.
std::string_view first_sentence(std::string_view line) {
  static const auto kEnd = known_pattern(R"([.。](?:\s+\p{Lu}|\s*\z))");
  const auto end = find_first(*kEnd, line);
  return end ? line.substr(0, static_cast<std::size_t>(end->data() - line.data())) : line;
}

std::optional<std::string> unless_empty(std::string_view answer) {
  if (answer.empty()) return std::nullopt;
  return std::string(answer);
}

}  // namespace

// The last "Answer: ..." line, or else the last "the answer is ..."; of "Final answer: the answer is 5." only the "5".
std::optional<std::string> extract_answer_line(const Extraction& response) {
  static const auto kLabel = known_pattern(R"((?i)\banswer\s*[*_]{0,2}\s*[:：][*_]{0,2}\s*)");
  static const auto kStatement = known_pattern(R"((?i)\banswer\s+is\b[:：]?\s*)");
  const auto labelled = after_last(*kLabel, response.text);
  const auto line = labelled ? first_line(*labelled) : response.text;
  const auto stated = after_last(*kStatement, line);
  if (!labelled && !stated) return std::nullopt;
  return unless_empty(strip_markdown(first_sentence(first_line(stated.value_or(line)))));
}

std::optional<std::string> extract_pattern(const Extraction& response) {
  const auto find = response.last ? find_last : find_first;
  return unless_empty(trim_unicode(find(*response.pattern, response.text).value_or("")));
}

std::optional<std::string> extract_whole(const Extraction& response) {
  return unless_empty(trim_unicode(response.text));
}

}  // namespace tripos::scorers
