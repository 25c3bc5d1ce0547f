#pragma once
// Confidence intervals of an accuracy. Pure functions; shares are fractions from 0 to 1.

#include <optional>
#include <span>

namespace tripos::stats {

struct Interval {
  double low = 0;
  double high = 1;
};

// Wilson score interval for `successes` of `n` at a confidence level (default 95 %):
//   (s + z^2/2 +- z sqrt(s (n - s) / n + z^2/4)) / (n + z^2), z the quantile of the normal distribution.
// `successes` may be a sum of shares. n = 0 gives [0, 1].
// Source: E. B. Wilson, "Probable inference, the law of succession, and statistical inference", Journal of the American
// Statistical Association 22 (1927) 209-212.
Interval wilson(double successes, double n, double confidence = 0.95);

// Responses to one question.
struct Share {
  int correct = 0;
  int responses = 0;  // at least 1
};

// Interval of the mean share, the question as the unit that was sampled. One response a question: Wilson. More:
// mean +- t(n-1) * sd / sqrt(n), clipped to [0, 1], with the standard error clustered by question, as in E. Miller,
// "Adding error bars to evals", arXiv 2411.00640 (2024): all k * n responses taken as independent would give too narrow
// an interval. Wilson on n where all shares are equal and sd says nothing.
Interval accuracy_interval(std::span<const Share> questions, double confidence = 0.95);
double accuracy(std::span<const Share> questions);  // mean share; 0 for none
// sd / sqrt(n) of that mean, clustered by question as above; nullopt for fewer than two.
std::optional<double> standard_error(std::span<const Share> questions);

}  // namespace tripos::stats
