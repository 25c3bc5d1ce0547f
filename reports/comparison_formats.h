#pragma once

#include <string>
#include <vector>

#include "reports/comparison.h"

namespace tripos::reports {

std::string comparison_json(const std::vector<ComparisonRow>& rows);
std::string comparison_csv(const std::vector<ComparisonRow>& rows);
std::string comparison_markdown(const std::vector<ComparisonRow>& rows);
std::string comparison_table(const std::vector<ComparisonRow>& rows, int width);

}  // namespace tripos::reports
