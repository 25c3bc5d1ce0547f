#include "harness/cli/matrix_formats.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <functional>
#include <nlohmann/json.hpp>

#include "harness/cli/layout.h"
#include "harness/cli/terminal.h"
#include "harness/core/text.h"
#include "reports/number_text.h"

namespace tripos::cli {
namespace {

using Json = nlohmann::ordered_json;
using reports::Disagreement;
using reports::Finding;
using reports::Matrix;
using reports::MatrixReader;
using reports::ReaderPositions;
using reports::shares_of;

constexpr std::size_t kMaxCellBytes = 40;  // of an answer, as `tripos show` has it

std::string one_line(std::string_view text) {
  std::string line(prefix_utf8(text, kMaxCellBytes));
  std::ranges::replace(line, '\n', ' ');
  return printable(line) + (text.size() > kMaxCellBytes ? "..." : "");
}

// A row of numbers behind its name.
struct NumberRow {
  std::string name;
  std::vector<std::string> cells;
};

// As many columns to a line as fit; the others follow below, each block with its heads.
std::string folded(const std::vector<std::string>& heads, const std::vector<NumberRow>& rows, int width) {
  constexpr int kIndent = 2;
  int name_width = 0;
  std::size_t cell_width = 0;
  for (const NumberRow& row : rows) name_width = std::max(name_width, display_width(row.name));
  for (const std::string& head : heads) cell_width = std::max(cell_width, head.size());
  for (const NumberRow& row : rows) {
    for (const std::string& cell : row.cells) cell_width = std::max(cell_width, cell.size());
  }
  const int room = width - kIndent - name_width;
  const std::size_t fitting = std::max(1, room / static_cast<int>(cell_width + 1));
  std::string text;
  for (std::size_t begin = 0; begin < heads.size(); begin += fitting) {
    const std::size_t end = std::min(heads.size(), begin + fitting);
    const auto line = [&](const std::string& name, const std::vector<std::string>& cells) {
      std::string out = fmt::format("{:{}}{:<{}}", "", kIndent, name, name_width);
      for (std::size_t i = begin; i < end; ++i) out += fmt::format(" {:>{}}", cells[i], cell_width);
      out.erase(out.find_last_not_of(' ') + 1);
      return out + "\n";
    };
    if (begin > 0) text += "\n";
    text += line("", heads);
    for (const NumberRow& row : rows) {
      const bool is_empty =
          std::all_of(row.cells.begin() + static_cast<std::ptrdiff_t>(begin),
                      row.cells.begin() + static_cast<std::ptrdiff_t>(end), std::mem_fn(&std::string::empty));
      if (!is_empty) text += line(row.name, row.cells);
    }
  }
  return text;
}

std::string head_text(const Matrix& matrix, int width) {
  const double lowest = matrix.readers.back().accuracy;
  const double highest = matrix.readers.front().accuracy;
  return fmt::format("{}  {}  {}  {}\n", printable(matrix.run.spec.task), printable(matrix.run.spec.model),
                     printable(matrix.run.spec.protocol), matrix.run.id) +
         wrap(fmt::format("{} to {}, read in {}: from {} to {} %, a spread of {} points. They all give the same "
                          "verdict on {} and differ on {}.",
                          count_of(matrix.responses, "response"), count_of(matrix.samples, "sample"),
                          count_of(static_cast<std::int64_t>(matrix.readers.size()), "way"), percent(lowest),
                          percent(highest), percent(matrix.spread()), with_commas(matrix.responses - matrix.disagreed),
                          with_commas(matrix.disagreed)),
              width, 2) +
         "\n";
}

std::string accuracy_text(const MatrixReader& reader) {
  const std::string error = reader.standard_error ? fmt::format(" ± {:4}", percent(*reader.standard_error)) : "";
  return fmt::format("{:>5} %{}", percent(reader.accuracy), error);
}

std::string readers_text(const Matrix& matrix, int width) {
  std::vector<std::vector<std::string>> rows = {{" #", "accuracy", "unparsed", "undecided", "read as"}};
  for (std::size_t i = 0; i < matrix.readers.size(); ++i) {
    const MatrixReader& reader = matrix.readers[i];
    rows.push_back({fmt::format("{:>2}", i + 1), accuracy_text(reader),
                    fmt::format("{:>8}", with_commas(reader.unparsed)),
                    fmt::format("{:>9}", with_commas(reader.undecided)),
                    fmt::format("{}: {}", fmt::join(reader.protocols, ", "), reader.rule)});
  }
  return columns(rows, width, 2);
}

// The lower half of the table; the upper one says the same.
std::string agreement_text(const Matrix& matrix, int width) {
  std::vector<std::string> heads;
  std::vector<NumberRow> rows;
  for (std::size_t i = 1; i < matrix.readers.size(); ++i) {
    heads.push_back(std::to_string(i));
    NumberRow row{fmt::format("{:>2}", i + 1), std::vector<std::string>(matrix.readers.size() - 1)};
    for (std::size_t j = 0; j < i; ++j) row.cells[j] = reports::whole_percent(matrix.agreed(i, j));
    rows.push_back(std::move(row));
  }
  return rows.empty() ? "" : "\nSame verdict, % of the responses (rounded down)\n" + folded(heads, rows, width);
}

std::string p_text(const std::optional<stats::ChiSquare>& test) {
  if (!test) return "-";
  return test->p_value < 0.001 ? "<.001" : fmt::format("{:.3f}", test->p_value).substr(test->p_value < 0.9995 ? 1 : 0);
}

NumberRow shares_row(std::string name, const std::vector<std::optional<double>>& shares,
                     const std::optional<stats::ChiSquare>& test) {
  NumberRow row{std::move(name), {}};
  for (const std::optional<double>& share : shares) row.cells.push_back(share ? percent(*share) : "-");
  row.cells.push_back(p_text(test));
  return row;
}

std::string positions_text(const Matrix& matrix, int width) {
  if (!matrix.positions || matrix.positions->keys.empty()) return "";
  const reports::Positions& positions = *matrix.positions;
  std::vector<std::string> heads;
  for (std::size_t i = 0; i < positions.keys.size(); ++i) heads.emplace_back(1, static_cast<char>('A' + i));
  heads.emplace_back("p");
  std::vector<NumberRow> rows = {shares_row("   key", shares_of(positions.keys), positions.key_balance)};
  for (std::size_t i = 0; i < positions.readers.size(); ++i) {
    const ReaderPositions& reader = positions.readers[i];
    rows.push_back(
        shares_row(fmt::format("{:>2} right", i + 1), shares_of(reader.correct, positions.keys), reader.same_shares));
    rows.push_back(shares_row("   chosen", shares_of(reader.chosen), reader.no_favourite));
  }
  return "\nBy letter, %\n" + folded(heads, rows, width) +
         wrap(
             "key: share of the responses for which the letter is right; tested against chance. right: accuracy on "
             "those; "
             "tested for being the same at every letter. chosen: share of the letters read as the answer; tested "
             "against the key's. p is that of chi-square tests that count a question once.",
             width, 2) +
         "\n";
}

std::string disagreements_text(const Matrix& matrix, int width) {
  if (matrix.disagreements.empty()) return "";
  const auto listed = static_cast<std::int64_t>(matrix.disagreements.size());
  std::string text = listed == matrix.disagreed
                         ? fmt::format("\nWhere they differ ({})\n", with_commas(listed))
                         : fmt::format("\nWhere they differ ({} of {}, rare patterns of verdicts first)\n",
                                       with_commas(listed), with_commas(matrix.disagreed));
  for (const Disagreement& disagreement : matrix.disagreements) {
    text += fmt::format("  {}  epoch {}", printable(disagreement.sample_id), disagreement.epoch);
    if (!disagreement.target.empty()) text += fmt::format("  reference {}", one_line(disagreement.target));
    if (disagreement.alike > 1) text += fmt::format("  ({} alike)", with_commas(disagreement.alike));
    text += "\n";
    std::vector<std::vector<std::string>> rows;
    for (const Finding& finding : disagreement.findings) {
      rows.push_back({std::string(to_string(finding.verdict)), one_line(finding.extracted),
                      reports::reader_numbers(finding.readers)});
    }
    text += columns(rows, width, 4);
  }
  return text;
}

// "" of a verdict that goes with an answer was withheld.
Json text_or_null(const std::string& text) { return text.empty() ? Json() : Json(text); }

Json p_json(const std::optional<stats::ChiSquare>& test) { return test ? Json(test->p_value) : Json(); }

Json to_json(const MatrixReader& reader) {
  return {{"protocols", reader.protocols},
          {"rule", reader.rule},
          {"scoring_sha256", reader.scoring_sha256},
          {"correct", reader.correct},
          {"accuracy", reader.accuracy},
          {"standard_error", reader.standard_error ? Json(*reader.standard_error) : Json()},
          {"unparsed", reader.unparsed},
          {"undecided", reader.undecided}};
}

Json to_json(const Disagreement& disagreement) {
  Json findings = Json::array();
  for (const Finding& finding : disagreement.findings) {
    findings.push_back({{"verdict", to_string(finding.verdict)},
                        {"extracted", text_or_null(finding.extracted)},
                        {"readers", finding.readers}});
  }
  return {{"sample", disagreement.sample_id},
          {"epoch", disagreement.epoch},
          {"target", text_or_null(disagreement.target)},
          {"alike", disagreement.alike},
          {"findings", std::move(findings)}};
}

Json to_json(const reports::Positions& positions) {
  Json readers = Json::array();
  for (const ReaderPositions& reader : positions.readers) {
    readers.push_back({{"correct", reader.correct},
                       {"correct_p", p_json(reader.same_shares)},
                       {"chosen", reader.chosen},
                       {"chosen_p", p_json(reader.no_favourite)}});
  }
  return {{"keys", positions.keys}, {"key_p", p_json(positions.key_balance)}, {"readers", std::move(readers)}};
}

}  // namespace

std::string to_text(const Matrix& matrix, int width) {
  return head_text(matrix, width) + "\n" + readers_text(matrix, width) + agreement_text(matrix, width) +
         positions_text(matrix, width) + disagreements_text(matrix, width);
}

Json to_json(const Matrix& matrix) {
  Json json = {{"run", matrix.run.id},           {"task", matrix.run.spec.task},
               {"model", matrix.run.spec.model}, {"asked", matrix.run.spec.protocol},
               {"samples", matrix.samples},      {"responses", matrix.responses},
               {"spread", matrix.spread()},      {"disagreed", matrix.disagreed},
               {"readers", Json::array()},       {"agreement", Json::array()},
               {"disagreements", Json::array()}, {"positions", matrix.positions ? to_json(*matrix.positions) : Json()}};
  for (const MatrixReader& reader : matrix.readers) json["readers"].push_back(to_json(reader));
  for (std::size_t i = 0; i < matrix.readers.size(); ++i) {
    Json& row = json["agreement"].emplace_back(Json::array());
    for (std::size_t j = 0; j < matrix.readers.size(); ++j) row.push_back(matrix.agreed(i, j));
  }
  for (const Disagreement& disagreement : matrix.disagreements) json["disagreements"].push_back(to_json(disagreement));
  return json;
}

}  // namespace tripos::cli
