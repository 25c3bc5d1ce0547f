// Small models of every family, held against transformers: see tests/golden/tiny_models.py.

#include "backends/moe/arch/forward.h"

#include <algorithm>
#include <numeric>

#include "backends/moe/arch/hf_config.h"
#include "backends/moe/arch/hf_weights.h"
#include "tests/moe/all_ops.h"
#include "tests/moe/tiny_models.h"

namespace tripos::moe {
namespace {

using test::TinyModel;
using Logits = std::vector<float>;

double normalised_error(const Logits& ours, const Logits& theirs) {
  REQUIRE(ours.size() == theirs.size());
  double error = 0;
  double size = 0;
  for (std::size_t i = 0; i < ours.size(); ++i) {
    error += (ours[i] - theirs[i]) * static_cast<double>(ours[i] - theirs[i]);
    size += static_cast<double>(theirs[i]) * theirs[i];
  }
  return error / size;
}

// A model with room for one sequence, whose pages lie in reverse order.
class Runner {
 public:
  Runner(const TinyModel& model, std::unique_ptr<Ops> ops) : ops_(std::move(ops)) {
    auto spec = spec_of_config(model.golden.at("config"));
    if (!spec) FAIL(spec.error().message);
    spec_ = std::move(*spec);
    auto loaded = load_hf_weights(model.tensors, spec_, *ops_);
    if (!loaded) FAIL(loaded.error().message);
    loaded_ = std::move(*loaded);
    forward_.emplace(Forward::make(*ops_, spec_, loaded_.weights, kPositions, kPositions).value());
    cache_.emplace(KvCache::make(*ops_, spec_, kPages).value());
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
    const Logits flat = forward_->run(tokens, {positions, sequences, tables}, *cache_, wanted);
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

TEST_CASE("logits and greedy tokens are those of transformers", "[moe][forward]") {
  const test::OpsCase ops = GENERATE(from_range(test::all_ops()));
  CAPTURE(ops.name);
  for (nlohmann::json& golden : test::tiny_goldens()) {
    const TinyModel model = test::tiny_model(std::move(golden));
    CAPTURE(model.golden.at("label").get<std::string>());
    Runner runner(model, ops.make());
    for (const nlohmann::json& prompt : model.golden.at("prompts")) {
      const std::vector<int> tokens = prompt.at("tokens");
      const std::vector<Logits> logits = runner.run(tokens, 0);
      for (std::size_t i = 0; i < prompt.at("positions").size(); ++i) {
        const std::size_t position = prompt.at("positions")[i];
        CAPTURE(tokens.size(), position);
        CHECK(normalised_error(logits[position], prompt.at("logits")[i].get<Logits>()) < 1e-9);
      }
    }
    const std::vector<int> prompt = model.golden.at("prompts")[0].at("tokens");
    Logits last = runner.run(prompt, 0).back();
    int position = static_cast<int>(prompt.size());
    std::vector<int> greedy;
    for (const int expected : model.golden.at("greedy")) {
      greedy.push_back(static_cast<int>(std::max_element(last.begin(), last.end()) - last.begin()));
      if (greedy.back() != expected) break;
      last = runner.run({&greedy.back(), 1}, position++).back();
    }
    CHECK(greedy == model.golden.at("greedy").get<std::vector<int>>());
  }
}

TEST_CASE("tokens one by one, and in parts, are what a prompt at once is", "[moe][forward]") {
  const test::OpsCase ops = GENERATE(from_range(test::all_ops()));
  CAPTURE(ops.name);
  for (nlohmann::json& golden : test::tiny_goldens()) {
    const TinyModel model = test::tiny_model(std::move(golden));
    CAPTURE(model.golden.at("label").get<std::string>());
    Runner runner(model, ops.make());
    const std::vector<int> tokens = model.golden.at("prompts")[1].at("tokens");
    const std::vector<Logits> whole = runner.run(tokens, 0);
    for (const std::size_t step : {std::size_t{1}, std::size_t{7}}) {
      std::vector<Logits> parts;
      for (std::size_t begin = 0; begin < tokens.size(); begin += step) {
        const std::span<const int> part = std::span(tokens).subspan(begin, std::min(step, tokens.size() - begin));
        const std::vector<Logits> rows = runner.run(part, static_cast<int>(begin));
        parts.insert(parts.end(), rows.begin(), rows.end());
      }
      CHECK(parts == whole);  // to the last bit
    }
  }
}

}  // namespace
}  // namespace tripos::moe
