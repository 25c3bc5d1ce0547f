// The comparison table for programs (JSON, CSV) and for documents (Markdown).

#include "reports/comparison_formats.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "harness/core/text.h"
#include "reports/number_text.h"

namespace tripos::reports {
namespace {

using nlohmann::ordered_json;

ordered_json cell_json(const ComparisonRow& row) {
  const auto measured = [&](double value) { return row.responses > 0 ? ordered_json(value) : ordered_json(); };
  const auto paired = [&](double stats::PairedDifference::*value) {
    return row.behind ? ordered_json((*row.behind).*value) : ordered_json();
  };
  return {{"model", repair_utf8(row.model)},
          {"task", repair_utf8(row.task)},
          {"protocol", repair_utf8(row.protocol)},
          {"samples", row.samples},
          {"epochs", row.epochs},
          {"correct", row.correct},
          {"accuracy", measured(row.accuracy)},
          {"ci_low", measured(row.ci_low)},
          {"ci_high", measured(row.ci_high)},
          {"truncated", row.truncated},
          {"refused", row.refused},
          {"unparsed", row.unparsed},
          {"errored", row.errored},
          {"output_tokens", row.output_tokens},
          {"input_tokens", row.input_tokens},
          {"seconds", row.seconds},
          {"responses", row.responses},
          {"undecided", row.undecided},
          {"pending", row.pending},
          {"asked", repair_utf8(row.asked)},
          {"run", row.run_id},
          {"behind", paired(&stats::PairedDifference::difference)},
          {"behind_low", paired(&stats::PairedDifference::low)},
          {"behind_high", paired(&stats::PairedDifference::high)},
          {"behind_p", paired(&stats::PairedDifference::p_value)}};
}

// A text that a spreadsheet would run as a formula gets an apostrophe in front, which spreadsheets do not show.
std::string csv_text(std::string_view raw) {
  std::string text = visible_line(raw);
  if (!text.empty() && std::string_view("=+-@").find(text.front()) != std::string_view::npos) text.insert(0, 1, '\'');
  if (text.find_first_of(",\"") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + '"';
}

std::string csv_field(const ordered_json& value) {
  if (value.is_null()) return "";
  return value.is_string() ? csv_text(value.get_ref<const std::string&>()) : value.dump();
}

bool is_alphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || (c & 0x80) != 0;
}

// An underscore inside a word is no emphasis, and names are full of them.
std::string markdown_text(std::string_view raw) {
  const std::string text = visible_line(raw);
  std::string escaped;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char before = i > 0 ? text[i - 1] : ' ';
    const char after = i + 1 < text.size() ? text[i + 1] : ' ';
    const bool special = std::string_view("\\|*`<>[]~&$").find(text[i]) != std::string_view::npos;
    const bool emphasis = text[i] == '_' && !(is_alphanumeric(before) && is_alphanumeric(after));
    const bool link = text[i] == ':' && after == '/';
    if (special || emphasis || link) escaped += '\\';
    escaped += text[i];
  }
  return escaped;
}

// "1.20 [0.1, 2.3]": points, and the interval of the paired difference.
std::string behind_text(const stats::PairedDifference& behind) {
  return fmt::format("{} {}", percent(behind.difference, 2), interval_text(behind.low, behind.high));
}

template <typename Texts>
std::string joined(const Texts& texts, std::string_view separator) {
  return fmt::format("{}", fmt::join(texts, separator));
}

}  // namespace

std::vector<std::vector<Fact>> facts_of(std::span<const ComparisonRow> rows) {
  const bool any_undecided = std::ranges::any_of(rows, [](const ComparisonRow& row) { return row.undecided > 0; });
  const bool any_pending = std::ranges::any_of(rows, [](const ComparisonRow& row) { return row.pending > 0; });
  const bool any_behind = std::ranges::any_of(rows, [](const ComparisonRow& row) { return row.behind.has_value(); });
  std::vector<std::vector<Fact>> all;
  for (const ComparisonRow& row : rows) {
    const bool measured = row.responses > 0;
    std::vector<Fact>& facts = all.emplace_back();
    facts.push_back({"accuracy", measured ? percent(row.accuracy, 2) + " %" : "not scored"});
    facts.push_back({"95 % interval", measured ? interval_text(row.ci_low, row.ci_high) : "-"});
    facts.push_back(
        {"correct of n x k",
         measured ? fmt::format("{} of {} x {}", thousands(row.correct), thousands(row.samples), row.epochs) : "-"});
    if (any_behind) facts.push_back({"behind the best", row.behind ? behind_text(*row.behind) : "-"});
    facts.push_back({"truncated", thousands(row.truncated)});
    facts.push_back({"refused", thousands(row.refused)});
    facts.push_back({"unparsed", thousands(row.unparsed)});
    if (any_undecided) facts.push_back({"undecided", thousands(row.undecided)});
    facts.push_back({"errored", thousands(row.errored)});
    if (any_pending) facts.push_back({"pending", thousands(row.pending)});
    facts.push_back({"tokens", row.output_tokens > 0 ? thousands(row.output_tokens) : "-"});
    facts.push_back({"time", row.seconds > 0 ? clock_text(row.seconds) : "-"});
  }
  return all;
}

std::string comparison_json(const std::vector<ComparisonRow>& rows) {
  auto cells = ordered_json::array();
  for (const ComparisonRow& row : rows) cells.push_back(cell_json(row));
  // ASCII only: a name from outside steers no terminal, and reads back as it was.
  return ordered_json{{"schema", 1}, {"cells", std::move(cells)}}.dump(2, ' ', true) + "\n";
}

std::string comparison_csv(const std::vector<ComparisonRow>& rows) {
  std::vector<std::string> fields;
  const ordered_json names = cell_json({});
  for (const auto& [name, value] : names.items()) fields.push_back(name);
  std::string text = joined(fields, ",") + "\r\n";
  for (const ComparisonRow& row : rows) {
    fields.clear();
    const ordered_json cell = cell_json(row);
    for (const ordered_json& value : cell) fields.push_back(csv_field(value));
    text += joined(fields, ",") + "\r\n";
  }
  return text;
}

std::string comparison_markdown(const std::vector<ComparisonRow>& rows) {
  std::string names = "| task | model | protocol |";
  std::string rule = "| --- | --- | --- |";
  std::string lines;
  const std::vector<std::vector<Fact>> facts = facts_of(rows);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    lines += fmt::format("| {} | {} | {} |", markdown_text(rows[i].task), markdown_text(rows[i].model),
                         markdown_text(rows[i].protocol));
    for (const Fact& fact : facts[i]) {
      if (i == 0) {
        names += fmt::format(" {} |", fact.name);
        rule += " ---: |";
      }
      lines += fmt::format(" {} |", fact.text);
    }
    lines += "\n";
  }
  return names + "\n" + rule + "\n" + lines;
}

}  // namespace tripos::reports
