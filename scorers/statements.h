#pragma once
// Statements of an answer in prose: where one ends, and what in it is the answer.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scorers/formulas.h"

namespace tripos::scorers {

// Without what only presents an answer: white space, Markdown, quotation marks, the delimiters of the one formula that
// it is, and the full stop or comma behind it.
std::string_view unwrap(std::string_view text);

// Without what leads in to the answer but is no part of it: "So, ", "exactly ", "= ".
std::string_view without_lead(std::string_view text);

// What stands between two parts of one text, the left one first.
inline std::string_view text_between(std::string_view left, std::string_view right) {
  const char* const begin = left.data() + left.size();
  return {begin, static_cast<std::size_t>(right.data() - begin)};
}

// True if two answers with `gap` between them are parts of one: "3", " and ", "5". An "x = " before the second one
// belongs to the gap.
bool links_answers(std::string_view gap);

// The last formula, with those that are linked to it and ", " between them. `formulas` are those of one text, not
// empty.
std::string last_formulas(std::vector<Formula> formulas);

// The last sentence of a line. A formula is never cut.
std::string_view last_sentence(std::string_view line);

// The front of `text` up to the end of its first sentence or line, or up to a clause that only explains ("because
// ..."). A formula is never cut.
std::string_view first_statement(std::string_view text);

// The answer in a statement: what stands behind "is", the formula that stands in prose, several linked formulas with
// ", " between them, or the statement as a whole. Nothing where it holds no answer: "not 5", "as follows".
std::optional<std::string> answer_in(std::string_view statement);

// True if `text` ends while it announces the answer ("So the final answer is") or within a formula: what stands in
// front of that was not meant as the answer.
bool breaks_off(std::string_view text);

}  // namespace tripos::scorers
