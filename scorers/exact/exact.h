#pragma once
// Decides whether two scalar expressions have the same value: exactly where that can be decided, never by a tolerance.
// Pure and callable from many threads. Every limit is a count (bits, steps, degrees), none a clock, so a verdict is the
// same on every machine.

#include <gmpxx.h>

#include <optional>
#include <string_view>

#include "scorers/latex/tree.h"

namespace tripos::scorers {

enum class Truth { kTrue, kFalse, kUnknown };

struct Decision {
  Truth truth = Truth::kUnknown;
  std::string_view rule;  // what decided: "rational", "balls", "surds" (of square roots), "algebraic", "calcium",
                          // "rational function", "sampling", "variables" (they differ), "undefined" (a side has no
                          // value: 1/0), "limit", "undecided"; "modular": huge integers whose leading bits and residues
                          // of three large primes agree; "unproved": for want of Calcium; kTrue where 2,000 bits agree
};

// Whether a and b are equal: as numbers; with variables, wherever both sides and their parts are real.
Decision compare(const Node& a, const Node& b);

// Whether a = c * b for a number c other than 0: the equations a = 0 and b = 0 say the same. `factor_sign` is the sign
// of a real c, 0 where it is unknown.
struct Proportion {
  Decision decision;
  int factor_sign = 0;
};
Proportion compare_up_to_factor(const Node& a, const Node& b);

// The value where rational arithmetic alone gives it, within the limits of size; nothing with variables.
std::optional<mpq_class> rational_value(const Node& expression);

// The sign of a - b of two real constants (-1, 0, 1), infinities among them; nothing where that is not decided.
std::optional<int> order(const Node& a, const Node& b);

// Whether `value`, a real constant, rounds to `decimal` at that many places behind the point.
bool rounds_to(const Node& value, const mpq_class& decimal, int places);

}  // namespace tripos::scorers
