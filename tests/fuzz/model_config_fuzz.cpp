// config.json of a model: read or refused, and what is read keeps its bounds.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string_view>

#include "backends/moe/arch/hf_config.h"
#include "harness/core/json.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > 16'384) return 0;
  const auto config = tripos::parse_json({reinterpret_cast<const char*>(data), size}, "config.json");
  if (!config) return 0;
  const auto spec = tripos::moe::spec_of_config(*config);
  if (!spec) return 0;
  if (spec->layers.empty() || spec->heads % spec->kv_heads != 0) std::abort();
  if (spec->rope.frequencies.size() * 2 != static_cast<std::size_t>(spec->head_width)) std::abort();
  for (const auto& layer : spec->layers) {
    if (layer.moe ? layer.moe->selected > layer.moe->experts : layer.dense_width <= 0) std::abort();
  }
  return 0;
}
