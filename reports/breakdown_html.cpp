// Accuracy by subject, level and the like, below the table of a task.

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "reports/interval_plot.h"
#include "reports/number_text.h"
#include "reports/page_text.h"

namespace tripos::reports {
namespace {

constexpr std::size_t kMostValues = 60;  // a key with more is an id or a text, no group
constexpr int kFewSamples = 30;          // shown grey: the interval spans up to a third of the scale

using Breakdown = std::map<std::string, BreakdownRow>;  // by value of one key

struct BreakdownTable {
  std::string key;
  std::set<std::string> values;
  std::vector<std::size_t> columns;  // index of the cell
  std::vector<Breakdown> by_column;
};

std::vector<BreakdownTable> breakdown_tables(const Section& section) {
  std::map<std::string, BreakdownTable> tables;
  for (std::size_t cell = 0; cell < section.cells.size(); ++cell) {
    for (auto& [key, rows] : break_down(section.cells[cell])) {
      BreakdownTable& table = tables[key];
      table.key = key;
      table.columns.push_back(cell);
      Breakdown& column = table.by_column.emplace_back();
      for (BreakdownRow& row : rows) {
        table.values.insert(row.value);
        column.emplace(row.value, std::move(row));
      }
    }
  }
  std::vector<BreakdownTable> shown;
  for (auto& [key, table] : tables) {
    const bool groups = table.values.size() > 1 && table.values.size() <= kMostValues &&
                        table.values.size() * 2 <= std::max<std::size_t>(section.questions.size(), 4);
    if (groups) shown.push_back(std::move(table));
  }
  return shown;
}

// The number of samples stands in the head of the group, and in a cell where it is another.
std::string cell_html(const Breakdown& column, const std::string& value, int group_samples) {
  const auto found = column.find(value);
  if (found == column.end()) return "<td class=\"zero\">–</td>";
  const BreakdownRow& row = found->second;
  return fmt::format("<td class=\"share{}\"><span><b>{}</b> <small>{}{}</small></span>{}</td>",
                     row.samples < kFewSamples ? " few" : "", percent(row.accuracy, 1),
                     interval_text(row.ci_low, row.ci_high),
                     row.samples == group_samples ? "" : fmt::format(" n&#8239;=&#8239;{}", row.samples),
                     plot_html({0, 1, 0.25}, row.accuracy, row.ci_low, row.ci_high));
}

int most_samples(const BreakdownTable& table, const std::string& value) {
  int most = 0;
  for (const Breakdown& column : table.by_column) {
    const auto found = column.find(value);
    if (found != column.end()) most = std::max(most, found->second.samples);
  }
  return most;
}

std::string group_head(const std::string& value, int samples) {
  return fmt::format("{}<small>n&#8239;=&#8239;{}</small>", escape_html(value), thousands(samples));
}

std::string model_head(const Section& section, std::size_t cell) {
  const ComparisonRow& row = section.rows[cell];
  const bool one_protocol =
      std::ranges::all_of(section.rows, [&](const ComparisonRow& other) { return other.protocol == row.protocol; });
  return fmt::format("<bdi title=\"{}\">{}</bdi>{}", escape_html(row.model),
                     escape_html(row.model.substr(row.model.rfind('/') + 1)),
                     one_protocol ? "" : "<small>" + escape_html(row.protocol) + "</small>");
}

// The longer side runs down the page.
std::string table_html(const Section& section, const BreakdownTable& table) {
  const std::vector<std::string> values(table.values.begin(), table.values.end());
  const bool models_down = table.columns.size() > values.size();
  const std::size_t rows = models_down ? table.columns.size() : values.size();
  const std::size_t columns = models_down ? values.size() : table.columns.size();
  const auto head = [&](bool is_model, std::size_t i) {
    return is_model ? model_head(section, table.columns[i]) : group_head(values[i], most_samples(table, values[i]));
  };
  std::string html = fmt::format(
      "<table class=\"breakdown\"><caption class=\"unseen\">Accuracy by {0}</caption><thead><tr>"
      "<th scope=\"col\">{0}</th>",
      escape_html(table.key));
  for (std::size_t i = 0; i < columns; ++i) html += "<th scope=\"col\">" + head(!models_down, i) + "</th>";
  html += "</tr></thead><tbody>\n";
  for (std::size_t i = 0; i < rows; ++i) {
    html += "<tr><th scope=\"row\">" + head(models_down, i) + "</th>";
    for (std::size_t j = 0; j < columns; ++j) {
      const std::string& value = values[models_down ? j : i];
      html += cell_html(table.by_column[models_down ? i : j], value, most_samples(table, value));
    }
    html += "</tr>\n";
  }
  return html + "</tbody></table>\n";
}

}  // namespace

std::string breakdown_html(const Section& section) {
  std::string html;
  for (const BreakdownTable& table : breakdown_tables(section)) {
    html += fmt::format(
        "<details class=\"by\"><summary>By {0} <small>{1} groups</small></summary><div class=\"scroll\" tabindex=\"0\" "
        "role=\"region\" aria-label=\"Accuracy by {0}\">{2}</div></details>\n",
        escape_html(table.key), table.values.size(), table_html(section, table));
  }
  return html;
}

}  // namespace tripos::reports
