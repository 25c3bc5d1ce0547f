#pragma once
// What a model can run on.

#include <cstdint>
#include <memory>
#include <string>

#include "backends/moe/ops/cpu/cpu_ops.h"
#include "backends/moe/ops/ops.h"
#include "harness/core/result.h"

namespace tripos::moe {

struct Device {
  std::string name;  // "cpu", "cpu, activations in 8 bits", "NVIDIA H100 sm_90": answers are the same to the last bit
                     // on devices of one name
  std::string details;          // what else a user may want to know: "avx512, 8 threads"
  std::uint64_t available = 0;  // bytes of its memory
  bool is_gpu = false;
  Activations activations = Activations::kFloat;
};

enum class DeviceChoice { kBest, kCpu, kCuda };

// The device that models run on here. kBest: the first GPU, or the processor where there is none that serves; it always
// finds one. Error (kDevice): there is no GPU, or none that serves. Rounded activations are for the processor: kBest
// then means it, and kCuda is an error (kUsage).
Result<Device> find_device(DeviceChoice choice = DeviceChoice::kBest, Activations activations = Activations::kFloat);

// `threads` of the processor, where that is the device; 0: one a core.
Result<std::unique_ptr<Ops>> open_device(const Device& device, int threads);

}  // namespace tripos::moe
