#pragma once
// The fast operations on the CPU: weights as they are stored, sums of floats. A result is the same to the last bit for
// any number of threads, and for all kernels.

#include <memory>
#include <optional>
#include <string_view>

#include "backends/moe/ops/ops.h"

namespace tripos::moe {

// Of products with weights of 4 and 8 bits (see ops/cpu/bands.h): floats, or, faster and coarser, rounded to 8 bits,
// each 32 with a scale. All other products take floats.
enum class Activations { kFloat, kInt8 };
bool takes_rounded(ElementType weights);

// kAvx512 includes the instructions of AVX-512 VNNI.
enum class CpuKernels { kScalar, kAvx2, kAvx512 };

bool has_cpu_kernels(CpuKernels kernels);
// The fastest that this processor has.
CpuKernels best_cpu_kernels();
// "scalar", "avx2" or "avx512"
std::string_view name_of(CpuKernels kernels);

// `threads` of 0: as many as there are processors.
std::unique_ptr<Ops> cpu_ops(int threads = 0, CpuKernels kernels = best_cpu_kernels(),
                             Activations activations = Activations::kFloat);

}  // namespace tripos::moe
