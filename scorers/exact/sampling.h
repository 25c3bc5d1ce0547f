#pragma once

#include <functional>
#include <vector>

#include "scorers/exact/ball.h"

namespace tripos::scorers {

// Free variables of an expression, sorted, each once: not the indices of sums, not the x of dx.
std::vector<std::string> free_variables(const Node& node);

// Two expressions at one point.
struct Sample {
  Ball a;
  Ball b;
};

// Evaluates both sides at points of a fixed list (moderate, small and large rationals, half of them of either sign,
// then small integers), first at 128 bits. Points where a side has no value, or a part of it is not real although no i
// occurs in it, are left out. Calls `visit` for each of the others with a function that gives the same at 512 bits;
// stops when it returns false.
void visit_samples(const Node& a, const Node& b,
                   const std::function<bool(const Sample&, const std::function<bool(Sample&)>& refine)>& visit);

}  // namespace tripos::scorers
