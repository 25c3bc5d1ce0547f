#include "harness/stats/paired.h"

#include <algorithm>
#include <boost/math/distributions/normal.hpp>
#include <cmath>

namespace tripos::stats {

std::optional<PairedDifference> paired_difference(std::span<const double> a, std::span<const double> b,
                                                  double confidence) {
  if (a.size() != b.size() || a.size() < 2) return std::nullopt;
  const auto n = static_cast<double>(a.size());
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] - b[i];
  const double mean = sum / n;
  double squares = 0;
  for (std::size_t i = 0; i < a.size(); ++i) squares += std::pow(a[i] - b[i] - mean, 2);
  const double error = std::sqrt(squares / (n - 1) / n);
  const boost::math::normal normal;
  const double half = boost::math::quantile(normal, 0.5 + confidence / 2) * error;
  PairedDifference paired{static_cast<int>(a.size()), mean, error, std::max(-1.0, mean - half),
                          std::min(1.0, mean + half), 1};
  if (error > 0) {
    paired.p_value = 2 * boost::math::cdf(boost::math::complement(normal, std::abs(mean) / error));
  } else if (mean != 0) {
    paired.p_value = 0;
  }
  return paired;
}

}  // namespace tripos::stats
