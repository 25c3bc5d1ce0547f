#pragma once
// Memory of a GPU, and work on it in one stream. One thread calls an object at a time; it need not be always the same.

#include <cstddef>
#include <memory>
#include <span>

#include "backends/moe/ops/cuda/queue.h"
#include "harness/core/result.h"

namespace tripos::moe::cuda {

class Device {
 public:
  // kDevice where the driver has no GPU of this number, or one that is too old.
  static Result<std::unique_ptr<Device>> open(int number);
  Device(const Device&) = delete;
  Device& operator=(const Device&) = delete;
  ~Device();

  // Freed with the object that is returned, which may outlive this one.
  Result<std::shared_ptr<void>> allocate(std::size_t bytes);
  void upload(void* to, std::span<const std::byte> from);
  // kDevice with the first error of all kernels and calls, where there was one.
  Result<void> download(std::span<std::byte> to, const void* from);

  // A copy of values of the host, for kernels that are launched before the next call of this. Null after an error, when
  // no kernel is launched.
  template <typename T>
  const T* staged(std::span<const T> values) {
    return static_cast<const T*>(stage(std::as_bytes(values)));
  }
  // Memory for what kernels tell the next ones, until the next call of this. Null after an error.
  void* scratch(std::size_t bytes);

  // For launches by this thread.
  Queue& queue();

 private:
  explicit Device(int number) : number_(number) {}
  const void* stage(std::span<const std::byte> bytes);
  bool make_staging(std::size_t bytes);
  bool synchronize();
  bool succeeds(int error, const char* call);

  int number_;
  Queue queue_;
  // Values are copied through host memory that the GPU can read while the host goes on. Both buffers are filled from
  // the beginning, to the same places, and then again when the stream has done what is in it.
  std::shared_ptr<void> pinned_;
  std::shared_ptr<void> staging_;
  std::size_t staging_bytes_ = 0;
  std::size_t staged_bytes_ = 0;
  std::shared_ptr<void> scratch_;
  std::size_t scratch_bytes_ = 0;
};

}  // namespace tripos::moe::cuda
