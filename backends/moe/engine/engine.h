#pragma once
// Continuous batching: many sequences in one batch, each of which gets what it would get alone.

#include <deque>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "backends/moe/arch/forward.h"
#include "backends/moe/engine/page_pool.h"
#include "backends/moe/engine/sampler.h"

namespace tripos::moe {

struct GenerationRequest {
  std::vector<int> prompt;  // at least one token
  SamplingRule rule;
  std::uint64_t seed = 0;
  std::uint32_t epoch = 0;
  int max_tokens = 0;  // at least 1
  std::vector<int> stop_tokens;
  // Taken one after the other instead of chosen tokens; the generation ends with the last of them, and max_tokens is
  // their number. Scores a given continuation.
  std::vector<int> given;
  // Asked after each token with all that were generated: true ends the generation. May be empty.
  std::function<bool(std::span<const int>)> is_complete;
};

struct Generation {
  enum class Stop { kToken, kText, kLength };
  int id = 0;
  std::vector<int> tokens;  // a stop token is the last of them
  std::vector<double> log_probabilities;
  Stop stop = Stop::kLength;
};

struct EngineLimits {
  int pages = 0;      // of the KV cache
  int rows = 0;       // tokens a step
  int sequences = 0;  // at once
};

struct EngineStats {
  int swaps = 0;               // sequences that had to leave the device
  std::int64_t rows = 0;       // tokens computed
  std::int64_t generated = 0;  // tokens chosen
};

// One thread calls it.
class Engine {
 public:
  // `ops`, `spec` and what `weights` points to outlive it.
  static Result<Engine> make(Ops& ops, const ArchSpec& spec, const ModelWeights& weights, const EngineLimits& limits);

  // The id that its Generation will have. kUsage: a prompt that, with the tokens asked for, is longer than the model's
  // context or than all pages.
  Result<int> add(GenerationRequest request);
  bool is_idle() const { return waiting_.empty() && running_.empty(); }
  // Adds a token to every sequence whose prompt is read, and reads on in the other prompts. Returns what has finished.
  // kDevice: the device failed, and the engine is of no more use. kData: as Forward::run().
  Result<std::vector<Generation>> step();
  const EngineStats& stats() const { return stats_; }  // since the start

 private:
  struct Sequence {
    GenerationRequest request;
    Generation result;
    std::vector<int> tokens;  // prompt and generated
    std::vector<int> pages;
    int stored = 0;              // positions whose keys and values are in the pages
    std::vector<float> swapped;  // the pages' content, while they are not on the device
    int swapped_pages = 0;
  };
  struct Row {
    std::size_t sequence;
    int position;
  };

  Engine(Ops& ops, const ArchSpec& spec, const EngineLimits& limits, Forward forward, KvCache cache)
      : ops_(&ops),
        spec_(&spec),
        limits_(limits),
        forward_(std::move(forward)),
        cache_(std::move(cache)),
        pool_(limits.pages) {}

  void admit();
  bool is_shared_soon(const Sequence& sequence) const;
  bool start(Sequence& sequence);
  Result<std::vector<Row>> plan();
  bool reserve(Sequence& sequence, int positions);
  std::vector<float*> parts_of(const Sequence& sequence) const;
  Result<void> swap_out_last();
  void swap_in(Sequence& sequence);
  Result<Logits> run(const std::vector<Row>& rows, std::span<const int> wanted);
  void advance(const std::vector<Row>& rows);
  bool extend(Sequence& sequence, const TokenLogits& logits);

  Ops* ops_;
  const ArchSpec* spec_;
  EngineLimits limits_;
  Forward forward_;
  KvCache cache_;
  PagePool pool_;
  std::deque<Sequence> waiting_;   // those that were swapped out stand first
  std::vector<Sequence> running_;  // oldest first
  int next_id_ = 0;
  EngineStats stats_;
};

}  // namespace tripos::moe
