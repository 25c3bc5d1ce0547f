#include "backends/moe/engine/sampler.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "backends/moe/engine/philox.h"

namespace tripos::moe {
namespace {

// In [0, 1), 53 bits.
double uniform(const Draw& draw) {
  const PhiloxCounter random =
      philox({draw.position, draw.epoch, 0, 0},
             {static_cast<std::uint32_t>(draw.seed), static_cast<std::uint32_t>(draw.seed >> 32U)});
  const std::uint64_t bits = (std::uint64_t{random[0]} << 32U | random[1]) >> 11U;
  return std::ldexp(static_cast<double>(bits), -53);
}

struct Candidate {
  int token;
  double weight;  // relative to the likeliest token, which has 1
};

// Those that top_k leaves, likeliest first.
std::vector<Candidate> candidates(std::span<const float> logits, const SamplingRule& rule) {
  std::vector<int> order(logits.size());
  std::iota(order.begin(), order.end(), 0);
  const auto before = [&](int a, int b) {
    const float x = logits[static_cast<std::size_t>(a)];
    const float y = logits[static_cast<std::size_t>(b)];
    return x != y ? x > y : a < b;
  };
  const std::size_t kept = rule.top_k > 0 ? std::min(order.size(), static_cast<std::size_t>(rule.top_k)) : order.size();
  std::partial_sort(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(kept), order.end(), before);
  std::vector<Candidate> result;
  const double highest = logits[static_cast<std::size_t>(order[0])];
  for (std::size_t i = 0; i < kept; ++i) {
    const double logit = logits[static_cast<std::size_t>(order[i])];
    result.push_back({order[i], std::exp((logit - highest) / rule.temperature)});
  }
  return result;
}

double total(const std::vector<Candidate>& all) {
  double sum = 0;
  for (const Candidate& candidate : all) sum += candidate.weight;
  return sum;
}

void keep_top_p(std::vector<Candidate>& sorted, double top_p) {
  const double enough = top_p * total(sorted);
  double sum = 0;
  std::size_t kept = 0;
  while (kept < sorted.size() && (kept == 0 || sum < enough)) sum += sorted[kept++].weight;
  sorted.resize(kept);
}

void keep_min_p(std::vector<Candidate>& sorted, double min_p) {
  const auto unlikely = [&](const Candidate& candidate) { return candidate.weight < min_p; };
  const auto end = std::find_if(sorted.begin() + 1, sorted.end(), unlikely);
  sorted.erase(end, sorted.end());
}

int drawn(const std::vector<Candidate>& sorted, double random) {
  const double point = random * total(sorted);
  double sum = 0;
  for (const Candidate& candidate : sorted) {
    sum += candidate.weight;
    if (point < sum) return candidate.token;
  }
  return sorted.back().token;
}

int chosen(std::span<const float> logits, const SamplingRule& rule, const Draw& draw) {
  if (rule.temperature == 0) {
    return static_cast<int>(std::max_element(logits.begin(), logits.end()) - logits.begin());
  }
  std::vector<Candidate> sorted = candidates(logits, rule);
  if (rule.top_p < 1) keep_top_p(sorted, rule.top_p);
  if (rule.min_p > 0) keep_min_p(sorted, rule.min_p);
  return drawn(sorted, uniform(draw));
}

}  // namespace

double log_probability(std::span<const float> logits, int token) {
  const double highest = *std::max_element(logits.begin(), logits.end());
  double sum = 0;
  for (const float logit : logits) sum += std::exp(logit - highest);
  return logits[static_cast<std::size_t>(token)] - highest - std::log(sum);
}

Choice choose(std::span<const float> logits, const SamplingRule& rule, const Draw& draw) {
  const int token = chosen(logits, rule, draw);
  return {token, log_probability(logits, token)};
}

}  // namespace tripos::moe
