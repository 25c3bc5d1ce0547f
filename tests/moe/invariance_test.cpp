// 200 prompts to the embedded model, as stored and with 4-bit weights: alone, in shuffled batches of 64, on other
// numbers of threads, sharing prefixes, swapped out again and again. Nothing of it may change a bit.

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <numeric>
#include <random>

#include "backends/moe/local/answerer.h"
#include "backends/moe/local/device.h"
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
struct Question {
  std::vector<TokenId> prompt;
  SamplingParams sampling;
  std::uint32_t epoch = 0;
};

std::vector<Question> questions(const ModelFiles& files) {
  const std::string text = read_file(TRIPOS_SOURCE_DIR "/datasets/data/tiny_stem.jsonl").value();
  const auto lines = split_lines(text);
  std::vector<Question> all;
  for (int i = 0; i < kPrompts; ++i) {
    const std::size_t row = static_cast<std::size_t>(i % 4 == 3 ? i - 1 : i) * 2;
    const std::vector<Message> messages = {{"user", nlohmann::json::parse(lines.at(row)).at("problem")}};
    Question question{files.chat()->render(messages).value().tokens, {}, i % 4 == 3 ? 1U : 0U};
    question.sampling.temperature = i / 2 % 2 == 0 ? 0 : 0.9;
    question.sampling.max_tokens = 2 + i % 11;
    all.push_back(std::move(question));
  }
  return all;
}

struct Way {
  int threads = 1;
  EngineLimits limits;
};

// All questions in the order of `order`, at most limits.sequences of them at once.
Outcomes answer(const ModelFiles& files, const std::vector<Question>& all, const std::vector<int>& order,
                const Way& way, EngineStats* stats = nullptr) {
  const auto ops = cpu_ops(way.threads, best_cpu_kernels(), files.activations());
  const auto answerer = Answerer::make(files, *ops, way.limits).value();
  std::map<int, int> numbers;
  Outcomes outcomes;
  std::size_t next = 0;
  while (outcomes.size() < order.size()) {
    while (next < order.size() && answerer->running() < way.limits.sequences) {
      const int number = order[next++];
      const Question& question = all[static_cast<std::size_t>(number)];
      numbers[answerer->ask(question.prompt, question.sampling, static_cast<std::uint64_t>(number) / 4, question.epoch)
                  .value()] = number;
    }
    const auto answers = answerer->step().value();
    for (const Answer& done : answers) outcomes[numbers.at(done.number)] = {done.tokens, done.log_probabilities};
  }
  if (stats != nullptr) *stats = answerer->stats();
  return outcomes;
}

TEST_CASE("200 answers are the same to the last bit, whatever is computed beside them", "[moe][invariance]") {
  const char* const quantisation = GENERATE("", ":int4", ":int4:a8");
  CAPTURE(quantisation);
  const ModelFiles files =
      ModelFiles::open(std::string(TRIPOS_SOURCE_DIR) + "/examples/tiny_moe" + quantisation).value();
  const std::vector<Question> all = questions(files);
  std::vector<int> order(kPrompts);
  std::iota(order.begin(), order.end(), 0);

  const Way one_by_one{1, {.pages = 16, .rows = 256, .sequences = 1}};
  const Outcomes alone = answer(files, all, order, one_by_one);
  std::mt19937 random(7);
  std::shuffle(order.begin(), order.end(), random);
  const Way batches{1, {.pages = 1024, .rows = 512, .sequences = 64}};
  CHECK(answer(files, all, order, batches) == alone);
  std::shuffle(order.begin(), order.end(), random);
  const Way threads{3, {.pages = 1024, .rows = 100, .sequences = 64}};
  CHECK(answer(files, all, order, threads) == alone);
  const Way swapping{2, {.pages = 40, .rows = 64, .sequences = 24}};
  EngineStats stats;
  CHECK(answer(files, all, order, swapping, &stats) == alone);
  CHECK(stats.swaps > 0);
}

}  // namespace
}  // namespace tripos::moe
