// The model of examples/tiny_moe, from its files to its answers, held against transformers: tests/golden/tiny_moe.py.

#include <algorithm>
#include <nlohmann/json.hpp>
#include <numeric>

#include "backends/moe/arch/forward.h"
#include "backends/moe/arch/hf_config.h"
#include "backends/moe/arch/hf_weights.h"
#include "backends/moe/io/safetensors.h"
#include "backends/moe/jinja/template.h"
#include "backends/moe/ops/cpu/reference.h"
#include "backends/moe/text/tokenizer_json.h"
#include "harness/core/file.h"
#include "tests/catch.h"

namespace tripos::moe {
namespace {

using nlohmann::json;
using Logits = std::vector<float>;

const std::string kFolder = TRIPOS_SOURCE_DIR "/examples/tiny_moe/";

template <typename T>
T get(Result<T> result) {
  if (!result) FAIL(result.error().message);
  return std::move(*result);
}

std::string file(const std::string& path) { return get(read_file(path)); }

json goldens() { return json::parse(file(TRIPOS_SOURCE_DIR "/tests/golden/tiny_moe.json")); }

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

// The model with room for one sequence.
class Model {
 public:
  Model()
      : files_(get(open_safetensors(kFolder))),
        ops_(reference_ops()),
        spec_(get(spec_of_config(json::parse(file(kFolder + "config.json"))))),
        loaded_(get(load_hf_weights(files_.tensors, spec_, *ops_))),
        forward_(get(Forward::make(*ops_, spec_, loaded_.weights, kPositions, kPositions))),
        cache_(get(KvCache::make(*ops_, spec_, kPages))),
        pages_(kPages) {
    std::iota(pages_.begin(), pages_.end(), 0);
  }

  // The logits of all `tokens`, which stand from `first` on.
  std::vector<Logits> run(std::span<const int> tokens, int first) {
    std::vector<int> positions(tokens.size());
    std::iota(positions.begin(), positions.end(), first);
    const std::vector<int> sequences(tokens.size(), 0);
    std::vector<int> wanted(tokens.size());
    std::iota(wanted.begin(), wanted.end(), 0);
    const std::vector<std::span<const int>> tables = {pages_};
    const Logits flat = forward_.run(tokens, {positions, sequences, tables}, cache_, wanted);
    std::vector<Logits> rows;
    const auto width = static_cast<std::ptrdiff_t>(spec_.vocabulary);
    for (auto at = flat.begin(); at != flat.end(); at += width) rows.emplace_back(at, at + width);
    return rows;
  }

  const ArchSpec& spec() const { return spec_; }

 private:
  static constexpr int kPages = 32;
  static constexpr int kPositions = kPages * kPageRows;

  Safetensors files_;
  std::unique_ptr<Ops> ops_;
  ArchSpec spec_;
  LoadedWeights loaded_;
  Forward forward_;
  KvCache cache_;
  std::vector<int> pages_;
};

TEST_CASE("the embedded model's chat is rendered and cut into tokens as by transformers", "[moe][tiny]") {
  const json config = json::parse(file(kFolder + "tokenizer_config.json"));
  const auto chat_template = get(jinja::Template::parse(config.at("chat_template").get<std::string>(), "tiny_moe"));
  const Tokenizer tokenizer = get(parse_tokenizer_json(file(kFolder + "tokenizer.json"), "tokenizer.json"));
  for (const json& golden : goldens()) {
    const nlohmann::ordered_json variables = {
        {"messages", nlohmann::ordered_json::array({{{"role", "user"}, {"content", golden.at("problem")}}})},
        {"bos_token", config.at("bos_token")},
        {"eos_token", config.at("eos_token")},
        {"add_generation_prompt", true}};
    const std::string text = get(chat_template.render(variables));
    CHECK(text == golden.at("text").get<std::string>());
    CHECK(tokenizer.encode(text, SpecialTokens::kParsed) == golden.at("tokens").get<std::vector<TokenId>>());
    CHECK(tokenizer.decode(golden.at("greedy").get<std::vector<TokenId>>(), DecodedSpecials::kLeftOut) ==
          golden.at("answer").get<std::string>());
  }
}

TEST_CASE("the embedded model's logits and greedy answers are those of transformers", "[moe][tiny]") {
  Model model;
  CHECK(model.spec().family == "llama4_text");
  CHECK(model.spec().layers.at(3).rope == false);
  for (const json& golden : goldens()) {
    const std::vector<int> prompt = golden.at("tokens");
    const std::vector<Logits> logits = model.run(prompt, 0);
    CHECK(normalised_error(logits.front(), golden.at("first").get<Logits>()) < 1e-9);
    CHECK(normalised_error(logits.back(), golden.at("last").get<Logits>()) < 1e-9);
    Logits last = logits.back();
    const std::vector<int> expected = golden.at("greedy");
    int position = static_cast<int>(prompt.size());
    std::vector<int> greedy;
    for (const int next : expected) {
      greedy.push_back(static_cast<int>(std::max_element(last.begin(), last.end()) - last.begin()));
      if (greedy.back() != next) break;
      last = model.run({&greedy.back(), 1}, position++).back();
    }
    CHECK(greedy == expected);
  }
}

}  // namespace
}  // namespace tripos::moe
