#pragma once
// Every implementation of the operations that this machine has.

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "backends/moe/ops/cpu/cpu_ops.h"
#include "backends/moe/ops/cpu/reference.h"

namespace tripos::test {

struct OpsCase {
  std::string name;
  std::function<std::unique_ptr<moe::Ops>()> make;
};

inline std::vector<moe::CpuKernels> cpu_kernels_here() {
  std::vector<moe::CpuKernels> found;
  for (const auto kernels : {moe::CpuKernels::kScalar, moe::CpuKernels::kAvx2, moe::CpuKernels::kAvx512}) {
    if (moe::has_cpu_kernels(kernels)) found.push_back(kernels);
  }
  return found;
}

inline std::vector<OpsCase> all_ops() {
  std::vector<OpsCase> cases = {{"reference", &moe::reference_ops}};
  for (const moe::CpuKernels kernels : cpu_kernels_here()) {
    cases.push_back({std::string(name_of(kernels)), [kernels] { return moe::cpu_ops(3, kernels); }});
  }
  return cases;
}

}  // namespace tripos::test
