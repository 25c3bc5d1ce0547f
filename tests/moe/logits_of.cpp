// logits_of MODEL: for each line of standard input, as `tripos generate --json` prints it, the logits of the last token
// of its prompt, as 32-bit floats.

#include <cstdio>
#include <iostream>
#include <nlohmann/json.hpp>
#include <numeric>

#include "backends/moe/arch/forward.h"
#include "backends/moe/local/device.h"
#include "backends/moe/local/model_files.h"

namespace tripos::moe {
namespace {

constexpr int kMostTokens = 4096;

Result<void> print_logits(const char* path) {
  TRIPOS_TRY(const ModelFiles files, ModelFiles::open(path));
  TRIPOS_TRY(const Device device, find_device(DeviceChoice::kCpu, files.activations()));
  TRIPOS_TRY(const std::unique_ptr<Ops> ops, open_device(device, 0));
  TRIPOS_TRY(const LoadedWeights loaded, files.load(*ops));
  TRIPOS_TRY(Forward forward, Forward::make(*ops, files.spec(), loaded.weights, kMostTokens, 1));
  TRIPOS_TRY(const KvCache cache, KvCache::make(*ops, files.spec(), kMostTokens / kPageRows));
  std::vector<int> pages(kMostTokens / kPageRows);
  std::iota(pages.begin(), pages.end(), 0);
  const std::vector<std::span<const int>> tables = {pages};
  for (std::string line; std::getline(std::cin, line);) {
    const auto tokens = nlohmann::json::parse(line).at("prompt_tokens").get<std::vector<int>>();
    std::vector<int> positions(tokens.size());
    std::iota(positions.begin(), positions.end(), 0);
    const std::vector<int> sequences(tokens.size(), 0);
    const std::vector<int> wanted = {static_cast<int>(tokens.size()) - 1};
    TRIPOS_TRY(const Logits logits, forward.run(tokens, {positions, sequences, tables}, cache, wanted));
    std::fwrite(logits.values.data(), sizeof(float), logits.values.size(), stdout);
  }
  return {};
}

}  // namespace
}  // namespace tripos::moe

int main(int, char** arguments) {
  const auto printed = tripos::moe::print_logits(arguments[1]);
  if (!printed) std::cerr << printed.error().message << "\n";
  return printed ? 0 : 1;
}
