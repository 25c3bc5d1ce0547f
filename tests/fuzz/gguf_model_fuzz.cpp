// A GGUF file from outside is refused, or it is a model that computes a token.
#include <cstdint>
#include <cstdlib>
#include <span>
#include <vector>

#include "backends/moe/arch/forward.h"
#include "backends/moe/arch/gguf_model.h"
#include "backends/moe/ops/cpu/cpu_ops.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tripos::moe;
  const auto model = parse_gguf(std::as_bytes(std::span(data, size)), "fuzz.gguf");
  if (!model) return 0;
  const auto spec = spec_of_gguf(*model);
  if (!spec) return 0;
  if (spec->layers.empty() || spec->heads % spec->kv_heads != 0) std::abort();
  if (spec->rope.frequencies.size() * 2 != static_cast<std::size_t>(spec->head_width)) std::abort();
  const auto ops = cpu_ops(1);
  const auto loaded = load_gguf_weights(model->tensors, *spec, *ops);
  if (!loaded) return 0;
  auto forward = Forward::make(*ops, *spec, loaded->weights, 1, 1);
  const auto cache = KvCache::make(*ops, *spec, 1);
  if (!forward || !cache) std::abort();
  const int zero = 0;
  const std::span<const int> zeros(&zero, 1);
  const std::vector<std::span<const int>> pages = {zeros};
  const auto logits = forward->run(zeros, {zeros, zeros, pages}, *cache, zeros);
  const auto vocabulary = static_cast<std::size_t>(spec->vocabulary);
  if (logits ? logits->values.size() != vocabulary : logits.error().kind != tripos::Error::Kind::kData) std::abort();
  return 0;
}
