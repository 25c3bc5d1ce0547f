#include "harness/stats/chi_square.h"

#include <algorithm>
#include <boost/math/distributions/chi_squared.hpp>

namespace tripos::stats {
namespace {

std::optional<ChiSquare> test_of(double statistic, int degrees, double responses_per_question) {
  if (degrees < 1) return std::nullopt;
  ChiSquare result{statistic / std::max(1.0, responses_per_question), degrees, 1};
  result.p_value = boost::math::cdf(boost::math::complement(boost::math::chi_squared(degrees), result.statistic));
  return result;
}

double squared_distance(double observed, double expected) {
  return (observed - expected) * (observed - expected) / expected;
}

}  // namespace

std::optional<ChiSquare> goodness_of_fit(std::span<const double> observed, std::span<const double> expected,
                                         double responses_per_question) {
  double statistic = 0;
  int positions = 0;
  for (std::size_t i = 0; i < observed.size(); ++i) {
    if (expected[i] <= 0) continue;
    statistic += squared_distance(observed[i], expected[i]);
    ++positions;
  }
  return test_of(statistic, positions - 1, responses_per_question);
}

std::optional<ChiSquare> equal_shares(std::span<const Share> positions, double responses_per_question) {
  double correct = 0;
  double responses = 0;
  int used = 0;
  for (const Share& position : positions) {
    correct += position.correct;
    responses += position.responses;
    if (position.responses > 0) ++used;
  }
  if (correct == 0 || correct == responses) return std::nullopt;  // one row of the table is empty
  const double share = correct / responses;
  double statistic = 0;
  for (const Share& position : positions) {
    if (position.responses == 0) continue;
    const double n = position.responses;
    statistic +=
        squared_distance(position.correct, n * share) + squared_distance(n - position.correct, n * (1 - share));
  }
  return test_of(statistic, used - 1, responses_per_question);
}

// The statistic is d' V^+ d with d the differences of the sums and V their covariance. V is the Laplacian of a graph in
// which i and j are joined with the weight table[i][j] + table[j][i], so it is solved by taking away one vertex after
// the other, each of which leaves a graph; only sums of what is not negative occur. Letters that are never mistaken for
// others, directly or by way of a third, drop out, and with them a degree of freedom for each connected part.
std::optional<ChiSquare> equal_margins(const std::vector<std::vector<double>>& table, double responses_per_question) {
  const std::size_t size = table.size();
  std::vector<std::vector<double>> weight(size, std::vector<double>(size));
  std::vector<double> difference(size);
  for (std::size_t i = 0; i < size; ++i) {
    for (std::size_t j = 0; j < size; ++j) {
      if (i != j) weight[i][j] = table[i][j] + table[j][i];
      difference[i] += table[i][j] - table[j][i];
    }
  }
  double statistic = 0;
  int degrees = 0;
  for (std::size_t i = 0; i < size; ++i) {
    double sum = 0;
    for (std::size_t j = i + 1; j < size; ++j) sum += weight[i][j];
    if (sum == 0) continue;
    statistic += difference[i] * difference[i] / sum;
    ++degrees;
    for (std::size_t j = i + 1; j < size; ++j) {
      difference[j] += difference[i] * weight[i][j] / sum;
      for (std::size_t k = i + 1; k < size; ++k) {
        if (j != k) weight[j][k] += weight[i][j] * weight[i][k] / sum;
      }
    }
  }
  return test_of(statistic, degrees, responses_per_question);
}

}  // namespace tripos::stats
