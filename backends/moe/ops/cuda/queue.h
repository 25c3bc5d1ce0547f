#pragma once
// C++17, read by both compilers.

struct CUstream_st;  // what a cudaStream_t points to

namespace tripos::moe::cuda {

// Work on a device, done in the order in which it comes, and the first error of it: nothing is launched after one.
struct Queue {
  CUstream_st* stream = nullptr;
  int error = 0;                 // a cudaError_t
  const char* failed = nullptr;  // the kernel or call whose error it is; an error may tell of an earlier one
};

}  // namespace tripos::moe::cuda
