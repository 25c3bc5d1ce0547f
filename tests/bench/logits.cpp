// Logits of a GGUF model on the fast CPU operations, for exact_logits.py.
// Usage: logits MODEL.gguf TOKEN... Writes the floats of each token's logits to standard output.

#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>
#include <numeric>

#include "backends/moe/arch/forward.h"
#include "backends/moe/arch/gguf_model.h"
#include "backends/moe/ops/cpu/cpu_ops.h"

namespace tripos::moe {
namespace {

Result<void> write_logits(const char* path, const std::vector<int>& tokens) {
  TRIPOS_TRY(const Gguf model, open_gguf(path));
  TRIPOS_TRY(const ArchSpec spec, spec_of_gguf(model));
  const auto ops = cpu_ops();
  TRIPOS_TRY(const LoadedWeights loaded, load_gguf_weights(model.tensors, spec, *ops));
  const auto count = static_cast<int>(tokens.size());
  TRIPOS_TRY(Forward forward, Forward::make(*ops, spec, loaded.weights, count, count));
  TRIPOS_TRY(const KvCache cache, KvCache::make(*ops, spec, count / kPageRows + 1));
  std::vector<int> numbers(tokens.size());
  std::iota(numbers.begin(), numbers.end(), 0);
  const std::vector<int> sequences(tokens.size(), 0);
  const std::vector<std::span<const int>> tables = {numbers};
  const std::vector<float> logits = forward.run(tokens, {numbers, sequences, tables}, cache, numbers);
  std::fwrite(logits.data(), sizeof(float), logits.size(), stdout);
  return {};
}

}  // namespace
}  // namespace tripos::moe

int main(int argc, char** argv) {
  std::vector<int> tokens;
  for (int i = 2; i < argc; ++i) tokens.push_back(std::atoi(argv[i]));
  if (tokens.empty()) {
    fmt::print(stderr, "usage: logits MODEL.gguf TOKEN...\n");
    return 2;
  }
  if (const auto written = tripos::moe::write_logits(argv[1], tokens); !written) {
    fmt::print(stderr, "error: {}\n", written.error().message);
    return 1;
  }
}
