// The comparison table for programs (JSON, CSV) and for documents (Markdown).

#include "reports/comparison_formats.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "harness/core/text.h"
#include "reports/number_text.h"

namespace tripos::reports {
namespace {

// A number that nothing was measured for is absent, not zero.
nlohmann::ordered_json measured(const ComparisonRow& row, double value) {
  return row.responses > 0 ? nlohmann::ordered_json(value) : nlohmann::ordered_json();
}

std::string csv_field(const nlohmann::ordered_json& value) {
  if (value.is_null()) return "";
  if (!value.is_string()) return value.dump();
  const auto& text = value.get_ref<const std::string&>();
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + '"';
}

std::string markdown_text(std::string_view text) {
  std::string escaped;
  for (const char c : visible_line(text)) {
    if (std::string_view("\\|*`<[").find(c) != std::string_view::npos) escaped += '\\';
    escaped += c;
  }
  return escaped;
}

nlohmann::ordered_json cell_json(const ComparisonRow& row) {
  return {{"model", repair_utf8(row.model)},
          {"task", repair_utf8(row.task)},
          {"protocol", repair_utf8(row.protocol)},
          {"samples", row.samples},
          {"epochs", row.epochs},
          {"correct", row.correct},
          {"accuracy", measured(row, row.accuracy)},
          {"ci_low", measured(row, row.ci_low)},
          {"ci_high", measured(row, row.ci_high)},
          {"truncated", row.truncated},
          {"refused", row.refused},
          {"unparsed", row.unparsed},
          {"errored", row.errored},
          {"output_tokens", row.output_tokens},
          {"asked", repair_utf8(row.asked)},
          {"run", row.run_id},
          {"responses", row.responses},
          {"undecided", row.undecided},
          {"input_tokens", row.input_tokens},
          {"seconds", row.seconds}};
}

}  // namespace

std::string comparison_json(const std::vector<ComparisonRow>& rows) {
  auto cells = nlohmann::ordered_json::array();
  for (const ComparisonRow& row : rows) cells.push_back(cell_json(row));
  return nlohmann::ordered_json{{"schema", 1}, {"cells", std::move(cells)}}.dump(2) + "\n";
}

std::string comparison_csv(const std::vector<ComparisonRow>& rows) {
  std::string text;
  const auto line = [&](const nlohmann::ordered_json& cell, bool names) {
    bool first = true;
    for (const auto& [name, value] : cell.items()) {
      if (!first) text += ',';
      first = false;
      text += names ? name : csv_field(value);
    }
    text += "\r\n";  // RFC 4180
  };
  line(cell_json({}), true);
  for (const ComparisonRow& row : rows) line(cell_json(row), false);
  return text;
}

std::string comparison_markdown(const std::vector<ComparisonRow>& rows) {
  std::string text =
      "| task | model | protocol | accuracy | 95 % interval | correct | n × k | truncated | refused | unparsed | "
      "errored "
      "| output tokens |\n"
      "| --- | --- | --- | ---: | :---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n";
  for (const ComparisonRow& row : rows) {
    const bool measured = row.responses > 0;
    text += fmt::format("| {} | {} | {} | {} | {} | {} | {} × {} | {} | {} | {} | {} | {} |\n", markdown_text(row.task),
                        markdown_text(row.model), markdown_text(row.protocol),
                        measured ? percent(row.accuracy, 2) + " %" : "-",
                        measured ? interval_text(row.ci_low, row.ci_high) : "-",
                        measured ? fmt::format("{} of {}", row.correct, row.responses) : "-", row.samples, row.epochs,
                        row.truncated, row.refused, row.unparsed, row.errored, thousands(row.output_tokens));
  }
  return text;
}

}  // namespace tripos::reports
