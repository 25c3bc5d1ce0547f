// Calls are done when they return, which a program that keeps to a stream cannot tell.

#include <cuda_runtime_api.h>

#include <cstring>
#include <new>

#include "tests/moe/emulated_cuda/faults.h"

using tripos::test::emulated_driver;

struct CUstream_st {};

namespace tripos::test {

EmulatedDriver& emulated_driver() {
  static EmulatedDriver driver;
  return driver;
}

namespace {

cudaError_t next_call() {
  EmulatedDriver& driver = emulated_driver();
  if (driver.calls_left == 0) return driver.error;
  if (driver.calls_left > 0) --driver.calls_left;
  return cudaSuccess;
}

cudaError_t take(void** memory, std::size_t bytes) {
  if (const cudaError_t error = next_call(); error != cudaSuccess) return error;
  if (bytes > emulated_driver().memory_limit) return cudaErrorMemoryAllocation;
  *memory = ::operator new(bytes);
  std::memset(*memory, 0xFF, bytes);  // not-a-number, where it is read before it is written
  ++emulated_driver().allocations;
  return cudaSuccess;
}

cudaError_t give_back(void* memory) {
  if (memory != nullptr) --emulated_driver().allocations;
  ::operator delete(memory);
  return cudaSuccess;
}

}  // namespace
}  // namespace tripos::test

using namespace tripos::test;

cudaError_t cudaGetDeviceCount(int* count) {
  *count = emulated_driver().devices;
  return emulated_driver().driver_error;
}

cudaError_t cudaGetDeviceProperties(cudaDeviceProp* properties, int /*device*/) {
  *properties = {"Emulated GPU", std::size_t{1} << 30, emulated_driver().major, 0};
  return next_call();
}

cudaError_t cudaSetDevice(int device) {
  return device < emulated_driver().devices ? next_call() : cudaErrorInvalidDevice;
}

cudaError_t cudaMemGetInfo(std::size_t* free, std::size_t* total) {
  *free = std::size_t{1} << 29;
  *total = std::size_t{1} << 30;
  return cudaSuccess;
}

const char* cudaGetErrorString(cudaError_t error) {
  switch (error) {
    case cudaErrorMemoryAllocation:
      return "out of memory";
    case cudaErrorInsufficientDriver:
      return "CUDA driver version is insufficient for CUDA runtime version";
    case cudaErrorIllegalAddress:
      return "an illegal memory access was encountered";
    default:
      return "an error";
  }
}

cudaError_t cudaGetLastError() { return cudaSuccess; }

cudaError_t cudaMalloc(void** memory, std::size_t bytes) { return take(memory, bytes); }
cudaError_t cudaFree(void* memory) { return give_back(memory); }
cudaError_t cudaMallocHost(void** memory, std::size_t bytes) { return take(memory, bytes); }
cudaError_t cudaFreeHost(void* memory) { return give_back(memory); }

cudaError_t cudaStreamCreateWithFlags(cudaStream_t* stream, unsigned /*flags*/) {
  return take(reinterpret_cast<void**>(stream), 1);
}
cudaError_t cudaStreamDestroy(cudaStream_t stream) { return give_back(stream); }
cudaError_t cudaStreamSynchronize(cudaStream_t /*stream*/) { return next_call(); }

cudaError_t cudaMemcpyAsync(void* to, const void* from, std::size_t bytes, cudaMemcpyKind /*kind*/,
                            cudaStream_t /*stream*/) {
  if (const cudaError_t error = next_call(); error != cudaSuccess) return error;
  std::memcpy(to, from, bytes);
  return cudaSuccess;
}
