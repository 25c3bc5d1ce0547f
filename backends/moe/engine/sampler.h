#pragma once
// The next token from its logits: a pure function of them, of the parameters and of where the token stands, whatever
// else is computed at the same time.

#include <cstdint>
#include <span>

namespace tripos::moe {

// Applied in this order, as transformers does. The defaults leave the model's own distribution.
struct SamplingRule {
  double temperature = 1;  // 0: the likeliest token, of equal ones the lowest number; the rest is not looked at
  int top_k = 0;           // so many of the likeliest tokens; 0: all
  double top_p = 1;        // the fewest of the likeliest tokens that have this probability together
  double min_p = 0;        // tokens that have this part of the likeliest one's probability
};

// Which draw of a run it is.
struct Draw {
  std::uint64_t seed = 0;  // of the request
  std::uint32_t epoch = 0;
  std::uint32_t position = 0;  // of the token in its sequence
};

struct Choice {
  int token = 0;
  double log_probability = 0;  // in the model's own distribution: temperature 1, all tokens
};

// Of all tokens that may come next.
struct TokenLogits {
  std::span<const float> values;  // finite, and at least one
  float highest = 0;              // of them
  float sum = 0;                  // of e^(value - highest)
};

Choice choose(const TokenLogits& logits, const SamplingRule& rule, const Draw& draw);

// The natural logarithm of the probability of `token` in the model's own distribution.
double log_probability(const TokenLogits& logits, int token);

}  // namespace tripos::moe
