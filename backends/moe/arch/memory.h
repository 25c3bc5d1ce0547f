#pragma once
// What a model needs of a device's memory, told before any of it is taken.

#include <cstdint>
#include <string>
#include <string_view>

#include "harness/core/result.h"

namespace tripos::moe {

// Bytes.
struct MemoryNeed {
  std::uint64_t weights = 0;  // see hf_weight_bytes() and gguf_weight_bytes()
  std::uint64_t cache = 0;    // see cache_bytes()
  std::uint64_t scratch = 0;  // see scratch_bytes()

  std::uint64_t total() const { return weights + cache + scratch; }
};

// "63.2 GB: weights 58.6 GB, keys and values 4.0 GB, working space 600.0 MB"
std::string describe(const MemoryNeed& need);

std::string bytes_text(std::uint64_t bytes);  // "12.3 MB"

// Error (kDevice), with the numbers, when it is more than the `free_bytes` of `device`.
Result<void> check_fits(const MemoryNeed& need, std::uint64_t free_bytes, std::string_view device);

}  // namespace tripos::moe
