#include "reports/interval_plot.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace tripos::reports {
namespace {

double position(const Axis& axis, double value) {
  return 100 * std::clamp((value - axis.low) / (axis.high - axis.low), 0.0, 1.0);
}

}  // namespace

Axis axis_for(const std::vector<ComparisonRow>& rows) {
  double low = 1;
  double high = 0;
  for (const ComparisonRow& row : rows) {
    if (row.responses == 0) continue;
    low = std::min(low, row.ci_low);
    high = std::max(high, row.ci_high);
  }
  const double from = std::floor(low * 10) / 10;
  const double to = std::ceil(high * 10) / 10;
  // A dot does not start at zero, so the axis may be cut; it is not where little would be gained.
  if (from >= to || to - from > 0.6) return {};
  if (to - from > 0.15) return {from, to, 0.1};
  return to < 1 ? Axis{from, from + 0.2, 0.1} : Axis{0.8, 1, 0.05};
}

std::string axis_html(const Axis& axis) {
  std::string html = "<span class=\"axis\" aria-hidden=\"true\">";
  const int steps = static_cast<int>(std::lround((axis.high - axis.low) / axis.step));
  for (int i = 0; i <= steps; ++i) {
    html += fmt::format("<i style=\"left:{:.2f}%\">{:.0f}</i>", 100.0 * i / steps, 100 * (axis.low + i * axis.step));
  }
  return html + "</span>";
}

std::string plot_html(const Axis& axis, double value, double low, double high) {
  const double left = position(axis, low);
  return fmt::format(
      "<div class=\"plot\" style=\"--step:{:.3f}%\"><i style=\"left:{:.2f}%;width:{:.2f}%\"></i>"
      "<b style=\"left:{:.2f}%\"></b></div>",
      100 * axis.step / (axis.high - axis.low), left, position(axis, high) - left, position(axis, value));
}

}  // namespace tripos::reports
