#pragma once
// How kernels are written here: as a body, a struct of its arguments, that is called for every number below a count, by
// a thread each or by a warp each. A C++ compiler takes the same files (tests on machines without a GPU): there a warp
// is a loop over its lanes, so that index arithmetic is tested, under AddressSanitizer, too. C++17.
//
// Outside of each_lane() the control flow of a warp's body is the same for all lanes. Lanes learn of each other only
// through combined() and from_lane(), and read no memory that another lane of the launch writes.

#include <cmath>
#include <cstdint>

#include "backends/moe/ops/cuda/queue.h"

#ifdef __CUDACC__
#define TRIPOS_DEVICE __device__
#define TRIPOS_UNROLL _Pragma("unroll")
#else
#define TRIPOS_DEVICE
#define TRIPOS_UNROLL
#endif

namespace tripos::moe::cuda {

inline constexpr int kWarp = 32;

#ifdef __CUDACC__

// A value of each lane, of which a lane sees its own.
template <typename T>
struct Lanes {
  T own{};
  __device__ T& operator[](int /*lane*/) { return own; }
};

template <typename Body>
__device__ void each_lane(Body body) {
  body(static_cast<int>(threadIdx.x % kWarp));
}

template <typename T>
__device__ T from_lane(const Lanes<T>& values, int lane) {
  return __shfl_sync(0xFFFFFFFFU, values.own, lane);
}

// Each lane's value goes to the lane whose number differs in the bit of `distance`.
template <typename T>
__device__ Lanes<T> exchanged(const Lanes<T>& values, int distance) {
  return {__shfl_xor_sync(0xFFFFFFFFU, values.own, distance)};
}

inline constexpr int kBlock = 256;       // threads
inline constexpr int kBlocksAtOnce = 4;  // on a multiprocessor: leaves a thread 64 registers

template <typename Body>
__global__ void __launch_bounds__(kBlock, kBlocksAtOnce) run_threads(std::int64_t count, Body body) {
  const std::int64_t thread = static_cast<std::int64_t>(blockIdx.x) * kBlock + threadIdx.x;
  if (thread < count) body(thread);
}

template <typename Body>
__global__ void __launch_bounds__(kBlock, kBlocksAtOnce) run_warps(std::int64_t count, Body body) {
  const std::int64_t warp = static_cast<std::int64_t>(blockIdx.x) * (kBlock / kWarp) + threadIdx.x / kWarp;
  if (warp < count) body(warp);
}

template <typename Body>
void launch(Queue& queue, const char* name, void (*kernel)(std::int64_t, Body), std::int64_t count, int in_block,
            const Body& body) {
  if (queue.error != cudaSuccess || count == 0) return;
  const std::int64_t blocks = (count + in_block - 1) / in_block;
  if (blocks <= INT32_MAX) {
    kernel<<<static_cast<unsigned>(blocks), kBlock, 0, queue.stream>>>(count, body);
    queue.error = cudaGetLastError();
  } else {
    queue.error = cudaErrorInvalidConfiguration;
  }
  if (queue.error != cudaSuccess) queue.failed = name;
}

// `name` is the kernel's in messages.
template <typename Body>
void launch_threads(Queue& queue, const char* name, std::int64_t count, const Body& body) {
  launch(queue, name, &run_threads<Body>, count, kBlock, body);
}

template <typename Body>
void launch_warps(Queue& queue, const char* name, std::int64_t count, const Body& body) {
  launch(queue, name, &run_warps<Body>, count, kBlock / kWarp, body);
}

#else

template <typename T>
struct Lanes {
  T values[kWarp] = {};
  T& operator[](int lane) { return values[lane]; }
};

template <typename Body>
void each_lane(Body body) {
  for (int lane = 0; lane < kWarp; ++lane) body(lane);
}

template <typename T>
T from_lane(const Lanes<T>& values, int lane) {
  return values.values[lane];
}

template <typename T>
Lanes<T> exchanged(const Lanes<T>& values, int distance) {
  Lanes<T> result;
  for (int lane = 0; lane < kWarp; ++lane) result[lane] = values.values[lane ^ distance];
  return result;
}

// Forwards and backwards in turn, since threads come in any order.
template <typename Body>
void launch_threads(Queue& queue, const char* /*name*/, std::int64_t count, const Body& body) {
  static bool is_backwards = true;
  is_backwards = !is_backwards;
  if (queue.error != 0) return;
  for (std::int64_t i = 0; i < count; ++i) body(is_backwards ? count - 1 - i : i);
}

template <typename Body>
void launch_warps(Queue& queue, const char* name, std::int64_t count, const Body& body) {
  launch_threads(queue, name, count, body);
}

#endif

// All lanes' values in one, in an order of its own that is always the same.
template <typename T, typename Combine>
TRIPOS_DEVICE T combined(Lanes<T> values, Combine combine) {
  for (int distance = kWarp / 2; distance > 0; distance /= 2) {
    Lanes<T> others = exchanged(values, distance);
    each_lane([&](int lane) { values[lane] = combine(values[lane], others[lane]); });
  }
  return from_lane(values, 0);
}

TRIPOS_DEVICE inline float sum_of(const Lanes<float>& values) {
  return combined(values, [](float a, float b) { return a + b; });
}

}  // namespace tripos::moe::cuda
