#include "harness/stats/deviation.h"

#include <algorithm>
#include <boost/math/distributions/normal.hpp>
#include <cmath>

namespace tripos::stats {

std::optional<Deviation> largest_deviation(std::span<const PositionCount> counts) {
  std::optional<Deviation> largest;
  int looked_at = 0;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    if (counts[i].variance <= 0) continue;
    ++looked_at;
    const double z = (counts[i].observed - counts[i].expected) / std::sqrt(counts[i].variance);
    if (!largest || std::abs(z) > std::abs(largest->z)) largest = {i, z, 1};
  }
  if (!largest) return std::nullopt;
  const double tail = boost::math::cdf(boost::math::complement(boost::math::normal(), std::abs(largest->z)));
  largest->p_value = std::min(1.0, 2 * tail * looked_at);
  return largest;
}

}  // namespace tripos::stats
