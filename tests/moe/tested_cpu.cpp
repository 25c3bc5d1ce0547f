#include "tests/moe/all_ops.h"

namespace tripos {

std::vector<test::OpsCase> test::tested_ops() { return moe::test::all_ops(); }

}  // namespace tripos
