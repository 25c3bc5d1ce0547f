#include "backends/moe/ops/cpu/kernels/kernels.h"
//
#include "backends/moe/ops/cpu/kernels/lanes_scalar.h"
//
#include "backends/moe/ops/cpu/kernels/implementation.h"

namespace tripos::moe {

const Kernels kScalarKernels = kernels_named("scalar");

}  // namespace tripos::moe
