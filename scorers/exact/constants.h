#pragma once

#include "scorers/exact/exact.h"

namespace tripos::scorers {

// compare() of two expressions without variables.
Decision compare_constants(const Node& a, const Node& b);

// compare() where variables occur.
Decision compare_expressions(const Node& a, const Node& b);

// True where a variable, or what nothing is known of, occurs outside the sum that binds it.
bool has_variables(const Node& node);

}  // namespace tripos::scorers
