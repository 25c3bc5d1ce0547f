#pragma once

#include <memory>

#include "backends/moe/ops/ops.h"

namespace tripos::test {

// The operations that a test program is about; each program links a definition. Where the machine has no device for
// them, the program ends, says why, and counts as skipped.
std::unique_ptr<moe::Ops> tested_ops();

}  // namespace tripos::test
