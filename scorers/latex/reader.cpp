#include "scorers/latex/reader.h"

#include <algorithm>

#include "scorers/latex/parser.h"
#include "scorers/latex/spelling.h"

namespace tripos::scorers {
namespace {

int depth_of(const Node& node) {
  int depth = 0;
  for (const Node& child : node.children) depth = std::max(depth, depth_of(child));
  return depth + 1;
}

// A run of at least three letters that is no command, or \text: words were meant.
bool has_words(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool command = text[i] == '\\';
    const std::size_t begin = command ? ++i : i;
    while (i < text.size() && (is_letter(text[i]) || (text[i] & 0x80) != 0)) ++i;
    const std::string_view run = text.substr(begin, i - begin);
    if (command ? is_text_command(run) : run.size() >= 3 && !function_named(run) && !is_greek(run)) return true;
  }
  return false;
}

Reading words_or(std::string_view text, std::string problem) {
  std::string words = has_words(text) ? words_of(text) : "";
  if (words.empty()) return {std::nullopt, std::move(problem)};
  return {make_node(Kind::kText, {}, words), ""};
}

}  // namespace

Reading read_answer(std::string_view text, const ReadOptions& options) {
  if (text.size() > kMaxAnswerLength) return {std::nullopt, "longer than 8192 bytes"};
  const std::string spelled = one_spelling(text);
  if (spelled.empty()) return {std::nullopt, "empty"};
  try {
    Node tree = Parser(spelled, options, 0).read_all();
    if (depth_of(tree) > kMaxDepth) return {std::nullopt, "nested too deeply"};
    return {std::move(tree), ""};
  } catch (const Unreadable& unreadable) {
    return words_or(spelled, unreadable.problem);
  }
}

}  // namespace tripos::scorers
