#pragma once
// Reads an answer, in LaTeX or plain text, as a syntax tree.

#include <optional>
#include <string>
#include <string_view>

#include "scorers/latex/tree.h"

namespace tripos::scorers {

inline constexpr std::size_t kMaxAnswerLength = 8192;  // bytes

struct ReadOptions {
  bool thousands = true;  // "1,234" is one number, not two
};

struct Reading {
  std::optional<Node> tree;  // of the whole text, or nothing
  std::string problem;       // why there is none: "too long", "no reading of \"\\foo\" at 12"
};

// Consumes all of the text or says what it could not read. What is no formula but made of words is a kText. Linear in
// the length of the text; the limits are those of tree.h and kMaxAnswerLength. Pure.
//
// How it reads what has no grammar: a juxtaposition is a product, but 1\frac12 and "1 1/2" are mixed numbers; a/bc is
// (a/b)c; sin 2x y is the sine of all of it, sin(2x) y is not; -3^2 is -9; e, i and pi are constants; "2516_8" has a
// base; f, g, h and what stands before "(x) =" are functions; "x = 1, 2" and "a or b" are lists; words and \text after
// a value are its unit.
Reading read_answer(std::string_view text, const ReadOptions& options = {});

// A tree as text that a person can read and read_answer() reads back where it stands for a formula: "2*x^2 + 1/3".
std::string to_text(const Node& node);

}  // namespace tripos::scorers
