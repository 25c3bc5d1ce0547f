#pragma once
// The fast operations on the CPU: float activations and sums, weights as they are stored. A result is the same to the
// last bit for any number of threads, and for all kernels.

#include <memory>
#include <optional>
#include <string_view>

#include "backends/moe/ops/ops.h"

namespace tripos::moe {

enum class CpuKernels { kScalar, kAvx2, kAvx512 };

bool has_cpu_kernels(CpuKernels kernels);
// The fastest that this processor has.
CpuKernels best_cpu_kernels();
// "scalar", "avx2" or "avx512"
std::string_view name_of(CpuKernels kernels);

// `threads` of 0: as many as there are processors.
std::unique_ptr<Ops> cpu_ops(int threads = 0, CpuKernels kernels = best_cpu_kernels());

}  // namespace tripos::moe
