#pragma once

#include "harness/core/result.h"

namespace tripos::moe::cuda {

// kDevice where there is no GPU of this number, or one that the kernels are not built for.
Result<void> check_device(int number);

}  // namespace tripos::moe::cuda
