#pragma once
// The difference of two models on the same questions. Pure functions; shares are fractions from 0 to 1.

#include <optional>
#include <span>

#include "harness/stats/interval.h"

namespace tripos::stats {

struct PairedDifference {
  int questions = 0;
  double difference = 0;  // mean of a - b
  double standard_error = 0;
  double low = 0;  // of the interval; from -1 to 1
  double high = 0;
  double p_value = 1;  // two-sided: that there is none
};

// Of the shares of two models, `a[i]` and `b[i]` of the same question: se = sd(a - b) / sqrt(n), z = mean / se, by the
// normal distribution. nullopt for fewer than two questions.
// Source: E. Miller, "Adding error bars to evals", arXiv 2411.00640 (2024), section 4.
std::optional<PairedDifference> paired_difference(std::span<const double> a, std::span<const double> b,
                                                  double confidence = 0.95);

}  // namespace tripos::stats
