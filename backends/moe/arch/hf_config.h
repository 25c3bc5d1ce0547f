#pragma once
// config.json of a Hugging Face directory.

#include <nlohmann/json_fwd.hpp>

#include "backends/moe/arch/spec.h"
#include "harness/core/result.h"

namespace tripos::moe {

// Families: llama, qwen3, qwen3_moe, mixtral, olmoe, granitemoe, gpt_oss, llama4 and llama4_text. Errors (kData) name
// the key; kConfig: a family or a feature that the engine does not have. Values are bounded: what comes back can be
// trusted.
Result<ArchSpec> spec_of_config(const nlohmann::json& config);

}  // namespace tripos::moe
