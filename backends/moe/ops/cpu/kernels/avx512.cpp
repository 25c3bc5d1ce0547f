#include "backends/moe/ops/cpu/kernels/kernels.h"
//
#include "backends/moe/ops/cpu/kernels/lanes_avx512.h"
//
#include "backends/moe/ops/cpu/kernels/implementation.h"

namespace tripos::moe {

const Kernels kAvx512Kernels = kernels_named("avx512");

}  // namespace tripos::moe
