#include "backends/moe/ops/cpu/kernels/kernels.h"
//
#include "backends/moe/ops/cpu/kernels/lanes_avx2.h"
//
#include "backends/moe/ops/cpu/kernels/implementation.h"

namespace tripos::moe {

const Kernels kAvx2Kernels = kernels_named("avx2");

}  // namespace tripos::moe
