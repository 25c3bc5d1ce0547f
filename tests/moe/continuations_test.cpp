#include "backends/moe/local/continuations.h"

#include <nlohmann/json.hpp>

#include "tests/catch.h"
#include "tests/moe/golden_tokenizers.h"

namespace tripos::moe {
namespace {

TEST_CASE("a text and what may follow it are cut into tokens as lm-eval cuts them", "[moe][local]") {
  const auto golden = nlohmann::json::parse(read_file(test::kGoldenFolder / "likelihood.json").value());
  for (const auto& [name, pairs] : golden.at("pairs").items()) {
    const Tokenizer tokenizer = test::golden_tokenizer(name);
    for (const auto& pair : pairs) {
      CAPTURE(name, pair.dump());
      const GivenText text =
          encode_given(tokenizer, pair.at("context").get<std::string>(), pair.at("continuation").get<std::string>());
      std::vector<TokenId> context = tokenizer.prefix();
      const auto own = pair.at("context_ids").get<std::vector<TokenId>>();
      context.insert(context.end(), own.begin(), own.end());
      CHECK(text.context == context);
      CHECK(text.given == pair.at("ids").get<std::vector<TokenId>>());
    }
  }
}

TEST_CASE("log-likelihoods are written with the lengths of the texts in characters", "[moe][local]") {
  CHECK(likelihoods_json({" (A)", "\u4e2d\u6587 x", "\u3000y"}, {-1.5, -2, -0.25}) ==
        R"({"characters":[3,4,1],"log_likelihoods":[-1.5,-2.0,-0.25]})");
}

}  // namespace
}  // namespace tripos::moe
