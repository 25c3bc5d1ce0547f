#pragma once
// The operations on NVIDIA GPUs, and what GPUs there are. In builds without CUDA both functions are errors (kDevice).

#include <memory>
#include <string>
#include <vector>

#include "backends/moe/ops/ops.h"

namespace tripos::moe {

struct GpuDevice {
  std::string name;
  int major = 0;  // compute capability
  int minor = 0;
  bool is_served = false;  // kernels are built for it
  std::size_t free_bytes = 0;
  std::size_t total_bytes = 0;
};

// In the order of their numbers; empty where the driver finds none. kDevice where there is no driver, or one that is
// too old.
Result<std::vector<GpuDevice>> cuda_devices();

// The operations on the device of this number.
Result<std::unique_ptr<Ops>> cuda_ops(int device);

}  // namespace tripos::moe
