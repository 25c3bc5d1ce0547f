#pragma once
// What a model can run on.

#include <cstdint>
#include <memory>
#include <string>

#include "backends/moe/ops/ops.h"
#include "harness/core/result.h"

namespace tripos::moe {

struct Device {
  std::string name;             // "cpu-avx512": answers are promised to be the same on devices of one name
  std::uint64_t available = 0;  // bytes of its memory
};

// The device that models run on here.
Result<Device> find_device();

// On `threads` threads of the processor; 0: one a core.
Result<std::unique_ptr<Ops>> open_device(const Device& device, int threads);

}  // namespace tripos::moe
