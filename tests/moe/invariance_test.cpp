// 200 prompts to the embedded model, as stored and with 4-bit weights: alone, in shuffled batches of 64, on other
// numbers of threads, sharing prefixes, swapped out again and again. Nothing of it may change a bit.

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <numeric>
#include <random>

#include "backends/moe/engine/engine.h"
#include "backends/moe/local/model_files.h"
#include "backends/moe/ops/cpu/cpu_ops.h"
#include "harness/core/file.h"
#include "harness/core/text.h"
#include "tests/catch.h"

namespace tripos::moe {
namespace {

constexpr int kPrompts = 200;

struct Outcome {
  std::vector<TokenId> tokens;
  std::vector<double> log_probabilities;
  bool operator==(const Outcome&) const = default;
};
using Outcomes = std::map<int, Outcome>;  // by the number of the prompt

// Problems of the test set; each fourth one is a second epoch of the one before. Half are sampled.
std::vector<GenerationRequest> questions(const ModelFiles& files) {
  const std::string text = read_file(TRIPOS_SOURCE_DIR "/datasets/data/tiny_stem.jsonl").value();
  const auto lines = split_lines(text);
  std::vector<GenerationRequest> all;
  for (int i = 0; i < kPrompts; ++i) {
    const std::size_t row = static_cast<std::size_t>(i % 4 == 3 ? i - 1 : i) * 2;
    const std::vector<Message> messages = {{"user", nlohmann::json::parse(lines.at(row)).at("problem")}};
    all.push_back({.prompt = files.chat()->render(messages).value().tokens,
                   .rule = {.temperature = i / 2 % 2 == 0 ? 0 : 0.9},
                   .seed = static_cast<std::uint64_t>(i) / 4,
                   .epoch = i % 4 == 3 ? 1U : 0U,
                   .max_tokens = 2 + i % 11,
                   .stop_tokens = files.text().stop_tokens});
  }
  return all;
}

// The model on so many threads.
struct Loaded {
  Loaded(const ModelFiles& files, int threads)
      : spec(files.spec()),
        ops(cpu_ops(threads, best_cpu_kernels(), files.activations())),
        weights(files.load(*ops).value()) {}
  Engine engine(const EngineLimits& limits) const { return Engine::make(*ops, spec, weights.weights, limits).value(); }

  const ArchSpec& spec;
  std::unique_ptr<Ops> ops;
  LoadedWeights weights;
};

// The tokens that are computed where nothing is shared.
std::int64_t rows_of(const std::vector<GenerationRequest>& all, const Outcomes& outcomes) {
  std::size_t rows = 0;
  for (const auto& [number, outcome] : outcomes) {
    rows += all[static_cast<std::size_t>(number)].prompt.size() + outcome.tokens.size() - 1;
  }
  return static_cast<std::int64_t>(rows);
}

// All questions in the order of `order`, at most `most` of them at once.
Outcomes answer(Engine engine, const std::vector<GenerationRequest>& all, const std::vector<int>& order,
                std::size_t most, EngineStats* stats = nullptr) {
  std::map<int, int> open;  // the numbers of those that are asked, by the engine's ids
  Outcomes outcomes;
  for (std::size_t next = 0; outcomes.size() < order.size();) {
    for (; next < order.size() && open.size() < most; ++next) {
      open[engine.add(all[static_cast<std::size_t>(order[next])]).value()] = order[next];
    }
    const auto finished = engine.step().value();
    for (const Generation& done : finished) {
      outcomes[open.extract(done.id).mapped()] = {done.tokens, done.log_probabilities};
    }
  }
  if (stats != nullptr) *stats = engine.stats();
  return outcomes;
}

TEST_CASE("200 answers are the same to the last bit, whatever is computed beside them", "[moe][invariance]") {
  const char* const quantisation = GENERATE("", ":int4", ":int4:a8");
  CAPTURE(quantisation);
  const ModelFiles files =
      ModelFiles::open(std::string(TRIPOS_SOURCE_DIR) + "/examples/tiny_moe" + quantisation).value();
  const std::vector<GenerationRequest> all = questions(files);
  std::vector<int> order(kPrompts);
  std::iota(order.begin(), order.end(), 0);
  const Loaded one(files, 1), two(files, 2), three(files, 3);

  const EngineLimits small{.pages = 16, .rows = 256, .sequences = 1};
  Outcomes apart;  // each in an engine of its own, where there is no prefix to share
  for (const int number : order) apart.merge(answer(one.engine(small), all, {number}, 1));
  EngineStats stats;
  CHECK(answer(one.engine(small), all, order, 1, &stats) == apart);
  CHECK(stats.rows < rows_of(all, apart));
  std::mt19937 random(7);
  std::shuffle(order.begin(), order.end(), random);
  CHECK(answer(one.engine({.pages = 1024, .rows = 512, .sequences = 64}), all, order, 64) == apart);
  std::shuffle(order.begin(), order.end(), random);
  CHECK(answer(three.engine({.pages = 1024, .rows = 100, .sequences = 64}), all, order, 64) == apart);
  CHECK(answer(two.engine({.pages = 40, .rows = 64, .sequences = 24}), all, order, 24, &stats) == apart);
  CHECK(stats.swaps > 0);
}

}  // namespace
}  // namespace tripos::moe
