#pragma once
// The operations in plain loops with double sums: the judge of all others. Slow.

#include <memory>

#include "backends/moe/ops/ops.h"

namespace tripos::moe {

std::unique_ptr<Ops> reference_ops();

}  // namespace tripos::moe
