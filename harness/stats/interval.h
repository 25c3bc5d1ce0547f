#pragma once
// Confidence intervals of an accuracy. Pure functions; shares are fractions from 0 to 1.

#include <span>

namespace tripos::stats {

struct Interval {
  double low = 0;
  double high = 1;
};

// Wilson score interval for `successes` of `n` at a confidence level (default 95 %). n = 0 gives [0, 1].
// Source: E. B. Wilson, JASA 22 (1927) 209-212.
Interval wilson(double successes, double n, double confidence = 0.95);

// Interval of the mean of per-question shares, the question as the unit that was sampled: one response a question gives
// Wilson; more give mean +- t(n-1) * sd / sqrt(n), clipped to [0, 1]; Wilson on n where all shares are equal.
struct Share {
  int correct = 0;
  int responses = 0;  // at least 1
};
Interval accuracy_interval(std::span<const Share> questions, double confidence = 0.95);
double accuracy(std::span<const Share> questions);  // mean share; 0 for none

}  // namespace tripos::stats
