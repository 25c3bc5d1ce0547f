#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "backends/moe/ops/ops.h"

namespace tripos::test {

struct OpsCase {
  std::string name;
  std::function<std::unique_ptr<moe::Ops>()> make;
};

// The implementations of the operations that a test program is about; each program links a definition. Where the
// machine has no device for them, the program ends, says why, and counts as skipped.
std::vector<OpsCase> tested_ops();

}  // namespace tripos::test
