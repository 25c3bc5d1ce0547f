#pragma once

#include "scorers/exact/exact.h"

namespace tripos::scorers {

// Compares rational numbers that are too large to be written out, such as 10^(10^9) + 1, modulo three primes of 61
// bits, which depend on both so that no number can be made to pass: kFalse proves that they differ, kTrue says that no
// prime tells them apart (which different numbers that are close to each other pass once in 2^180 times), kUnknown that
// they are not built of integers by + - * / and integer powers.
Truth compare_modulo_primes(const Node& a, const Node& b);

}  // namespace tripos::scorers
