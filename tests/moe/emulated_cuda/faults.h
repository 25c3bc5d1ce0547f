#pragma once
// What the emulated driver has, and how it fails.

#include <cuda_runtime_api.h>

namespace tripos::test {

struct EmulatedDriver {
  int devices = 1;
  int major = 9;                           // compute capability of all of them
  cudaError_t driver_error = cudaSuccess;  // of cudaGetDeviceCount()
  // Calls that succeed before one fails, and with it all that follow; below 0: none fails. Memory is always given back.
  int calls_left = -1;
  cudaError_t error = cudaErrorIllegalAddress;
  std::size_t memory_limit = std::size_t{1} << 40;  // of one allocation
  int allocations = 0;                              // that are not freed, of both kinds and of streams
};

EmulatedDriver& emulated_driver();

}  // namespace tripos::test
