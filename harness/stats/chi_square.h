#pragma once
// Chi-square tests of counts by position, as multiple choice has them. Pure.
//
// Responses to one question are not independent. Each test therefore takes the number of responses to a question and
// divides its statistic by it, as if all of them were one: too careful a test, never too bold a one.
// Source: J. N. K. Rao and A. J. Scott, "The analysis of categorical data from complex sample surveys", Journal of the
// American Statistical Association 76 (1981) 221-230, with the largest design effect that there can be.

#include <optional>
#include <span>
#include <vector>

#include "harness/stats/interval.h"

namespace tripos::stats {

// The distribution is a fair guide where about five or more are expected at each position.
struct ChiSquare {
  double statistic = 0;
  int degrees = 1;  // of freedom
  double p_value = 1;
};

// All of these give nullopt where no two positions can be compared.

// Counts against expected ones of the same sum. Positions where nothing is expected are left out.
std::optional<ChiSquare> goodness_of_fit(std::span<const double> observed, std::span<const double> expected,
                                         double responses_per_question = 1);

// Whether the share of correct responses is the same at each position: Pearson's test of a 2 x k table. Positions
// without responses are left out.
std::optional<ChiSquare> equal_shares(std::span<const Share> positions, double responses_per_question = 1);

// Whether rows and columns of a square table have the same sums, as chosen and right letters of the same responses
// have where no letter is preferred; for two letters it is McNemar's test. `table[i][j]`: count of i chosen, j right.
// Source: A. Stuart, "A test for homogeneity of the marginal distributions in a two-way classification", Biometrika 42
// (1955) 412-416.
std::optional<ChiSquare> equal_margins(const std::vector<std::vector<double>>& table,
                                       double responses_per_question = 1);

}  // namespace tripos::stats
