#pragma once
// The forward pass, once for all families and devices.

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "backends/moe/arch/spec.h"
#include "backends/moe/arch/weights.h"
#include "backends/moe/ops/ops.h"
#include "harness/core/result.h"

namespace tripos::moe {

// Bytes that KvCache::make() asks a device for.
std::uint64_t cache_bytes(const ArchSpec& spec, int pages);

// Pages of keys and values of all layers, on the device. A page holds kPageRows positions of every layer.
class KvCache {
 public:
  static Result<KvCache> make(Ops& ops, const ArchSpec& spec, int pages);
  KvPages layer(std::size_t index) const { return layers_[index]; }

 private:
  std::vector<KvPages> layers_;
  std::vector<std::shared_ptr<void>> memory_;
};

// What a step works in, on the device: [rows, width of each].
struct Scratch {
  float* residual = nullptr;
  float* normed = nullptr;
  float* query = nullptr;
  float* key = nullptr;
  float* value = nullptr;
  float* mixed = nullptr;
  float* inner = nullptr;
  float* active = nullptr;
  float* router = nullptr;
  float* gates = nullptr;
  float* experts = nullptr;  // numbers of experts, of the same size as floats
  float* logits = nullptr;
  float* terms = nullptr;  // see Logits
};

// Bytes that Forward::make() asks a device for.
std::uint64_t scratch_bytes(const ArchSpec& spec, int max_rows, int max_wanted);

struct Logits {
  std::vector<float> values;  // [wanted, vocabulary]
  std::vector<float> terms;   // [wanted, 2], of the softmax: see Ops::softmax_terms()
};

class Forward {
 public:
  // `ops`, `spec` and what `weights` points to outlive it. A step has at most `max_rows` tokens, of which the logits of
  // `max_wanted` can be asked for.
  static Result<Forward> make(Ops& ops, const ArchSpec& spec, const ModelWeights& weights, int max_rows,
                              int max_wanted);

  // One step: token i stands where `placement` says; its pages are there. Stores keys and values, and returns the
  // logits of the tokens that `wanted` numbers, on the host. Rows of one sequence come in the order of their positions,
  // and all positions before them are stored or among them. kDevice: the device failed, in this step or in one that
  // wanted no logits. kData: a logit is no finite number.
  Result<Logits> run(std::span<const int> tokens, const Placement& placement, const KvCache& cache,
                     std::span<const int> wanted);

 private:
  Forward(Ops& ops, const ArchSpec& spec, const ModelWeights& weights) : ops_(&ops), spec_(&spec), weights_(weights) {}
  void attend(std::size_t layer, int rows, const Placement& placement, KvPages pages);
  void clip(Rows rows);
  void rotate(const LayerSpec& layer, Rows rows, const float* norm, std::span<const int> positions);
  void feed(std::size_t layer, int rows);
  void feed_dense(const FfnWeights& weights, int width, Rows in, Rows out);

  Ops* ops_;
  const ArchSpec* spec_;
  ModelWeights weights_;
  Scratch scratch_;
  std::vector<std::shared_ptr<void>> memory_;
};

}  // namespace tripos::moe
