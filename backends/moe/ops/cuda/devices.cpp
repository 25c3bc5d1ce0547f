#include "backends/moe/ops/cuda/devices.h"

#include <cuda_runtime_api.h>
#include <fmt/format.h>

#include "backends/moe/ops/cuda/cuda_ops.h"

namespace tripos::moe {
namespace {

constexpr int kLowestMajor = 8;  // compute capability of the oldest GPUs that kernels are built for

Result<int> device_count() {
  int count = 0;
  const cudaError_t error = cudaGetDeviceCount(&count);
  if (error == cudaErrorNoDevice) return 0;
  if (error == cudaSuccess) return count;
  return fail(
      Error::Kind::kDevice, fmt::format("the NVIDIA driver does not serve: {}", cudaGetErrorString(error)),
      fmt::format("this build needs a driver for CUDA {}; \"nvidia-smi\" tells which there is", CUDART_VERSION / 1000));
}

Result<cudaDeviceProp> properties_of(int number) {
  cudaDeviceProp properties{};
  const cudaError_t error = cudaGetDeviceProperties(&properties, number);
  if (error == cudaSuccess) return properties;
  return fail(Error::Kind::kDevice, fmt::format("GPU {} does not answer: {}", number, cudaGetErrorString(error)));
}

bool is_served(const cudaDeviceProp& properties) { return properties.major >= kLowestMajor; }

}  // namespace

Result<void> cuda::check_device(int number) {
  TRIPOS_TRY(const int count, device_count());
  if (number < 0 || number >= count) {
    return fail(Error::Kind::kDevice, fmt::format("there is no GPU {}: the driver has {}", number, count),
                "GPUs are numbered from 0; CUDA_VISIBLE_DEVICES hides those that it does not name");
  }
  TRIPOS_TRY(const cudaDeviceProp properties, properties_of(number));
  if (is_served(properties)) return {};
  return fail(Error::Kind::kDevice,
              fmt::format("GPU {} ({}) has compute capability {}.{}: {}.0 is the lowest that serves", number,
                          properties.name, properties.major, properties.minor, kLowestMajor));
}

Result<std::vector<GpuDevice>> cuda_devices() {
  TRIPOS_TRY(const int count, device_count());
  std::vector<GpuDevice> devices;
  for (int number = 0; number < count; ++number) {
    TRIPOS_TRY(const cudaDeviceProp properties, properties_of(number));
    GpuDevice device{.name = properties.name,
                     .major = properties.major,
                     .minor = properties.minor,
                     .is_served = is_served(properties),
                     .total_bytes = properties.totalGlobalMem};
    // Where another process has taken all of a GPU, no byte of it is free.
    if (cudaSetDevice(number) == cudaSuccess) cudaMemGetInfo(&device.free_bytes, &device.total_bytes);
    devices.push_back(std::move(device));
  }
  return devices;
}

}  // namespace tripos::moe
