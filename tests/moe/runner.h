#pragma once
// Runs a model, one sequence at a time.

#include <functional>
#include <memory>
#include <numeric>
#include <optional>
#include <span>
#include <vector>

#include "backends/moe/arch/forward.h"
#include "backends/moe/arch/hf_weights.h"
#include "backends/moe/ops/cpu/reference.h"
#include "tests/catch.h"

namespace tripos::moe::test {

using Logits = std::vector<float>;

inline double normalised_error(const Logits& ours, const Logits& theirs) {
  REQUIRE(ours.size() == theirs.size());
  double error = 0;
  double size = 0;
  for (std::size_t i = 0; i < ours.size(); ++i) {
    error += (ours[i] - theirs[i]) * static_cast<double>(ours[i] - theirs[i]);
    size += static_cast<double>(theirs[i]) * theirs[i];
  }
  return error / size;
}

template <typename T>
T must(Result<T> result) {
  if (!result) FAIL(result.error().message);
  return std::move(*result);
}

// load_hf_weights() as a Runner's Load.
inline auto hf_loader(Quantisation quantisation = Quantisation::kAsStored) {
  return [quantisation](const TensorTable& tensors, const ArchSpec& spec, Ops& ops) {
    return load_hf_weights(tensors, spec, ops, quantisation);
  };
}

// A model with room for one sequence, whose pages lie in reverse order.
class Runner {
 public:
  using Load = std::function<Result<LoadedWeights>(const TensorTable&, const ArchSpec&, Ops&)>;

  Runner(ArchSpec spec, const TensorTable& tensors, const Load& load, std::unique_ptr<Ops> ops = reference_ops())
      : ops_(std::move(ops)), spec_(std::move(spec)), loaded_(must(load(tensors, spec_, *ops_))) {
    forward_.emplace(must(Forward::make(*ops_, spec_, loaded_.weights, kPositions, kPositions)));
    cache_.emplace(must(KvCache::make(*ops_, spec_, kPages)));
    pages_.resize(kPages);
    std::iota(pages_.rbegin(), pages_.rend(), 0);
  }

  // The logits of all `tokens`, which stand from `first` on.
  std::vector<Logits> run(std::span<const int> tokens, int first) {
    std::vector<int> positions(tokens.size());
    std::iota(positions.begin(), positions.end(), first);
    const std::vector<int> sequences(tokens.size(), 0);
    std::vector<int> wanted(tokens.size());
    std::iota(wanted.begin(), wanted.end(), 0);
    const std::vector<std::span<const int>> tables = {pages_};
    const Logits flat = must(forward_->run(tokens, {positions, sequences, tables}, *cache_, wanted)).values;
    std::vector<Logits> rows;
    const auto width = static_cast<std::ptrdiff_t>(spec_.vocabulary);
    for (auto at = flat.begin(); at != flat.end(); at += width) rows.emplace_back(at, at + width);
    return rows;
  }

 private:
  static constexpr int kPages = 8;
  static constexpr int kPositions = kPages * kPageRows;

  std::unique_ptr<Ops> ops_;
  ArchSpec spec_;
  LoadedWeights loaded_;
  std::optional<Forward> forward_;
  std::optional<KvCache> cache_;
  std::vector<int> pages_;
};

}  // namespace tripos::moe::test
