#include "backends/moe/engine/sampler.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <random>
#include <set>
#include <vector>

#include "backends/moe/engine/philox.h"
#include "tests/catch.h"

namespace tripos::moe {
namespace {

// Of probabilities 0.4, 0.3, 0.2, 0.06, 0.04, in another order.
const std::vector<double> kProbabilities = {0.06, 0.4, 0.2, 0.04, 0.3};

TokenLogits terms_of(const std::vector<float>& values) {
  const float highest = *std::max_element(values.begin(), values.end());
  double sum = 0;
  for (const float value : values) sum += std::exp(static_cast<double>(value) - highest);
  return {values, highest, static_cast<float>(sum)};
}

TokenLogits logits() {
  static const std::vector<float> kValues = [] {
    std::vector<float> values;
    for (const double probability : kProbabilities) values.push_back(static_cast<float>(std::log(probability) + 3));
    return values;
  }();
  return terms_of(kValues);
}

std::map<int, double> frequencies(const SamplingRule& rule) {
  constexpr int kDraws = 20'000;
  std::map<int, double> counts;
  for (std::uint32_t i = 0; i < kDraws; ++i)
    counts[choose(logits(), rule, {.seed = 7, .epoch = 1, .position = i}).token] += 1;
  for (auto& [token, count] : counts) count /= kDraws;
  return counts;
}

TEST_CASE("Philox gives the numbers that its authors publish", "[moe][sampler]") {
  CHECK(philox({0, 0, 0, 0}, {0, 0}) == PhiloxCounter{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8});
  CHECK(philox({0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff}, {0xffffffff, 0xffffffff}) ==
        PhiloxCounter{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd});
  CHECK(philox({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}) ==
        PhiloxCounter{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1});
}

TEST_CASE("temperature 0 takes the likeliest token, of equal ones the first", "[moe][sampler]") {
  CHECK(choose(logits(), {.temperature = 0}, {}).token == 1);
  const std::vector<float> values = {1, 5, 2, 5};
  CHECK(choose(terms_of(values), {.temperature = 0}, {}).token == 1);
}

TEST_CASE("tokens come as often as their probability says", "[moe][sampler]") {
  for (const double temperature : {1.0, 0.5, 2.0}) {
    double sum = 0;
    for (const double probability : kProbabilities) sum += std::pow(probability, 1 / temperature);
    const auto seen = frequencies({.temperature = temperature});
    for (int token = 0; token < 5; ++token) {
      const double expected = std::pow(kProbabilities[static_cast<std::size_t>(token)], 1 / temperature) / sum;
      CAPTURE(temperature, token);
      // Five standard errors of 20,000 draws: the draws are always the same.
      CHECK(std::abs(seen.at(token) - expected) < 5 * std::sqrt(expected * (1 - expected) / 20'000));
    }
  }
}

TEST_CASE("top_k, top_p and min_p leave out what they say", "[moe][sampler]") {
  struct Case {
    SamplingRule rule;
    std::set<int> tokens;
  };
  const auto c = GENERATE(Case{{.top_k = 2}, {1, 4}}, Case{{.top_k = 9}, {0, 1, 2, 3, 4}},
                          Case{{.top_p = 0.69}, {1, 4}}, Case{{.top_p = 0.71}, {1, 2, 4}}, Case{{.top_p = 0}, {1}},
                          Case{{.min_p = 0.49}, {1, 2, 4}}, Case{{.min_p = 0.51}, {1, 4}}, Case{{.min_p = 1}, {1}},
                          Case{{.top_k = 3, .top_p = 0.7}, {1, 4}},  // 0.4 and 0.3 of 0.9
                          Case{{.temperature = 0.5, .top_p = 0.8}, {1, 4}});
  std::set<int> seen;
  for (const auto& [token, frequency] : frequencies(c.rule)) seen.insert(token);
  CHECK(seen == c.tokens);
}

TEST_CASE("of equal tokens the first stay, and no more than are enough", "[moe][sampler]") {
  const auto [rule, last] = GENERATE(std::pair(SamplingRule{.top_k = 2}, 1), std::pair(SamplingRule{.top_p = 0.5}, 1),
                                     std::pair(SamplingRule{.top_p = 0.25}, 0), std::pair(SamplingRule{.min_p = 1}, 3));
  const std::vector<float> values = {7, 7, 7, 7};
  std::set<int> seen;
  for (std::uint32_t i = 0; i < 100; ++i) seen.insert(choose(terms_of(values), rule, {.position = i}).token);
  CHECK(*seen.begin() == 0);
  CHECK(*seen.rbegin() == last);
}

// The tokens that a rule leaves, by its definition.
std::set<int> left_of(const std::vector<float>& logits, const SamplingRule& rule) {
  std::vector<std::pair<double, int>> sorted;  // minus the weight, and the token
  const double highest = *std::max_element(logits.begin(), logits.end());
  for (std::size_t i = 0; i < logits.size(); ++i) {
    sorted.emplace_back(-std::exp((logits[i] - highest) / rule.temperature), static_cast<int>(i));
  }
  std::sort(sorted.begin(), sorted.end());
  if (rule.top_k > 0) sorted.resize(std::min(sorted.size(), static_cast<std::size_t>(rule.top_k)));
  double total = 0;
  for (const auto& [weight, token] : sorted) total -= weight;
  std::set<int> left;
  double sum = 0;
  for (const auto& [weight, token] : sorted) {
    if (-weight < rule.min_p || (!left.empty() && sum >= rule.top_p * total)) break;
    left.insert(token);
    sum -= weight;
  }
  return left;
}

TEST_CASE("long vocabularies are cut where short ones are", "[moe][sampler]") {
  const auto rule =
      GENERATE(SamplingRule{.top_p = 0.1}, SamplingRule{.top_p = 0.4}, SamplingRule{.top_k = 500, .top_p = 0.5},
               SamplingRule{.temperature = 0.6, .top_p = 0.95, .min_p = 0.3}, SamplingRule{.top_k = 70},
               SamplingRule{.temperature = 0.1, .top_p = 0.99}, SamplingRule{.min_p = 0.5});
  std::mt19937 random(5);
  std::normal_distribution<float> distribution(0, 2);
  std::vector<float> logits(4000);
  for (float& logit : logits) logit = distribution(random);
  logits[77] = logits[78] = logits[3999];
  const std::set<int> left = left_of(logits, rule);
  CAPTURE(left.size(), rule.top_k, rule.top_p, rule.min_p);
  std::set<int> seen;
  for (std::uint32_t i = 0; i < 1000; ++i)
    seen.insert(choose(terms_of(logits), rule, {.seed = 1, .position = i}).token);
  CHECK(std::includes(left.begin(), left.end(), seen.begin(), seen.end()));
  CHECK(seen.size() > left.size() / 4);
}

TEST_CASE("a draw depends on seed, epoch and position, each alone", "[moe][sampler]") {
  const auto tokens = [](std::uint64_t seed, std::uint32_t epoch) {
    std::vector<int> drawn;
    for (std::uint32_t i = 0; i < 64; ++i) drawn.push_back(choose(logits(), {}, {seed, epoch, i}).token);
    return drawn;
  };
  CHECK(tokens(1, 0) == tokens(1, 0));
  const std::vector<float> flat(1000, 0.0F);
  for (std::uint32_t i = 0; i < 20; ++i) {
    CHECK(choose(terms_of(flat), {}, {1, 0, i}).token != choose(terms_of(flat), {}, {1, 0, i + 1}).token);
  }
  CHECK(tokens(1, 0) != tokens(2, 0));
  CHECK(tokens(1, 0) != tokens(1, 1));
  CHECK(tokens(1, 0) != tokens(std::uint64_t{1} << 32U, 0));
}

TEST_CASE("log-probabilities are the model's own, whatever the rule", "[moe][sampler]") {
  for (const SamplingRule& rule : {SamplingRule{.temperature = 0}, SamplingRule{.temperature = 0.3, .top_k = 1}}) {
    CHECK(std::abs(choose(logits(), rule, {}).log_probability - std::log(0.4)) < 1e-6);
  }
  for (int token = 0; token < 5; ++token) {
    CHECK(std::abs(log_probability(logits(), token) - std::log(kProbabilities[static_cast<std::size_t>(token)])) <
          1e-6);
  }
  const std::vector<float> far_apart = {3e38F, -3e38F};
  CHECK(log_probability(terms_of(far_apart), 0) == 0);
}

}  // namespace
}  // namespace tripos::moe
