#include "backends/moe/local/device.h"

#include <fmt/format.h>

#include "backends/moe/local/host_memory.h"
#include "backends/moe/ops/cpu/cpu_ops.h"
#include "backends/moe/ops/cuda/cuda_ops.h"

namespace tripos::moe {

Device find_device() {
  if (const auto gpus = cuda_devices(); gpus && !gpus->empty() && gpus->front().is_served) {
    const GpuDevice& gpu = gpus->front();
    return {fmt::format("{} sm_{}{}", gpu.name, gpu.major, gpu.minor), "CUDA", gpu.free_bytes, true};
  }
  return {"cpu", std::string(name_of(best_cpu_kernels())), available_memory(), false};
}

Result<std::unique_ptr<Ops>> open_device(const Device& device, int threads) {
  if (device.is_gpu) return cuda_ops(0);
  return cpu_ops(threads);
}

}  // namespace tripos::moe
