#pragma once
// How a model is run on a device: memory, sequences at once, and what its answers depend on.

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>

#include "backends/moe/engine/engine.h"
#include "backends/moe/local/device.h"
#include "backends/moe/local/model_files.h"
#include "harness/core/result.h"

namespace tripos::moe {

// Sequences at once where nothing else is asked for.
inline constexpr int kSequences = 32;

struct Setup {
  EngineLimits limits;
  std::uint64_t weights = 0;  // bytes, like the next ones
  std::uint64_t cache = 0;    // keys and values
  std::uint64_t scratch = 0;  // of a step
  std::uint64_t available = 0;
};

// As many pages as `sequences` of a usual length need, or as the device has room for. Error (kDevice), with the
// numbers: not even one sequence of the usual length fits.
Result<Setup> plan_setup(const ModelFiles& files, const Device& device, int sequences = kSequences);

// "101.3 MB of weights, 45.0 MB of keys and values, 3.1 MB to work in; 21.4 GB are free"
std::string to_text(const Setup& setup);

std::string bytes_text(std::uint64_t bytes);  // "12.3 MB"

// All that the answers of a model depend on: files, template and its variables, device, engine, sampling where a
// request says nothing, and the tokens that end an answer. Reads all of the weights.
Result<nlohmann::ordered_json> settings_of(const ModelFiles& files, const Device& device);

}  // namespace tripos::moe
