#pragma once
// Counts at several positions against what chance gives them. Pure.

#include <cstddef>
#include <optional>
#include <span>

namespace tripos::stats {

struct PositionCount {
  double observed = 0;
  double expected = 0;
  double variance = 0;  // of the observed count under chance; 0: the position says nothing
};

// The count that lies farthest from chance, in standard deviations.
struct Deviation {
  std::size_t position = 0;  // of several alike the first
  double z = 0;              // (observed - expected) / sqrt(variance)
  double p_value = 1;  // two-sided, of the normal distribution, times the positions that were looked at (Bonferroni)
};

// nullopt where no position has a variance. The normal distribution is a fair guide from about ten expected on.
// Source of the correction: O. J. Dunn, "Multiple comparisons among means", Journal of the American Statistical
// Association 56 (1961) 52-64.
std::optional<Deviation> largest_deviation(std::span<const PositionCount> counts);

}  // namespace tripos::stats
