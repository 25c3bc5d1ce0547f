#include "harness/cli/layout.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "harness/core/text.h"

namespace tripos::cli {
namespace {

constexpr int kMinLastColumn = 20;

std::string padded(const std::string& text, int width) {
  return text + std::string(std::max(0, width - display_width(text)), ' ');
}

void wrap_line(std::string_view line, int width, const std::string& margin, std::string& out) {
  int column = 0;
  out += margin;
  while (!line.empty()) {
    const std::size_t space = std::min(line.find(' '), line.size());
    const std::string_view word = line.substr(0, space);
    line.remove_prefix(std::min(space + 1, line.size()));
    if (word.empty()) continue;
    const int word_width = display_width(word);
    if (column > 0 && static_cast<int>(margin.size()) + column + 1 + word_width > width) {
      out += '\n' + margin;
      column = 0;
    }
    if (column > 0) out += ' ';
    out += word;
    column += word_width + (column > 0 ? 1 : 0);
  }
}

}  // namespace

std::string wrap(std::string_view text, int width, int indent) {
  const std::string margin(indent, ' ');
  std::string out;
  for (const std::string_view line : split_lines(text)) {
    if (!out.empty()) out += '\n';
    if (!line.empty()) wrap_line(line, width, margin, out);
  }
  return out;
}

std::string columns(const std::vector<std::vector<std::string>>& rows, int width, int indent) {
  std::vector<int> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], display_width(row[i]));
  }
  int left = indent;
  for (std::size_t i = 0; i + 1 < widths.size(); ++i) left += widths[i] + 2;
  std::string out;
  for (const auto& row : rows) {
    std::string line(indent, ' ');
    for (std::size_t i = 0; i + 1 < row.size(); ++i) line += padded(row[i], widths[i] + 2);
    const std::string last = wrap(row.back(), std::max(width, left + kMinLastColumn), left);
    if (row.size() == widths.size()) line += last.substr(std::min<std::size_t>(left, last.size()));
    line.erase(line.find_last_not_of(' ') + 1);
    out += line + '\n';
  }
  return out;
}

std::string with_commas(std::int64_t number) {
  std::string digits = std::to_string(number);
  const std::size_t first = digits.front() == '-' ? 1 : 0;
  for (std::size_t at = digits.size(); at > first + 3;) digits.insert(at -= 3, 1, ',');
  return digits;
}

std::string clock_time(double seconds) {
  const auto whole = static_cast<std::int64_t>(std::llround(std::max(0.0, seconds)));
  const std::int64_t hours = whole / 3600;
  const std::int64_t minutes = whole / 60 % 60;
  return hours > 0 ? fmt::format("{}:{:02}:{:02}", hours, minutes, whole % 60)
                   : fmt::format("{}:{:02}", minutes, whole % 60);
}

std::string percent(double fraction) { return fmt::format("{:.1f}", 100 * fraction); }

std::string count_of(std::int64_t number, std::string_view noun) {
  return fmt::format("{} {}{}", with_commas(number), noun, number == 1 ? "" : "s");
}

}  // namespace tripos::cli
