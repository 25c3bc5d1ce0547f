#pragma once

#include <string>
#include <string_view>

#include "harness/core/result.h"

namespace tripos::backends {

// "provider/name": "openai-compatible/qwen3-8b", "scripted/FILE".
struct ModelSpec {
  std::string provider;
  std::string name;
};

// Error (kUsage) with a spelling hint for an unknown provider, or where a part is missing.
Result<ModelSpec> parse_model_spec(std::string_view text);

}  // namespace tripos::backends
