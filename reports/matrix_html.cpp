// How other protocols read the same responses, below the table of a task.

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "reports/interval_plot.h"
#include "reports/number_text.h"
#include "reports/page_text.h"

namespace tripos::reports {
namespace {

std::string table_open(std::string_view style, std::string_view caption) {
  return fmt::format(
      "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"{1}\"><table class=\"{0}\"><caption "
      "class=\"unseen\">{1}</caption>\n",
      style, caption);
}

std::string lede_html(const Matrix& matrix) {
  return fmt::format(
      "<p class=\"lede\">{} read in {}: from {}&#8239;% to {}&#8239;%, a spread of <b>{}</b> points. All give the same "
      "verdict on <b>{}</b> and differ on <b>{}</b>. ± is one standard error.</p>\n",
      counted_html(static_cast<std::size_t>(matrix.responses), "response"), counted_html(matrix.readers.size(), "way"),
      percent(matrix.readers.back().accuracy, 1), percent(matrix.readers.front().accuracy, 1),
      percent(matrix.spread(), 1), thousands(matrix.responses - matrix.disagreed), thousands(matrix.disagreed));
}

std::string count_cell(int count) {
  return fmt::format("<td class=\"number{}\">{}</td>", count > 0 ? "" : " zero", thousands(count));
}

std::string reader_html(const MatrixReader& reader, std::size_t number) {
  std::vector<std::string> labels;
  for (const std::string& label : reader.protocols) labels.push_back(escape_html(label));
  const std::string error =
      reader.standard_error ? fmt::format(" <small>±&#8239;{}</small>", percent(*reader.standard_error, 1)) : "";
  return fmt::format(
             "<tr><td class=\"number\">{}</td><th scope=\"row\">{}<small>{}</small></th><td "
             "class=\"accuracy\"><b>{}</b>"
             "{}</td><td class=\"chart\">{}</td>",
             number, fmt::join(labels, ", "), escape_html(reader.rule), percent(reader.accuracy, 1), error,
             plot_html({0, 1, 0.25}, reader.accuracy, reader.accuracy, reader.accuracy)) +
         count_cell(reader.unparsed) + count_cell(reader.undecided) + "</tr>\n";
}

std::string readers_html(const Matrix& matrix) {
  std::string html = table_open("readers", "Accuracy by the protocol that reads");
  html += fmt::format(
      "<thead><tr><th scope=\"col\">#</th><th scope=\"col\">read as</th><th scope=\"col\" class=\"number\" title=\"± "
      "one "
      "standard error\">accuracy</th><th scope=\"col\" class=\"chart\">{}<span class=\"unseen\">accuracy</span></th>"
      "<th scope=\"col\" class=\"number\" title=\"responses in which no answer was found\">unparsed</th><th "
      "scope=\"col\" class=\"number\" title=\"answers that the grader could not decide about\">undecided</th></tr>"
      "</thead><tbody>\n",
      axis_html({0, 1, 0.25}));
  for (std::size_t i = 0; i < matrix.readers.size(); ++i) html += reader_html(matrix.readers[i], i + 1);
  return html + "</tbody></table></div>\n";
}

std::string agreement_html(const Matrix& matrix) {
  std::string html = "<h4>Same verdict of two readers, % of the responses</h4>\n" +
                     table_open("agreement", "Share of responses with the same verdict") + "<thead><tr><td></td>";
  for (std::size_t i = 1; i <= matrix.readers.size(); ++i) html += fmt::format("<th scope=\"col\">{}</th>", i);
  html += "</tr></thead><tbody>\n";
  for (std::size_t i = 0; i < matrix.readers.size(); ++i) {
    html += fmt::format("<tr><th scope=\"row\">{}</th>", i + 1);
    for (std::size_t j = 0; j < matrix.readers.size(); ++j) {
      html += fmt::format("<td style=\"--share:{0}%\">{0}</td>", whole_percent(matrix.agreed(i, j)));
    }
    html += "</tr>\n";
  }
  return html + "</tbody></table></div>\n";
}

std::string p_cell(const std::optional<stats::ChiSquare>& test) {
  if (!test) return "<td class=\"number zero\">–</td>";
  return fmt::format("<td class=\"number\">{}</td>",
                     test->p_value < 0.001 ? "&lt;&#8239;0.001" : fmt::format("{:.3f}", test->p_value));
}

std::string position_row(std::string_view head, std::string_view what, const std::vector<std::optional<double>>& shares,
                         const std::optional<stats::ChiSquare>& test) {
  std::string html = fmt::format("<tr>{}<td>{}</td>", head, what);
  for (const std::optional<double>& share : shares) {
    html +=
        share ? fmt::format("<td class=\"number\">{}</td>", percent(*share, 1)) : "<td class=\"number zero\">–</td>";
  }
  return html + p_cell(test) + "</tr>\n";
}

std::string positions_html(const Matrix& matrix) {
  if (!matrix.positions || matrix.positions->keys.empty()) return "";
  const Positions& positions = *matrix.positions;
  std::string html =
      "<h4>By letter, %</h4>\n<p class=\"note\">key: share of the responses for which the letter is right; tested "
      "against chance. right: accuracy on those; tested for being the same at every letter. chosen: share of the "
      "letters read as the answer; tested against the key&#39;s. p is that of chi-square tests that count a question "
      "once.</p>\n" +
      table_open("positions", "Accuracy and choices by letter") +
      "<thead><tr><th scope=\"col\">#</th><th scope=\"col\">share</th>";
  for (std::size_t i = 0; i < positions.keys.size(); ++i) {
    html += fmt::format("<th scope=\"col\" class=\"number\">{}</th>", static_cast<char>('A' + i));
  }
  html += "<th scope=\"col\" class=\"number\">p</th></tr></thead><tbody>\n" +
          position_row("<td></td>", "key", shares_of(positions.keys), positions.key_balance);
  for (std::size_t i = 0; i < positions.readers.size(); ++i) {
    const ReaderPositions& reader = positions.readers[i];
    html += position_row(fmt::format("<th scope=\"rowgroup\" rowspan=\"2\">{}</th>", i + 1), "right",
                         shares_of(reader.correct, positions.keys), reader.same_shares) +
            position_row("", "chosen", shares_of(reader.chosen), reader.no_favourite);
  }
  return html + "</tbody></table></div>\n";
}

std::string finding_html(const Finding& finding) {
  return fmt::format("<li><span class=\"verdict {0}\">{0}</span> <bdi>{1}</bdi> <small>{2}</small></li>",
                     to_string(finding.verdict), escape_html(finding.extracted), reader_numbers(finding.readers));
}

std::string disagreements_html(const Section& section, const Matrix& matrix) {
  if (matrix.disagreements.empty()) return "";
  std::string html =
      fmt::format("<h4>Where they differ <small>{} of {}, rare patterns of verdicts first</small></h4>\n",
                  thousands(static_cast<std::int64_t>(matrix.disagreements.size())), thousands(matrix.disagreed)) +
      table_open("differ", "Responses on which readers differ") +
      "<thead><tr><th scope=\"col\">response</th><th scope=\"col\">reference</th><th scope=\"col\">verdict, answer, "
      "readers</th><th scope=\"col\" class=\"number\" title=\"responses with the same "
      "verdicts\">alike</th></tr></thead>"
      "<tbody>\n";
  for (const Disagreement& disagreement : matrix.disagreements) {
    html += fmt::format(
        "<tr><th scope=\"row\"><a href=\"#task/{}/q/{}\">{}</a><small>epoch {}</small></th><td><bdi>{}</bdi></td>"
        "<td><ul>",
        encode_fragment(section.key), encode_fragment(disagreement.sample_id), escape_html(disagreement.sample_id),
        disagreement.epoch, escape_html(disagreement.target));
    for (const Finding& finding : disagreement.findings) html += finding_html(finding);
    html += fmt::format("</ul></td><td class=\"number\">{}</td></tr>\n", thousands(disagreement.alike));
  }
  return html + "</tbody></table></div>\n";
}

}  // namespace

std::string matrices_html(const Section& section) {
  std::string html;
  for (const Matrix& matrix : section.matrices) {
    html += fmt::format(
        "<details class=\"by matrix\"><summary>Read by other protocols <small><bdi>{}</bdi>{}, spread {} "
        "points</small></summary>\n",
        escape_html(matrix.run.spec.model),
        matrix.run.spec.protocol == "imported" ? "" : ", asked with " + escape_html(matrix.run.spec.protocol),
        percent(matrix.spread(), 1));
    html += lede_html(matrix) + readers_html(matrix) + agreement_html(matrix) + positions_html(matrix) +
            disagreements_html(section, matrix) + "</details>\n";
  }
  return html;
}

}  // namespace tripos::reports
