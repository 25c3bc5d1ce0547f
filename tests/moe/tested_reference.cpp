#include "backends/moe/ops/cpu/reference.h"
#include "tests/moe/tested_ops.h"

namespace tripos {

std::unique_ptr<moe::Ops> test::tested_ops() { return moe::reference_ops(); }

}  // namespace tripos
