#pragma once

#include <gmpxx.h>

#include <deque>
#include <optional>
#include <vector>

#include "scorers/exact/calcium.h"
#include "scorers/latex/tree.h"

namespace tripos::scorers {

// A constant as steps of the stack machine of calcium.h.
struct Program {
  std::vector<tripos_step> steps;
  std::deque<mpq_class> numbers;  // what the steps point at
  int generators = 0;             // roots and functions in it: the work grows steeply with their number
  int roots = 0;                  // different ones among them, from above
  double degree = 1;              // of all these roots together, from above: what algebraic numbers cost
  int unity_degree = 1;           // of the roots of unity together, sines of parts of pi among them
};

// Nothing for what the machine does not know.
std::optional<Program> program_of(const Node& constant);

}  // namespace tripos::scorers
