#include "backends/moe/ops/cuda/device.h"

#include <cuda_runtime_api.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "backends/moe/ops/cuda/devices.h"

namespace tripos::moe::cuda {
namespace {

constexpr std::size_t kMiB = std::size_t{1} << 20;
constexpr std::size_t kAlignment = 256;  // of staged values, in bytes

tl::unexpected<Error> failure_of(const Queue& queue) {
  const char* const reason = cudaGetErrorString(static_cast<cudaError_t>(queue.error));
  return fail(Error::Kind::kDevice, fmt::format("the GPU failed, as {} found: {}", queue.failed, reason),
              "\"nvidia-smi\" tells the state of the GPU, and the system's log what the driver saw");
}

}  // namespace

Result<std::unique_ptr<Device>> Device::open(int number) {
  TRIPOS_CHECK(check_device(number));
  auto device = std::unique_ptr<Device>(new Device(number));
  if (device->succeeds(cudaSetDevice(number), "cudaSetDevice")) {
    device->succeeds(cudaStreamCreateWithFlags(&device->queue_.stream, cudaStreamNonBlocking), "cudaStreamCreate");
  }
  if (device->queue_.error != cudaSuccess) return failure_of(device->queue_);
  return device;
}

Device::~Device() {
  if (queue_.stream == nullptr) return;
  cudaSetDevice(number_);
  cudaStreamSynchronize(queue_.stream);
  cudaStreamDestroy(queue_.stream);
}

Result<std::shared_ptr<void>> Device::allocate(std::size_t bytes) {
  if (queue().error != cudaSuccess) return failure_of(queue_);
  void* memory = nullptr;
  const cudaError_t error = cudaMalloc(&memory, bytes);
  if (error == cudaSuccess) {
    return std::shared_ptr<void>(memory, [number = number_](void* held) {
      cudaSetDevice(number);
      cudaFree(held);
    });
  }
  if (error != cudaErrorMemoryAllocation) {
    succeeds(error, "cudaMalloc");
    return failure_of(queue_);
  }
  cudaGetLastError();  // or the next launch would tell it
  std::size_t free = 0;
  std::size_t total = 0;
  cudaMemGetInfo(&free, &total);
  return fail(Error::Kind::kDevice,
              fmt::format("GPU {} has no room for {} MiB more: {} of {} MiB are free", number_,
                          (bytes + kMiB - 1) / kMiB, free / kMiB, total / kMiB),
              "lower the size of the KV cache, take a smaller or more quantised model, or end what else uses the GPU");
}

void Device::upload(void* to, std::span<const std::byte> from) {
  if (queue().error != cudaSuccess || from.empty()) return;
  // Unlike staged values, these are copied from where they are, which is the caller's again after this.
  const auto error = cudaMemcpyAsync(to, from.data(), from.size(), cudaMemcpyHostToDevice, queue_.stream);
  if (succeeds(error, "an upload")) synchronize();
}

Result<void> Device::download(std::span<std::byte> to, const void* from) {
  if (queue().error == cudaSuccess && !to.empty()) {
    const auto error = cudaMemcpyAsync(to.data(), from, to.size(), cudaMemcpyDeviceToHost, queue_.stream);
    if (succeeds(error, "a download")) synchronize();
  }
  if (queue_.error != cudaSuccess) return failure_of(queue_);
  return {};
}

void* Device::scratch(std::size_t bytes) {
  if (queue().error != cudaSuccess) return nullptr;
  if (bytes <= scratch_bytes_) return scratch_.get();
  if (!synchronize()) return nullptr;
  scratch_.reset();
  scratch_bytes_ = 0;
  auto memory = allocate(bytes);
  if (!succeeds(memory ? cudaSuccess : cudaErrorMemoryAllocation, "scratch memory")) return nullptr;
  scratch_ = std::move(*memory);
  scratch_bytes_ = bytes;
  return scratch_.get();
}

Queue& Device::queue() {
  succeeds(cudaSetDevice(number_), "cudaSetDevice");
  return queue_;
}

const void* Device::stage(std::span<const std::byte> bytes) {
  if (queue().error != cudaSuccess) return nullptr;
  if (bytes.size() > staging_bytes_ - staged_bytes_) {
    if (!synchronize()) return nullptr;
    staged_bytes_ = 0;
    if (bytes.size() > staging_bytes_ && !make_staging(2 * bytes.size())) return nullptr;
  }
  std::byte* const copy = static_cast<std::byte*>(pinned_.get()) + staged_bytes_;
  std::byte* const to = static_cast<std::byte*>(staging_.get()) + staged_bytes_;
  if (bytes.empty()) return to;
  std::memcpy(copy, bytes.data(), bytes.size());
  staged_bytes_ = std::min(staging_bytes_, (staged_bytes_ + bytes.size() + kAlignment - 1) / kAlignment * kAlignment);
  const auto error = cudaMemcpyAsync(to, copy, bytes.size(), cudaMemcpyHostToDevice, queue_.stream);
  return succeeds(error, "a call's arguments") ? to : nullptr;
}

bool Device::make_staging(std::size_t bytes) {
  bytes = std::max(bytes, kMiB);
  staging_bytes_ = 0;
  void* pinned = nullptr;
  auto memory = allocate(bytes);
  if (!succeeds(memory ? cudaSuccess : cudaErrorMemoryAllocation, "staging memory")) return false;
  if (!succeeds(cudaMallocHost(&pinned, bytes), "cudaMallocHost")) return false;
  pinned_ = std::shared_ptr<void>(pinned, [](void* held) { cudaFreeHost(held); });
  staging_ = std::move(*memory);
  staging_bytes_ = bytes;
  return true;
}

bool Device::synchronize() { return succeeds(cudaStreamSynchronize(queue_.stream), "the stream"); }

// Notes the first error.
bool Device::succeeds(int error, const char* call) {
  if (error != cudaSuccess && queue_.error == cudaSuccess) {
    queue_.error = error;
    queue_.failed = call;
  }
  return error == cudaSuccess;
}

}  // namespace tripos::moe::cuda
