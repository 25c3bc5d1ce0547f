#pragma once
// Every implementation of the operations that this machine's processor has.

#include <string>
#include <vector>

#include "backends/moe/ops/cpu/cpu_ops.h"
#include "backends/moe/ops/cpu/reference.h"
#include "tests/moe/tested_ops.h"

namespace tripos::moe::test {

using tripos::test::OpsCase;

inline std::vector<CpuKernels> cpu_kernels_here() {
  std::vector<CpuKernels> found;
  for (const auto kernels : {CpuKernels::kScalar, CpuKernels::kAvx2, CpuKernels::kAvx512}) {
    if (has_cpu_kernels(kernels)) found.push_back(kernels);
  }
  return found;
}

inline std::vector<OpsCase> all_ops() {
  std::vector<OpsCase> cases = {{"reference", &reference_ops}};
  for (const CpuKernels kernels : cpu_kernels_here()) {
    cases.push_back({std::string(name_of(kernels)), [kernels] { return cpu_ops(3, kernels); }});
  }
  return cases;
}

}  // namespace tripos::moe::test
