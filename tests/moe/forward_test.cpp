// Small models of every family, held against transformers: see tests/golden/tiny_models.py.

#include "backends/moe/arch/forward.h"

#include <algorithm>

#include "backends/moe/arch/hf_config.h"
#include "tests/moe/runner.h"
#include "tests/moe/tested_ops.h"
#include "tests/moe/tiny_models.h"

namespace tripos::moe {
namespace {

using test::Logits;
using test::Runner;
using tripos::test::TinyModel;

Runner runner_of(const TinyModel& model, std::unique_ptr<Ops> ops) {
  return {test::must(spec_of_config(model.golden.at("config"))), model.tensors, test::hf_loader(), std::move(ops)};
}

TEST_CASE("logits and greedy tokens are those of transformers", "[moe][forward]") {
  const auto ops = GENERATE(from_range(tripos::test::tested_ops()));
  CAPTURE(ops.name);
  for (nlohmann::json& golden : tripos::test::tiny_goldens()) {
    const TinyModel model = tripos::test::tiny_model(std::move(golden));
    CAPTURE(model.golden.at("label").get<std::string>());
    Runner runner = runner_of(model, ops.make());
    for (const nlohmann::json& prompt : model.golden.at("prompts")) {
      const std::vector<int> tokens = prompt.at("tokens");
      const std::vector<Logits> logits = runner.run(tokens, 0);
      for (std::size_t i = 0; i < prompt.at("positions").size(); ++i) {
        const std::size_t position = prompt.at("positions")[i];
        CAPTURE(tokens.size(), position);
        CHECK(test::normalised_error(logits[position], prompt.at("logits")[i].get<Logits>()) < 1e-9);
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
  const auto ops = GENERATE(from_range(tripos::test::tested_ops()));
  CAPTURE(ops.name);
  for (nlohmann::json& golden : tripos::test::tiny_goldens()) {
    const TinyModel model = tripos::test::tiny_model(std::move(golden));
    CAPTURE(model.golden.at("label").get<std::string>());
    Runner runner = runner_of(model, ops.make());
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
