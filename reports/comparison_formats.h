#pragma once

#include <span>
#include <string>
#include <vector>

#include "reports/comparison.h"

namespace tripos::reports {

std::string comparison_json(const std::vector<ComparisonRow>& rows);
std::string comparison_csv(const std::vector<ComparisonRow>& rows);
std::string comparison_markdown(const std::vector<ComparisonRow>& rows);
std::string comparison_table(const std::vector<ComparisonRow>& rows, int width);

// What the tables for people show of a row beside its names, the same columns for each row: accuracy, interval and
// counts; undecided and pending only where a row has some.
struct Fact {
  const char* name;
  std::string text;
};
std::vector<std::vector<Fact>> facts_of(std::span<const ComparisonRow> rows);

}  // namespace tripos::reports
