#pragma once
// An estimate as a tick on the band of its interval, drawn with two positioned elements.

#include <string>
#include <vector>

#include "reports/comparison.h"

namespace tripos::reports {

// The part of 0 to 1 that a table shows. Its ends are multiples of its step.
struct Axis {
  double low = 0;
  double high = 1;
  double step = 0.25;
};

Axis axis_for(const std::vector<ComparisonRow>& rows);
std::string axis_html(const Axis& axis);
std::string plot_html(const Axis& axis, double value, double low, double high);

}  // namespace tripos::reports
