#include "backends/moe/local/device.h"

#include <fmt/format.h>

#include "backends/moe/local/host_memory.h"
#include "backends/moe/ops/cpu/cpu_ops.h"
#include "backends/moe/ops/cuda/cuda_ops.h"

namespace tripos::moe {

namespace {

Result<Device> find_gpu() {
  TRIPOS_TRY(const std::vector<GpuDevice> gpus, cuda_devices());
  if (gpus.empty() || !gpus.front().is_served) {
    return fail(Error::Kind::kDevice, gpus.empty() ? "there is no GPU" : gpus.front().name + " is too old",
                "--device cpu runs models on the processor");
  }
  const GpuDevice& gpu = gpus.front();
  return Device{fmt::format("{} sm_{}{}", gpu.name, gpu.major, gpu.minor), "CUDA", gpu.free_bytes, true};
}

}  // namespace

Result<Device> find_device(DeviceChoice choice) {
  if (choice != DeviceChoice::kCpu) {
    auto gpu = find_gpu();
    if (gpu || choice == DeviceChoice::kCuda) return gpu;
  }
  return Device{"cpu", std::string(name_of(best_cpu_kernels())), available_memory(), false};
}

Result<std::unique_ptr<Ops>> open_device(const Device& device, int threads) {
  if (device.is_gpu) return cuda_ops(0);
  return cpu_ops(threads);
}

}  // namespace tripos::moe
