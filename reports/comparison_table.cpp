// The comparison table for a terminal. Columns that do not fit beside each other move to a second line with their
// names, long model names get a line of their own, and no number is ever cut.

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "harness/core/text.h"
#include "reports/comparison_formats.h"
#include "reports/number_text.h"

namespace tripos::reports {
namespace {

constexpr std::array kHeaders = {"accuracy", "95 % interval", "correct", "n x k",  "truncated",
                                 "refused",  "unparsed",      "errored", "tokens", "time"};
constexpr std::size_t kAlwaysBeside = 3;  // a number comes with its count and its uncertainty
using Values = std::array<std::string, kHeaders.size()>;

Values values_of(const ComparisonRow& row) {
  const bool measured = row.responses > 0;
  return {measured ? percent(row.accuracy, 2) + " %" : "-",
          measured ? interval_text(row.ci_low, row.ci_high) : "-",
          measured ? fmt::format("{} of {}", row.correct, row.responses) : "-",
          fmt::format("{} x {}", row.samples, row.epochs),
          thousands(row.truncated),
          thousands(row.refused),
          thousands(row.unparsed),
          thousands(row.errored),
          row.output_tokens > 0 ? thousands(row.output_tokens) : "-",
          row.seconds > 0 ? clock_text(row.seconds) : "-"};
}

std::string pad_left(std::string_view text, int width) {
  return std::string(static_cast<std::size_t>(std::max(0, width - display_width(text))), ' ').append(text);
}

std::string pad_right(std::string text, int width) {
  text.append(static_cast<std::size_t>(std::max(0, width - display_width(text))), ' ');
  return text;
}

struct Layout {
  int name = 0;  // columns of the model name
  std::array<int, kHeaders.size()> widths{};
  std::size_t beside = 0;  // values on the first line
  int width = 80;
};

Layout lay_out(const std::vector<const ComparisonRow*>& rows, int width) {
  Layout layout;
  layout.width = width;
  int longest_name = display_width("model");
  for (std::size_t i = 0; i < kHeaders.size(); ++i) layout.widths[i] = display_width(kHeaders[i]);
  for (const ComparisonRow* row : rows) {
    const Values values = values_of(*row);
    for (std::size_t i = 0; i < values.size(); ++i) {
      layout.widths[i] = std::max(layout.widths[i], display_width(values[i]));
    }
    longest_name = std::max(longest_name, display_width(visible_line(row->model)));
  }
  const auto columns = [&](std::size_t count) {
    int sum = 2;
    for (std::size_t i = 0; i < count; ++i) sum += 2 + layout.widths[i];
    return sum;
  };
  layout.beside = kHeaders.size();
  while (layout.beside > kAlwaysBeside && columns(layout.beside) + longest_name > width) --layout.beside;
  layout.name = std::clamp(width - columns(layout.beside), display_width("model"), longest_name);
  return layout;
}

// The values without a place on the first line, as "name value" pairs wrapped at the width.
std::string folded_line(const Values& values, const Layout& layout) {
  std::string text;
  std::string line;
  for (std::size_t i = layout.beside; i < values.size(); ++i) {
    const std::string pair = fmt::format("{} {}", kHeaders[i], values[i]);
    if (!line.empty() && 4 + display_width(line) + 2 + display_width(pair) > layout.width) {
      text += "    " + line + "\n";
      line.clear();
    }
    line += (line.empty() ? "" : "  ") + pair;
  }
  return line.empty() ? text : text + "    " + line + "\n";
}

std::string row_text(const ComparisonRow& row, const Layout& layout) {
  const Values values = values_of(row);
  std::string text = "  ";
  std::string name = visible_line(row.model);
  if (display_width(name) > layout.name) {
    text += name + "\n  ";
    name.clear();
  }
  text += pad_right(name, layout.name);
  for (std::size_t i = 0; i < layout.beside; ++i) text += "  " + pad_left(values[i], layout.widths[i]);
  return text + "\n" + folded_line(values, layout);
}

std::string group_text(const std::vector<const ComparisonRow*>& rows, int width) {
  const Layout layout = lay_out(rows, width);
  std::string text = visible_line(rows.front()->task) + "  " + visible_line(rows.front()->protocol) + "\n  ";
  text += pad_right("model", layout.name);
  for (std::size_t i = 0; i < layout.beside; ++i) text += "  " + pad_left(kHeaders[i], layout.widths[i]);
  text += "\n";
  for (const ComparisonRow* row : rows) text += row_text(*row, layout);
  return text;
}

}  // namespace

std::string comparison_table(const std::vector<ComparisonRow>& rows, int width) {
  std::string text;
  std::vector<const ComparisonRow*> group;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    group.push_back(&rows[i]);
    const bool last =
        i + 1 == rows.size() || rows[i + 1].task != rows[i].task || rows[i + 1].protocol != rows[i].protocol;
    if (!last) continue;
    std::ranges::stable_sort(group, [](const auto* a, const auto* b) { return a->accuracy > b->accuracy; });
    if (!text.empty()) text += "\n";
    text += group_text(group, width);
    group.clear();
  }
  return text;
}

std::string render_comparison(const std::vector<ComparisonRow>& rows, TableFormat format, int width) {
  switch (format) {
    case TableFormat::kTable:
      return comparison_table(rows, width);
    case TableFormat::kMarkdown:
      return comparison_markdown(rows);
    case TableFormat::kCsv:
      return comparison_csv(rows);
    case TableFormat::kJson:
      return comparison_json(rows);
  }
  return "";
}

}  // namespace tripos::reports
