#pragma once
// How a model is run on a device: memory, sequences at once, and what its answers depend on.

#include <nlohmann/json.hpp>
#include <string>

#include "backends/moe/arch/memory.h"
#include "backends/moe/engine/engine.h"
#include "backends/moe/local/device.h"
#include "backends/moe/local/model_files.h"
#include "harness/core/result.h"

namespace tripos::moe {

// Sequences at once where nothing else is asked for.
inline constexpr int kSequences = 32;

struct Setup {
  EngineLimits limits;
  MemoryNeed need;
};

// As many pages as `sequences` of a usual length need, or as the device has room for. Error (kDevice), with the
// numbers: not even one sequence of the usual length fits.
Result<Setup> plan_setup(const ModelFiles& files, const Device& device, int sequences = kSequences);

// "tiny_moe on cpu (avx512): needs 9.1 MB: weights ...; 21.4 GB are free"
std::string to_text(const ModelFiles& files, const Device& device, const Setup& setup);

// All that the answers of a model depend on: files, template and its variables, device, engine, sampling where a
// request says nothing, and the tokens that end an answer. Reads all of the weights.
Result<nlohmann::ordered_json> settings_of(const ModelFiles& files, const Device& device);

}  // namespace tripos::moe
