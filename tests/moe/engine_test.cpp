// What shares a batch with a sequence, and how often it had to make room, must not change a bit of it.

#include "backends/moe/engine/engine.h"

#include <limits>
#include <map>
#include <random>

#include "backends/moe/arch/hf_config.h"
#include "backends/moe/arch/hf_weights.h"
#include "tests/moe/tested_ops.h"
#include "tests/moe/tiny_models.h"

namespace tripos::moe {
namespace {

struct Loaded {
  std::unique_ptr<Ops> ops;
  ArchSpec spec;
  LoadedWeights weights;

  Engine engine(const EngineLimits& limits) const { return Engine::make(*ops, spec, weights.weights, limits).value(); }
};

Loaded load(const std::string& label, std::unique_ptr<Ops> ops = test::tested_ops().front().make()) {
  Loaded loaded{std::move(ops), {}, {}};
  for (nlohmann::json& golden : test::tiny_goldens()) {
    if (golden.at("label") != label) continue;
    const test::TinyModel model = test::tiny_model(std::move(golden));
    loaded.spec = spec_of_config(model.golden.at("config")).value();
    loaded.weights = load_hf_weights(model.tensors, loaded.spec, *loaded.ops).value();
  }
  REQUIRE_FALSE(loaded.spec.layers.empty());
  return loaded;
}

// Prompts of up to 40 tokens, every third one beginning as the one before; half of them greedy.
std::vector<GenerationRequest> requests(int count, int vocabulary) {
  std::mt19937 random(11);
  std::vector<GenerationRequest> all;
  for (int i = 0; i < count; ++i) {
    GenerationRequest request;
    if (i % 3 == 2) request.prompt = all.back().prompt;
    for (unsigned k = 1 + random() % 40; k > 0; --k)
      request.prompt.push_back(static_cast<int>(random() % static_cast<unsigned>(vocabulary)));
    request.rule = i % 2 == 0 ? SamplingRule{.temperature = 0} : SamplingRule{.temperature = 0.8, .top_p = 0.95};
    request.seed = static_cast<std::uint64_t>(i);
    request.max_tokens = 4 + static_cast<int>(random() % 9);
    request.stop_tokens = {3};
    all.push_back(std::move(request));
  }
  return all;
}

struct Outcome {
  std::vector<int> tokens;
  std::vector<double> log_probabilities;
  bool operator==(const Outcome&) const = default;
};

std::map<int, Outcome> finish(Engine& engine) {
  std::map<int, Outcome> outcomes;
  while (!engine.is_idle()) {
    for (std::vector<Generation> finished = engine.step().value(); Generation & done : finished)
      outcomes[done.id] = {std::move(done.tokens), std::move(done.log_probabilities)};
  }
  return outcomes;
}

// By the number of the request.
std::map<int, Outcome> together(Engine engine, const std::vector<GenerationRequest>& all, std::vector<int> order,
                                int* swaps) {
  std::map<int, int> numbers;
  for (const int number : order) numbers[engine.add(all[static_cast<std::size_t>(number)]).value()] = number;
  std::map<int, Outcome> outcomes;
  for (auto& [id, outcome] : finish(engine)) outcomes[numbers.at(id)] = std::move(outcome);
  *swaps += engine.stats().swaps;
  return outcomes;
}

TEST_CASE("a sequence is the same to the last bit, whatever shares the batch", "[moe][engine]") {
  for (const char* label : {"llama4", "gpt_oss", "qwen3_moe"}) {
    CAPTURE(label);
    const Loaded model = load(label, test::tested_ops().back().make());
    const std::vector<GenerationRequest> all = requests(12, model.spec.vocabulary);
    std::map<int, Outcome> alone;
    std::vector<int> order;
    for (int i = 0; i < static_cast<int>(all.size()); ++i) {
      Engine engine = model.engine({.pages = 8, .rows = 128, .sequences = 1});
      REQUIRE(engine.add(all[static_cast<std::size_t>(i)]));
      alone[i] = finish(engine).at(0);
      order.push_back(i);
    }
    int swaps = 0;
    const EngineLimits roomy{.pages = 200, .rows = 512, .sequences = 64};
    const EngineLimits narrow{.pages = 9, .rows = 9, .sequences = 6};
    CHECK(together(model.engine(roomy), all, order, &swaps) == alone);
    CHECK(swaps == 0);
    std::shuffle(order.begin(), order.end(), std::mt19937(5));
    CHECK(together(model.engine(roomy), all, order, &swaps) == alone);
    CHECK(together(model.engine(narrow), all, order, &swaps) == alone);
    CHECK(swaps > 0);
  }
}

TEST_CASE("samples of one prompt read it once", "[moe][engine]") {
  const Loaded model = load("llama");
  Engine engine = model.engine({.pages = 64, .rows = 64, .sequences = 8});
  GenerationRequest request{.prompt = std::vector<int>(100, 5), .max_tokens = 1};
  for (std::uint32_t epoch = 0; epoch < 4; ++epoch) {
    request.epoch = epoch;
    REQUIRE(engine.add(request));
  }
  CHECK(finish(engine).size() == 4);
  CHECK(engine.stats().rows == 100 + 3 * (100 - 96));  // all but the last page, which is not full
}

TEST_CASE("a generation ends at a stop token, at its length, or where it is told to", "[moe][engine]") {
  const Loaded model = load("llama");
  Engine engine = model.engine({.pages = 8, .rows = 64, .sequences = 4});
  GenerationRequest request{.prompt = {5, 6, 7}, .rule = {.temperature = 0}, .max_tokens = 8};
  REQUIRE(engine.add(request));
  const Generation plain = [&] {
    while (true) {
      for (std::vector<Generation> finished = engine.step().value(); Generation & done : finished) return done;
    }
  }();
  CHECK(plain.stop == Generation::Stop::kLength);
  REQUIRE(plain.tokens.size() == 8);
  CHECK(plain.log_probabilities.size() == 8);

  request.stop_tokens = {plain.tokens[2]};
  REQUIRE(engine.add(request));
  request.stop_tokens.clear();
  request.is_complete = [](std::span<const int> tokens) { return tokens.size() == 5; };
  REQUIRE(engine.add(request));
  std::map<int, Generation> ended;
  while (!engine.is_idle()) {
    for (std::vector<Generation> finished = engine.step().value(); Generation & done : finished)
      ended[done.id] = std::move(done);
  }
  CHECK(ended[1].stop == Generation::Stop::kToken);
  CHECK(ended[1].tokens == std::vector<int>(plain.tokens.begin(), plain.tokens.begin() + 3));
  CHECK(ended[2].stop == Generation::Stop::kText);
  CHECK(ended[2].tokens.size() == 5);
}

TEST_CASE("logits that are no finite numbers are an error, not an answer", "[moe][engine]") {
  Loaded model = load("llama");
  model.spec.logits_divisor = GENERATE(0.0, std::numeric_limits<double>::quiet_NaN());
  Engine engine = model.engine({.pages = 2, .rows = 64, .sequences = 4});
  REQUIRE(engine.add({.prompt = {5, 6, 7}, .max_tokens = 1}));
  const auto step = engine.step();
  REQUIRE_FALSE(step);
  CHECK(step.error().kind == Error::Kind::kData);
  CHECK(step.error().message == "the model computed a logit that is no finite number");
}

TEST_CASE("what cannot fit is refused, with the numbers", "[moe][engine]") {
  const Loaded model = load("llama");
  Engine engine = model.engine({.pages = 2, .rows = 64, .sequences = 4});
  CHECK(engine.add({.prompt = std::vector<int>(20, 5), .max_tokens = 12}));
  const auto refused = engine.add({.prompt = std::vector<int>(20, 5), .max_tokens = 13});
  REQUIRE_FALSE(refused);
  CHECK(refused.error().message == "20 tokens of prompt and 13 to generate are more than 32");
}

}  // namespace
}  // namespace tripos::moe
