// The last \boxed{...}, \fbox{...} or \framebox{...} whose braces balance, or \boxed 5 without braces. Of nested boxes
// the inner one counts, because it begins last. An unclosed box (a truncated response) counts for nothing.

#include <algorithm>
#include <array>
#include <vector>

#include "harness/core/text.h"
#include "scorers/extractors.h"

namespace tripos::scorers {
namespace {

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

constexpr std::array<std::string_view, 3> kCommands = {"\\boxed", "\\fbox", "\\framebox"};

// The length of a box command at the front of `text`, or 0. \boxedfoo is another command.
std::size_t box_command(std::string_view text) {
  for (const std::string_view command : kCommands) {
    if (text.substr(0, command.size()) != command) continue;
    if (text.size() == command.size() || !is_letter(text[command.size()])) return command.size();
  }
  return 0;
}

// The answer of \boxed 5: up to white space, the end of the formula or the next box (so that no byte is read twice),
// without the full stop of the sentence. Empty where its own braces do not balance.
std::string_view unbraced(std::string_view rest) {
  int depth = 0;
  std::size_t end = 0;
  for (; end < rest.size() && std::string_view(" \t\r\n$").find(rest[end]) == std::string_view::npos; ++end) {
    if (rest[end] == '{') ++depth;
    if (rest[end] == '}' && --depth < 0) return rest.substr(0, end);
    if (rest[end] != '\\') continue;
    const std::string_view command = rest.substr(end, 2);
    if (command == "\\)" || command == "\\]" || box_command(rest.substr(end))) break;
  }
  std::string_view answer = rest.substr(0, depth == 0 ? end : 0);
  while (!answer.empty() && (answer.back() == '.' || answer.back() == ',')) answer.remove_suffix(1);
  return answer;
}

// Of a backslash and what it escapes: \{ is no brace, but behind "\\", which ends a line, it is one. "\\boxed" is taken
// as a box that was escaped once too often.
std::size_t escape_length(std::string_view text) {
  const std::string_view next = text.substr(1, 1);
  const bool escapes = next == "{" || next == "}" || (next == "\\" && box_command(text.substr(1)) == 0);
  return escapes ? 2 : 1;
}

// Braces in front of the first box decide nothing, and most of a long response stands there.
std::string_view from_first_box(std::string_view text) {
  std::size_t first = text.size();
  for (const std::string_view command : kCommands) first = std::min(first, text.find(command));
  return text.substr(first);
}

struct OpenBrace {
  std::size_t content;
  bool is_box;
};

}  // namespace

std::optional<std::string> extract_last_box(const Extraction& response) {
  const std::string_view text = from_first_box(response.text);
  std::vector<OpenBrace> open;
  std::string_view best;
  const auto offer = [&](std::string_view answer) {
    answer = trim_unicode(answer);
    if (!answer.empty() && (best.empty() || answer.data() > best.data())) best = answer;
  };
  for (std::size_t i = text.find_first_of("\\{}"); i < text.size(); i = text.find_first_of("\\{}", i)) {
    if (const std::size_t length = box_command(text.substr(i))) {
      i = text.find_first_not_of(" \t\r\n", i + length);
      if (i >= text.size()) break;
      if (text[i] != '{') {
        offer(unbraced(text.substr(i)));
        continue;
      }
      open.push_back({++i, true});
    } else if (text[i] == '\\') {
      i += escape_length(text.substr(i));
    } else if (text[i] == '{') {
      open.push_back({++i, false});
    } else {
      if (!open.empty()) {
        if (open.back().is_box) offer(text.substr(open.back().content, i - open.back().content));
        open.pop_back();
      }
      ++i;
    }
  }
  if (best.empty()) return std::nullopt;
  return std::string(best);
}

}  // namespace tripos::scorers
