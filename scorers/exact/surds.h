#pragma once

#include <optional>

#include "scorers/exact/exact.h"

namespace tripos::scorers {

// Whether two sums of products of square roots of rational numbers are equal: each has one normal form, because the
// roots of different squarefree integers are linearly independent (Besicovitch 1940). Nothing where something else
// occurs, or beyond the limits. Far cheaper than general algebraic numbers, whose degree doubles with each root.
std::optional<bool> equal_surds(const Node& a, const Node& b);

}  // namespace tripos::scorers
