// The table of each task, the first thing a reader sees.

#include <fmt/format.h>

#include <set>

#include "reports/interval_plot.h"
#include "reports/number_text.h"
#include "reports/page_text.h"

namespace tripos::reports {
namespace {

// "provider/name" with the provider dimmed; a long path keeps its last part in front of the eye.
std::string model_html(const std::string& model) {
  const std::size_t slash = model.rfind('/');
  if (slash == std::string::npos) return fmt::format("<bdi>{}</bdi>", escape_html(model));
  return fmt::format("<bdi><span class=\"provider\">{}</span><wbr>{}</bdi>", escape_html(model.substr(0, slash + 1)),
                     escape_html(model.substr(slash + 1)));
}

std::string protocol_html(const ComparisonRow& row) {
  std::string html = escape_html(row.protocol);
  if (row.asked == "imported") return html + " · imported";
  if (row.asked != row.protocol) html += " · asked with " + escape_html(row.asked);
  return html;
}

// Zero is the quiet case.
std::string count_cell(std::string_view label, int count) {
  return fmt::format("<td class=\"number{}\" data-label=\"{}\" data-value=\"{}\">{}</td>", count == 0 ? " zero" : "",
                     label, count, thousands(count));
}

std::string amount_cell(std::string_view label, double value, const std::string& text) {
  return fmt::format("<td class=\"number{}\" data-label=\"{}\" data-value=\"{}\">{}</td>", value > 0 ? "" : " zero",
                     label, value, value > 0 ? text : "–");
}

std::string accuracy_cells(const ComparisonRow& row, const Axis& axis) {
  if (row.responses == 0) {
    return "<td class=\"accuracy zero\" data-label=\"accuracy\" data-value=\"-1\">–</td><td class=\"chart\"></td>"
           "<td class=\"number zero\" data-label=\"n × k\" data-value=\"0\">–</td>";
  }
  return fmt::format(
      "<td class=\"accuracy\" data-label=\"accuracy\" data-value=\"{}\"><b>{}</b>&#8239;% <small>{}</small></td>"
      "<td class=\"chart\">{}</td>"
      "<td class=\"number\" data-label=\"n × k\" data-value=\"{}\">{}&#8239;×&#8239;{}<small>{} right</small></td>",
      row.accuracy, percent(row.accuracy, 2), interval_text(row.ci_low, row.ci_high),
      plot_html(axis, row.accuracy, row.ci_low, row.ci_high), row.responses, thousands(row.samples), row.epochs,
      thousands(row.correct));
}

std::string row_html(const ComparisonRow& row, const Axis& axis) {
  std::string html = fmt::format("<tr><th scope=\"row\" data-value=\"{}\">{}<small>{}</small></th>",
                                 escape_html(row.model), model_html(row.model), protocol_html(row));
  html += accuracy_cells(row, axis);
  html += count_cell("truncated", row.truncated) + count_cell("refused", row.refused) +
          count_cell("unparsed", row.unparsed) + count_cell("errored", row.errored);
  html += amount_cell("tokens out", static_cast<double>(row.output_tokens), thousands(row.output_tokens));
  html += amount_cell("time", row.seconds, clock_text(row.seconds));
  return html + "</tr>\n";
}

std::string table_html(const Section& section) {
  const Axis axis = axis_for(section.rows);
  std::string html = fmt::format(
      "<div class=\"scroll\"><table class=\"leaderboard\">\n<caption class=\"unseen\">Accuracy on "
      "{}</caption>\n<thead><tr>"
      "<th scope=\"col\">model</th>"
      "<th scope=\"col\" class=\"number\">accuracy <small>95 %</small></th>"
      "<th scope=\"col\" class=\"chart\">{}<span class=\"unseen\">interval</span></th>"
      "<th scope=\"col\" class=\"number\" title=\"questions with a response × responses to a question\">n × k</th>"
      "<th scope=\"col\" class=\"number\" title=\"answers that reached the token limit\">truncated</th>"
      "<th scope=\"col\" class=\"number\" title=\"refused by the model or stopped by a content filter\">refused</th>"
      "<th scope=\"col\" class=\"number\" title=\"responses in which no answer was found\">unparsed</th>"
      "<th scope=\"col\" class=\"number\" title=\"requests that brought no response; not counted as "
      "wrong\">errored</th>"
      "<th scope=\"col\" class=\"number\">tokens out</th>"
      "<th scope=\"col\" class=\"number\" title=\"sum over the responses\">time</th></tr></thead>\n<tbody>\n",
      escape_html(section.key), axis_html(axis));
  for (const ComparisonRow& row : section.rows) html += row_html(row, axis);
  return html + "</tbody></table></div>\n";
}

std::string lede_html(const Section& section) {
  const store::Run& run = section.cells.front().run;
  std::string html = fmt::format("{} questions", thousands(static_cast<std::int64_t>(section.questions.size())));
  if (!run.details.dataset_revision.empty()) html += " · revision " + escape_html(run.details.dataset_revision);
  html += fmt::format(" · <span title=\"SHA-256 of the dataset\">{}</span>",
                      escape_html(run.spec.dataset_sha256.substr(0, 12)));
  if (section.is_private) html += " · private";
  return html;
}

std::string questions_html(const Section& section, std::size_t index) {
  if (section.questions.empty()) return "";
  return fmt::format(
      "<section class=\"questions\" data-section=\"{}\">\n<h3>Questions</h3>\n"
      "<noscript><p class=\"note\">The questions and answers are packed in this file; a script of this page opens "
      "them.</p></noscript>\n</section>\n",
      index);
}

}  // namespace

std::string sections_html(const ReportData& data) {
  if (data.sections.empty()) {
    return "<p class=\"note\">This store holds no results yet. <code>tripos run math500 -m MODEL</code> makes "
           "some.</p>\n";
  }
  std::string html;
  for (std::size_t i = 0; i < data.sections.size(); ++i) {
    const Section& section = data.sections[i];
    html += fmt::format(
        "<section class=\"task\" id=\"task/{}\">\n<h2><a href=\"#task/{}\">{}</a></h2>\n<p class=\"lede\">{}</p>\n",
        encode_fragment(section.key), encode_fragment(section.key), escape_html(section.key), lede_html(section));
    html += table_html(section) + breakdown_html(section) + questions_html(section, i) + "</section>\n";
  }
  return html;
}

}  // namespace tripos::reports
