#pragma once
// Plain text on a terminal: wrapping, columns, numbers.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tripos::cli {

// Paragraphs (split by LF) broken at spaces so that no line is wider than `width`; every line starts with `indent`
// spaces. Words that are too long stand on a line of their own. Ends without LF.
std::string wrap(std::string_view text, int width, int indent = 0);

// Rows of equal length with their columns aligned, two spaces apart; the last column is wrapped. Ends with LF.
std::string columns(const std::vector<std::vector<std::string>>& rows, int width, int indent = 0);

std::string with_commas(std::int64_t number);                      // 31,204
std::string clock_time(double seconds);                            // 0:41, 1:02:03
std::string percent(double fraction);                              // 70.0
std::string count_of(std::int64_t number, std::string_view noun);  // 1 epoch, 2 epochs

}  // namespace tripos::cli
