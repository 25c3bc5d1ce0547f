#include "backends/moe/engine/sampler.h"

#include <algorithm>
#include <cmath>
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

using Candidates = std::vector<Candidate>;

// All tokens, in their order.
Candidates candidates(const TokenLogits& logits, double temperature) {
  const double highest = logits.highest;
  Candidates all(logits.values.size());
  for (std::size_t i = 0; i < all.size(); ++i) {
    all[i] = {static_cast<int>(i), std::exp((logits.values[i] - highest) / temperature)};
  }
  return all;
}

double total(const Candidates& all) {
  double sum = 0;
  for (const Candidate& candidate : all) sum += candidate.weight;
  return sum;
}

// Brings the likeliest of those from `first` on to the places before `last`, likeliest first.
void sort_likeliest(Candidates& all, std::size_t first, std::size_t last) {
  const auto before = [](const Candidate& a, const Candidate& b) {
    return a.weight != b.weight ? a.weight > b.weight : a.token < b.token;
  };
  const auto place = [&](std::size_t index) { return all.begin() + static_cast<std::ptrdiff_t>(index); };
  std::partial_sort(place(first), place(last), all.end(), before);
}

void keep_top_k(Candidates& all, std::size_t count) {
  if (count >= all.size()) return;
  sort_likeliest(all, 0, count);
  all.resize(count);
}

// Sorts only as many as it keeps, or a few times as many: most vocabularies are long, most distributions short.
void keep_top_p(Candidates& all, double top_p) {
  const double enough = top_p * total(all);
  double sum = 0;
  std::size_t kept = 0;
  for (std::size_t sorted = 0; kept < all.size() && (kept == 0 || sum < enough); sum += all[kept++].weight) {
    if (kept < sorted) continue;
    const std::size_t next = std::min(all.size(), std::max<std::size_t>(64, 4 * sorted));
    sort_likeliest(all, sorted, next);
    sorted = next;
  }
  all.resize(kept);
}

void keep_min_p(Candidates& all, double min_p) {
  std::erase_if(all, [&](const Candidate& candidate) { return candidate.weight < min_p; });
}

int drawn(const Candidates& all, double random) {
  const double point = random * total(all);
  double sum = 0;
  for (const Candidate& candidate : all) {
    sum += candidate.weight;
    if (point < sum) return candidate.token;
  }
  return all.back().token;
}

int chosen(const TokenLogits& logits, const SamplingRule& rule, const Draw& draw) {
  if (rule.temperature == 0) {
    const auto& values = logits.values;
    return static_cast<int>(std::find(values.begin(), values.end(), logits.highest) - values.begin());
  }
  Candidates left = candidates(logits, rule.temperature);
  if (rule.top_k > 0) keep_top_k(left, static_cast<std::size_t>(rule.top_k));
  if (rule.top_p < 1) keep_top_p(left, rule.top_p);
  if (rule.min_p > 0) keep_min_p(left, rule.min_p);
  return drawn(left, uniform(draw));
}

}  // namespace

double log_probability(const TokenLogits& logits, int token) {
  const double logit = logits.values[static_cast<std::size_t>(token)];
  return logit - logits.highest - std::log(static_cast<double>(logits.sum));
}

Choice choose(const TokenLogits& logits, const SamplingRule& rule, const Draw& draw) {
  const int token = chosen(logits, rule, draw);
  return {token, log_probability(logits, token)};
}

}  // namespace tripos::moe
