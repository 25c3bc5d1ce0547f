#include "backends/moe/local/device.h"

#include <fmt/format.h>

#include "backends/moe/local/host_memory.h"
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

Result<Device> find_device(DeviceChoice choice, Activations activations) {
  const bool is_rounded = activations == Activations::kInt8;
  if (is_rounded && choice == DeviceChoice::kCuda) {
    return fail(Error::Kind::kUsage, "activations in 8 bits are for the processor, not for the GPU",
                "leave :a8 or --device cuda out");
  }
  if (!is_rounded && choice != DeviceChoice::kCpu) {
    auto gpu = find_gpu();
    if (gpu || choice == DeviceChoice::kCuda) return gpu;
  }
  return Device{is_rounded ? "cpu, activations in 8 bits" : "cpu", std::string(name_of(best_cpu_kernels())),
                available_memory(), false, activations};
}

Result<std::unique_ptr<Ops>> open_device(const Device& device, int threads) {
  if (device.is_gpu) return cuda_ops(0);
  return cpu_ops(threads, best_cpu_kernels(), device.activations);
}

}  // namespace tripos::moe
