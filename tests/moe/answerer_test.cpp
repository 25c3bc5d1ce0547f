// Where answers end and what of them is text, with the embedded model.

#include "backends/moe/local/answerer.h"

#include <algorithm>

#include "backends/moe/ops/cpu/cpu_ops.h"
#include "tests/catch.h"
#include "tests/moe/changed_model.h"

namespace tripos::moe {
namespace {

// One question to a model's files, in so many pages of 16 tokens.
Answer answer(const std::string& path, const SamplingParams& sampling, int pages = 64) {
  const ModelFiles files = ModelFiles::open(path).value();
  const auto ops = cpu_ops(1);
  const auto answerer = Answerer::make(files, *ops, {.pages = pages, .rows = 64, .sequences = 2}).value();
  const std::vector<Message> messages = {{"user", "Compute the value of $12\\times 34$."}};
  answerer->ask(files.chat()->render(messages).value().tokens, sampling, 1, 0).value();
  while (true) {
    std::vector<Answer> answers = answerer->step().value();
    if (!answers.empty()) return std::move(answers.front());
  }
}

TEST_CASE("an answer ends with the stop token, which is not in its text", "[moe][local]") {
  const Answer whole = answer(test::kEmbeddedModel, {});
  CHECK(whole.stop == StopClass::kStop);
  CHECK(whole.stop_raw == "<|end|>");
  CHECK(whole.tokens.back() == 3);
  CHECK(whole.tokens.size() == whole.log_probabilities.size());
  CHECK(whole.text.find("\\boxed{") != std::string::npos);

  // A stop token may be one that other texts hold: the second of two that the files name.
  const ModelFiles files = ModelFiles::open(test::kEmbeddedModel).value();
  const Tokenizer& tokenizer = files.text().tokenizer;
  const TokenId ordinary = whole.tokens.at(4);
  const auto first = std::find(whole.tokens.begin(), whole.tokens.end(), ordinary);
  const test::ChangedModel model;
  model.change("generation_config.json", {{"eos_token_id", {3, ordinary}}});
  const Answer cut = answer(model.path(), {});
  CHECK(cut.tokens == std::vector<TokenId>(whole.tokens.begin(), first + 1));
  CHECK(cut.text == tokenizer.decode({whole.tokens.begin(), first}, DecodedSpecials::kLeftOut));
  CHECK(cut.stop_raw == tokenizer.piece(ordinary));
}

TEST_CASE("an answer ends before a stop string, wherever that begins and ends", "[moe][local]") {
  const Answer whole = answer(test::kEmbeddedModel, {});
  const ModelFiles files = ModelFiles::open(test::kEmbeddedModel).value();
  const Tokenizer& tokenizer = files.text().tokenizer;
  for (std::size_t at = 0; at + 9 < whole.text.size(); at += 5) {
    const std::string stop = whole.text.substr(at, 9);
    CAPTURE(stop);
    const Answer cut = answer(test::kEmbeddedModel, {.stop = {"never", stop}});
    CHECK(cut.text == whole.text.substr(0, whole.text.find(stop)));
    CHECK(cut.stop == StopClass::kStop);
    CHECK(cut.stop_raw == stop);
    std::vector<TokenId> needed = cut.tokens;  // not one more
    needed.pop_back();
    CHECK(tokenizer.decode(needed, DecodedSpecials::kLeftOut).find(stop) == std::string::npos);
  }
}

TEST_CASE("an answer without an end is cut at its length or where the context ends", "[moe][local]") {
  const Answer short_one = answer(test::kEmbeddedModel, {.max_tokens = 5});
  CHECK(short_one.tokens.size() == 5);
  CHECK(short_one.stop == StopClass::kLength);
  CHECK(short_one.stop_raw == "length");
  const Answer full = answer(test::kEmbeddedModel, {}, 3);
  CHECK(full.stop == StopClass::kContextOverflow);
  CHECK(full.stop_raw == "context");
  CHECK(answer(test::kEmbeddedModel, {.max_tokens = 1000}, 3).stop == StopClass::kContextOverflow);
}

TEST_CASE("what a request leaves open is sampled as the files say", "[moe][local]") {
  const Answer greedy = answer(test::kEmbeddedModel, {.temperature = 0});
  CHECK(answer(test::kEmbeddedModel, {}).tokens == greedy.tokens);
  const SamplingParams warm{.temperature = 3, .max_tokens = 40};
  const auto first = [&](std::size_t count) {
    return std::vector<TokenId>(greedy.tokens.begin(), greedy.tokens.begin() + static_cast<std::ptrdiff_t>(count));
  };
  CHECK(answer(test::kEmbeddedModel, warm).tokens != first(40));
  for (const nlohmann::json& only : {nlohmann::json{{"top_p", 0}}, {{"top_k", 1}}, {{"min_p", 1}}}) {
    const test::ChangedModel model;
    model.change("generation_config.json", only);
    model.change("generation_config.json", {{"do_sample", true}, {"temperature", 5}});
    CHECK(answer(model.path(), warm).tokens == first(40));
    CHECK(answer(model.path(), {.max_tokens = 40}).tokens == first(40));
  }
  const test::ChangedModel model;
  model.change("generation_config.json", {{"do_sample", true}, {"temperature", 3}});
  CHECK(answer(model.path(), {.max_tokens = 40}).tokens == answer(test::kEmbeddedModel, warm).tokens);
  model.change("generation_config.json", {{"do_sample", false}});
  CHECK(answer(model.path(), {}).tokens == greedy.tokens);
}

}  // namespace
}  // namespace tripos::moe
