#pragma once
// What a model needs of a device's memory, told before any of it is taken.

#include <cstddef>
#include <string>
#include <string_view>

#include "backends/moe/arch/spec.h"
#include "harness/core/result.h"

namespace tripos::moe {

struct MemoryNeed {
  std::size_t weights = 0;  // see hf_weight_bytes() and gguf_weight_bytes()
  std::size_t cache = 0;
  std::size_t scratch = 0;

  std::size_t total() const { return weights + cache + scratch; }
};

// Bytes that KvCache::make() and Forward::make() ask a device for.
Result<std::size_t> cache_bytes(const ArchSpec& spec, int pages);
Result<std::size_t> scratch_bytes(const ArchSpec& spec, int max_rows, int max_wanted);

// "63.2 GB: weights 58.6 GB, keys and values 4.0 GB, working space 0.6 GB"
std::string describe(const MemoryNeed& need);

// Error (kDevice), with the numbers, when it is more than the `free_bytes` of `device`.
Result<void> check_fits(const MemoryNeed& need, std::size_t free_bytes, std::string_view device);

}  // namespace tripos::moe
