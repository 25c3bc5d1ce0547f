// The comparison table for a terminal. Columns that do not fit beside each other move to further lines with their
// names, long model names get a line of their own, and no number is ever cut.

#include <fmt/format.h>

#include <algorithm>
#include <span>

#include "harness/core/text.h"
#include "reports/comparison_formats.h"
#include "reports/number_text.h"

namespace tripos::reports {
namespace {

constexpr int kIndent = 2;
constexpr int kGap = 2;

std::string spaces(int count) { return std::string(static_cast<std::size_t>(std::max(0, count)), ' '); }

std::string pad_left(const std::string& text, int width) { return spaces(width - display_width(text)) + text; }
std::string pad_right(const std::string& text, int width) { return text + spaces(width - display_width(text)); }

// A name as lines of at most `width` columns. A character takes no more columns than bytes, and at most four bytes.
std::vector<std::string> broken(const std::string& name, int width) {
  const auto most_bytes = static_cast<std::size_t>(4 * width);
  std::string_view rest = name;
  std::vector<std::string> lines;
  while (rest.size() > most_bytes || display_width(rest) > width) {
    std::string_view line = prefix_utf8(rest, most_bytes);
    while (display_width(line) > width) line = prefix_utf8(line, line.size() - 1);
    lines.emplace_back(line);
    rest.remove_prefix(line.size());
  }
  lines.emplace_back(rest);
  return lines;
}

// One table: the rows of a task under a protocol.
class Group {
 public:
  Group(std::span<const ComparisonRow> rows, int width) : rows_(rows), facts_(facts_of(rows)), width_(width) {
    int longest_name = display_width("model");
    for (const ComparisonRow& row : rows) {
      longest_name = std::max(longest_name, display_width(visible_line(row.model)));
    }
    for (std::size_t column = 0; column < facts_.front().size(); ++column) {
      int& widest = column_widths_.emplace_back(display_width(facts_.front()[column].name));
      for (const std::vector<Fact>& row : facts_) widest = std::max(widest, display_width(row[column].text));
    }
    beside_ = column_widths_.size();
    while (beside_ > 3 && width_beside() + longest_name > width) --beside_;  // accuracy, interval, correct stay
    while (beside_ > 1 && width_beside() + display_width("model") > width) --beside_;
    name_width_ = std::clamp(width - width_beside(), display_width("model"), longest_name);
  }

  std::string text() const {
    std::string text;
    for (const std::string& line :
         broken(visible_line(rows_.front().task) + "  " + visible_line(rows_.front().protocol), width_)) {
      text += line + "\n";
    }
    text += spaces(kIndent) + pad_right("model", name_width_);
    for (std::size_t i = 0; i < beside_; ++i) text += spaces(kGap) + pad_left(facts_[0][i].name, column_widths_[i]);
    text += "\n";
    for (std::size_t i = 0; i < rows_.size(); ++i) text += row_text(rows_[i], facts_[i]);
    return text;
  }

 private:
  int width_beside() const {
    int sum = kIndent;
    for (std::size_t i = 0; i < beside_; ++i) sum += kGap + column_widths_[i];
    return sum;
  }

  std::string row_text(const ComparisonRow& row, const std::vector<Fact>& facts) const {
    std::string text;
    std::string name = visible_line(row.model);
    if (display_width(name) > name_width_) {
      for (const std::string& line : broken(name, width_ - kIndent)) text += spaces(kIndent) + line + "\n";
      name.clear();
    }
    text += spaces(kIndent) + pad_right(name, name_width_);
    for (std::size_t i = 0; i < beside_; ++i) text += spaces(kGap) + pad_left(facts[i].text, column_widths_[i]);
    return text + "\n" + folded(std::span(facts).subspan(beside_));
  }

  // "name value" pairs, as many to a line as fit.
  std::string folded(std::span<const Fact> facts) const {
    std::string text;
    std::string line;
    for (const Fact& fact : facts) {
      const std::string pair = fmt::format("{} {}", fact.name, fact.text);
      if (!line.empty() && 2 * kIndent + display_width(line) + kGap + display_width(pair) > width_) {
        text += spaces(2 * kIndent) + line + "\n";
        line.clear();
      }
      line += (line.empty() ? "" : spaces(kGap)) + pair;
    }
    return line.empty() ? text : text + spaces(2 * kIndent) + line + "\n";
  }

  std::span<const ComparisonRow> rows_;
  std::vector<std::vector<Fact>> facts_;
  int width_;
  int name_width_ = 0;
  std::size_t beside_ = 0;  // facts on the line of the name
  std::vector<int> column_widths_;
};

}  // namespace

std::string comparison_table(const std::vector<ComparisonRow>& rows, int width) {
  std::string text;
  for (std::size_t begin = 0; begin < rows.size();) {
    std::size_t end = begin + 1;
    while (end < rows.size() && rows[end].task == rows[begin].task && rows[end].protocol == rows[begin].protocol) ++end;
    if (begin > 0) text += "\n";
    text += Group(std::span(rows).subspan(begin, end - begin), width).text();
    begin = end;
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
