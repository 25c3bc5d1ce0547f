// A model of a Hugging Face directory from outside is refused, or it computes a token. A line of config.json, then a
// safetensors file.
#include <cstdint>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <span>
#include <string_view>
#include <vector>

#include "backends/moe/arch/forward.h"
#include "backends/moe/arch/hf_config.h"
#include "backends/moe/arch/hf_weights.h"
#include "backends/moe/io/safetensors.h"
#include "backends/moe/ops/cpu/reference.h"
#include "harness/core/json.h"

namespace {

using namespace tripos::moe;

void run(const TensorTable& tensors, const ArchSpec& spec, Quantisation quantisation) {
  const auto bytes = hf_weight_bytes(tensors, spec, quantisation);
  const auto ops = reference_ops();
  const auto loaded = load_hf_weights(tensors, spec, *ops, quantisation);
  if (loaded && !bytes) std::abort();
  if (!loaded) return;
  auto forward = Forward::make(*ops, spec, loaded->weights, 1, 1);
  const auto cache = KvCache::make(*ops, spec, 1);
  if (!forward || !cache) std::abort();
  const int zero = 0;
  const std::span<const int> zeros(&zero, 1);
  const std::vector<std::span<const int>> pages = {zeros};
  const auto logits = forward->run(zeros, {zeros, zeros, pages}, *cache, zeros);
  const auto vocabulary = static_cast<std::size_t>(spec.vocabulary);
  if (logits ? logits->values.size() != vocabulary : logits.error().kind != tripos::Error::Kind::kData) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::size_t line = text.find('\n');
  if (line == std::string_view::npos || line > 8192) return 0;
  const auto config = tripos::parse_json(text.substr(0, line), "config.json");
  if (!config) return 0;
  const auto spec = spec_of_config(*config);
  if (!spec) return 0;
  const auto tensors = parse_safetensors(std::as_bytes(std::span(data, size)).subspan(line + 1), "fuzz.safetensors");
  if (!tensors) return 0;
  run(*tensors, *spec, Quantisation::kAsStored);
  run(*tensors, *spec, Quantisation::kInt4Group32);
  return 0;
}
