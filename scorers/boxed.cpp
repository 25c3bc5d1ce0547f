// \boxed{...}, \fbox{...} and \framebox{...} whose braces balance, and \boxed 5 without braces. Of nested boxes the
// inner one counts.
//   last_box  the last one; an unclosed box (a truncated response) counts for nothing
//   boxes     the same, or all of the last statement where several answers are asked for; where there is none, one
//   whose
//             brace was forgotten

#include <algorithm>
#include <array>
#include <set>
#include <vector>

#include "harness/core/text.h"
#include "scorers/characters.h"
#include "scorers/extractors.h"
#include "scorers/regex.h"
#include "scorers/statements.h"

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
  std::size_t first = text.find('\\');
  while (first < text.size() && box_command(text.substr(first)) == 0) first = text.find('\\', first + 1);
  return text.substr(std::min(first, text.size()));
}

struct OpenBrace {
  std::size_t content;
  std::size_t box;  // where its command begins; kNoBox for an ordinary brace
};
constexpr std::size_t kNoBox = std::string_view::npos;

struct Box {
  std::string_view whole;
  std::string_view content;  // without white space around it; not empty
  bool is_braced;
};

struct Boxes {
  std::vector<Box> closed;               // those that hold no other box, in the order of the text
  std::optional<std::string_view> open;  // what follows the { of the last box that is never closed
};

Boxes find_boxes(std::string_view response) {
  const std::string_view text = from_first_box(response);
  Boxes found;
  std::vector<OpenBrace> open;
  const auto offer = [&](std::size_t begin, std::string_view content, bool is_braced) {
    const std::size_t length = static_cast<std::size_t>(content.data() + content.size() - text.data()) - begin;
    const std::string_view whole = text.substr(begin, length + (is_braced ? 1 : 0));
    content = trim_unicode(content);
    if (content.empty() || (!found.closed.empty() && content.data() < found.closed.back().content.data())) return;
    found.closed.push_back({whole, content, is_braced});
  };
  for (std::size_t i = find_sign<'\\', '{', '}'>(text); i < text.size(); i = find_sign<'\\', '{', '}'>(text, i)) {
    if (const std::size_t length = box_command(text.substr(i))) {
      const std::size_t begin = i;
      i = text.find_first_not_of(" \t\r\n", i + length);
      if (i >= text.size()) break;
      if (text[i] != '{') {
        offer(begin, unbraced(text.substr(i)), false);
        continue;
      }
      open.push_back({++i, begin});
    } else if (text[i] == '\\') {
      i += escape_length(text.substr(i));
    } else if (text[i] == '{') {
      open.push_back({++i, kNoBox});
    } else {
      if (!open.empty()) {
        const auto [content, box] = open.back();
        if (box != kNoBox) offer(box, text.substr(content, i - content), true);
        open.pop_back();
      }
      ++i;
    }
  }
  const auto last =
      std::find_if(open.rbegin(), open.rend(), [](const OpenBrace& brace) { return brace.box != kNoBox; });
  if (last != open.rend()) found.open = text.substr(last->content);
  return found;
}

// "Put it in a \boxed command" boxes nothing: without braces only a number, a formula or a single letter counts.
bool is_meant(const Box& box) {
  static const auto kWord = known_pattern(R"(\A(?:[A-Za-z]{2,}|[^\\\p{L}\p{N}([+−-]))");
  return box.is_braced || !re2::RE2::PartialMatch(to_piece(box.content), *kWord);
}

// "\boxed{5$" and "\boxed{5" at the end of a line: the brace was forgotten. At the end of the response it was cut off.
std::optional<std::string_view> forgotten_brace(std::string_view content) {
  const std::size_t line_end = content.find('\n');
  std::size_t end = std::min(line_end, content.find('$'));
  for (const std::string_view closer : {"\\)", "\\]"}) end = std::min(end, content.find(closer));
  if (end == std::string_view::npos) return std::nullopt;
  return content.substr(0, end);
}

// Those at the end of `boxes` that belong together ("\boxed{3} and \boxed{5}"), each once.
std::string joined(const std::vector<Box>& boxes) {
  auto first = boxes.end() - 1;
  while (first != boxes.begin() && links_answers(text_between((first - 1)->whole, first->whole))) --first;
  std::vector<std::string_view> answers;
  for (; first != boxes.end(); ++first) answers.push_back(unwrap(first->content));
  std::set<std::string_view> seen;
  std::string list;
  for (const std::string_view answer : answers) {
    if (!seen.insert(answer).second) continue;
    if (!list.empty()) list += ", ";
    list += answer;
  }
  return list;
}

}  // namespace

std::optional<std::string> extract_last_box(const Extraction& response) {
  const Boxes boxes = find_boxes(response.text);
  if (boxes.closed.empty()) return std::nullopt;
  return std::string(boxes.closed.back().content);
}

std::optional<std::string> extract_boxes(const Extraction& response) {
  Boxes boxes = find_boxes(response.text);
  std::erase_if(boxes.closed, [](const Box& box) { return !is_meant(box); });
  if (!boxes.closed.empty()) {
    return response.wants_several ? joined(boxes.closed) : std::string(unwrap(boxes.closed.back().content));
  }
  const auto content = boxes.open ? forgotten_brace(*boxes.open) : std::nullopt;
  if (!content || unwrap(*content).empty()) return std::nullopt;
  return std::string(unwrap(*content));
}

}  // namespace tripos::scorers
