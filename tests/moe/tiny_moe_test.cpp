// The model of examples/tiny_moe, from its files to its answers, held against transformers: tests/golden/tiny_moe.py.

#include <algorithm>
#include <nlohmann/json.hpp>

#include "backends/moe/local/model_files.h"
#include "backends/moe/ops/cpu/cpu_ops.h"
#include "harness/core/file.h"
#include "tests/catch.h"
#include "tests/moe/runner.h"

namespace tripos::moe {
namespace {

using nlohmann::json;
using test::Logits;
using test::must;
using test::normalised_error;

ModelFiles files() { return must(ModelFiles::open(TRIPOS_SOURCE_DIR "/examples/tiny_moe")); }

json goldens() { return json::parse(must(read_file(TRIPOS_SOURCE_DIR "/tests/golden/tiny_moe.json"))); }

TEST_CASE("the embedded model's chat is rendered and cut into tokens as by transformers", "[moe][tiny]") {
  const ModelFiles model = files();
  for (const json& golden : goldens()) {
    const std::vector<Message> messages = {{"user", golden.at("problem")}};
    const Prompt prompt = must(model.chat()->render(messages));
    CHECK(prompt.text == golden.at("text").get<std::string>());
    CHECK(prompt.tokens == golden.at("tokens").get<std::vector<TokenId>>());
    const auto greedy = golden.at("greedy").get<std::vector<TokenId>>();
    CHECK(model.text().tokenizer.decode(greedy, DecodedSpecials::kLeftOut) == golden.at("answer").get<std::string>());
  }
}

TEST_CASE("the embedded model's logits and greedy answers are those of transformers", "[moe][tiny]") {
  const ModelFiles model = files();
  CHECK(model.spec().family == "llama4_text");
  CHECK(model.spec().layers.at(3).rope == false);
  test::Runner runner(model.spec(), model.tensors(), test::hf_loader(), cpu_ops());
  for (const json& golden : goldens()) {
    const std::vector<int> prompt = golden.at("tokens");
    const std::vector<Logits> logits = runner.run(prompt, 0);
    CHECK(normalised_error(logits.front(), golden.at("first").get<Logits>()) < 1e-9);
    CHECK(normalised_error(logits.back(), golden.at("last").get<Logits>()) < 1e-9);
    Logits last = logits.back();
    const std::vector<int> expected = golden.at("greedy");
    int position = static_cast<int>(prompt.size());
    std::vector<int> greedy;
    for (const int next : expected) {
      greedy.push_back(static_cast<int>(std::max_element(last.begin(), last.end()) - last.begin()));
      if (greedy.back() != next) break;
      last = runner.run({&greedy.back(), 1}, position++).back();
    }
    CHECK(greedy == expected);
  }
}

}  // namespace
}  // namespace tripos::moe
