#pragma once
// Where a text switches to mathematics: $x$ and \(x\), $$x$$ and \[x\], equation, align and their kin, and matrices
// that stand in the text without any of these.

#include <string_view>
#include <vector>

namespace tripos::scorers {

struct Formula {
  std::string_view whole;    // with its delimiters
  std::string_view content;  // without; of a bare matrix the same as `whole`
  bool is_display = false;
};

struct Formulas {
  std::vector<Formula> closed;   // in the order of the text; they do not overlap
  bool ends_in_formula = false;  // the text ends before a \(, \[, $$ or \begin is closed
};

// As TeX has it, a formula ends with its paragraph: what is not closed there was none. A dollar sign that begins prose
// ("$15 and $20") is an amount of money. Linear in the length of the text.
Formulas find_formulas(std::string_view text);

}  // namespace tripos::scorers
