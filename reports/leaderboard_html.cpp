// The table of each task, the first thing a reader sees.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>
#include <span>

#include "reports/interval_plot.h"
#include "reports/number_text.h"
#include "reports/page_text.h"

namespace tripos::reports {
namespace {

struct CountColumn {
  const char* name;
  const char* meaning;
  int ComparisonRow::*count;
  bool optional = false;  // shown only where some row has one
};
constexpr std::array kCounts = {
    CountColumn{"truncated", "responses that reached the token limit", &ComparisonRow::truncated},
    CountColumn{"refused", "refused by the model or stopped by a content filter", &ComparisonRow::refused},
    CountColumn{"unparsed", "responses in which no answer was found", &ComparisonRow::unparsed},
    CountColumn{"undecided", "answers that the grader could not decide about", &ComparisonRow::undecided, true},
    CountColumn{"errored", "requests that brought no response; not counted as wrong", &ComparisonRow::errored},
    CountColumn{"pending", "requests that were asked and not yet answered", &ComparisonRow::pending, true}};

std::vector<CountColumn> counts_shown(const std::vector<ComparisonRow>& rows) {
  std::vector<CountColumn> shown;
  for (const CountColumn& column : kCounts) {
    const bool any = std::ranges::any_of(rows, [&](const ComparisonRow& row) { return row.*column.count > 0; });
    if (any || !column.optional) shown.push_back(column);
  }
  return shown;
}

// "provider/name" with the provider dimmed; a long path keeps its last part in front of the eye.
std::string model_html(const std::string& model) {
  const std::size_t slash = model.rfind('/');
  if (slash == std::string::npos) return fmt::format("<bdi>{}</bdi>", escape_html(model));
  return fmt::format("<bdi><span class=\"provider\">{}</span><wbr>{}</bdi>", escape_html(model.substr(0, slash + 1)),
                     escape_html(model.substr(slash + 1)));
}

// How the responses came about, where it is not the protocol that judged them.
std::string origin_html(const ComparisonRow& row) {
  if (row.asked == "imported") return "<small>imported</small>";
  if (row.asked != row.protocol) return "<small>asked with " + escape_html(row.asked) + "</small>";
  return "";
}

// A number to sort by, and its text. Nothing is the quiet case.
std::string number_cell(std::string_view label, double value, std::string_view html) {
  return fmt::format("<td class=\"number{}\" data-label=\"{}\" data-value=\"{}\">{}</td>", value > 0 ? "" : " zero",
                     label, value, html);
}

std::string accuracy_cells(const ComparisonRow& row, const Axis& axis) {
  if (row.responses == 0) {
    return "<td class=\"accuracy zero\" data-label=\"accuracy\" data-value=\"-1\">not scored</td>"
           "<td class=\"chart\"></td>" +
           number_cell("n × k", 0, "–");
  }
  return fmt::format(
             "<td class=\"accuracy\" data-label=\"accuracy\" data-value=\"{}\"><b>{}</b>&#8239;%<small>{}</small></td>"
             "<td class=\"chart\">{}</td>",
             row.accuracy, percent(row.accuracy, 2), interval_text(row.ci_low, row.ci_high),
             plot_html(axis, row.accuracy, row.ci_low, row.ci_high)) +
         number_cell("n × k", row.responses,
                     fmt::format("{}&#8239;×&#8239;{}<small>{} right</small>", thousands(row.samples), row.epochs,
                                 thousands(row.correct)));
}

std::string row_html(const ComparisonRow& row, const Axis& axis, const std::vector<CountColumn>& counts) {
  std::string html = fmt::format("<tr><th scope=\"row\" data-value=\"{}\">{}{}</th>", escape_html(row.model),
                                 model_html(row.model), origin_html(row));
  html += accuracy_cells(row, axis);
  for (const CountColumn& column : counts) {
    html += number_cell(column.name, row.*column.count, thousands(row.*column.count));
  }
  html += number_cell("tokens", static_cast<double>(row.output_tokens),
                      row.output_tokens > 0 ? thousands(row.output_tokens) : "–");
  html += number_cell("time", row.seconds, row.seconds > 0 ? clock_text(row.seconds) : "–");
  return html + "</tr>\n";
}

std::string head_html(const Axis& axis, const std::vector<CountColumn>& counts) {
  std::string html = fmt::format(
      "<thead><tr><th scope=\"col\">model</th>"
      "<th scope=\"col\" class=\"number\" aria-sort=\"descending\">accuracy</th>"
      "<th scope=\"col\" class=\"chart\">{}<span class=\"unseen\">95 % interval</span></th>"
      "<th scope=\"col\" class=\"number\" title=\"questions with a response × responses to a question\">n × k</th>",
      axis_html(axis));
  for (const CountColumn& column : counts) {
    html += fmt::format("<th scope=\"col\" class=\"number\" title=\"{}\">{}</th>", column.meaning, column.name);
  }
  return html +
         "<th scope=\"col\" class=\"number\" title=\"output tokens, reasoning included\">tokens</th>"
         "<th scope=\"col\" class=\"number\" title=\"sum over the responses\">time</th></tr></thead>\n";
}

std::set<std::string_view> protocols_of(const Section& section) {
  std::set<std::string_view> protocols;
  for (const ComparisonRow& row : section.rows) protocols.insert(row.protocol);
  return protocols;
}

// Rows under one protocol stand together: accuracies under two are not compared.
std::string table_html(const Section& section) {
  const Axis axis = axis_for(section.rows);
  const std::vector<CountColumn> counts = counts_shown(section.rows);
  const bool headings = protocols_of(section).size() > 1;
  std::string html = fmt::format(
      "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Accuracy on {0}\"><table "
      "class=\"leaderboard\">\n<caption class=\"unseen\">Accuracy on {0}</caption>\n",
      escape_html(section.key));
  html += head_html(axis, counts);
  std::string_view protocol;
  for (const ComparisonRow& row : section.rows) {
    const bool is_first = &row == &section.rows.front();
    if (is_first || row.protocol != protocol) {
      html += is_first ? "<tbody>\n" : "</tbody><tbody>\n";
      if (headings) {
        html += fmt::format("<tr class=\"group\"><th colspan=\"{}\" scope=\"rowgroup\">{}</th></tr>\n",
                            6 + counts.size(), escape_html(row.protocol));
      }
    }
    protocol = row.protocol;
    html += row_html(row, axis, counts);
  }
  return html + "</tbody></table></div>\n";
}

std::string lede_html(const Section& section) {
  const store::Run& run = section.cells.front().run;
  std::string html = counted_html(section.questions.size(), "question");
  const std::set<std::string_view> protocols = protocols_of(section);
  if (protocols.size() == 1) html += " · judged by " + escape_html(*protocols.begin());
  if (!run.details.dataset_revision.empty()) html += " · revision " + escape_html(run.details.dataset_revision);
  html += fmt::format(" · <span title=\"SHA-256 of the dataset\">dataset {}</span>",
                      escape_html(run.spec.dataset_sha256.substr(0, 12)));
  if (section.is_private) html += " · private";
  return html;
}

std::string questions_html(const Section& section, std::size_t index, bool open) {
  if (section.questions.empty()) return "";
  std::size_t answers = 0;
  for (const ReportQuestion& question : section.questions) answers += question.answers.size();
  return fmt::format(
      "<details class=\"questions\" data-section=\"{}\"{}><summary><h3>Questions</h3> <small>{}, {}</small></summary>\n"
      "<noscript><p class=\"note\">The questions and answers are packed in this file; its script opens them.</p>"
      "</noscript>\n</details>\n",
      index, open ? " open" : "", counted_html(section.questions.size(), "question"), counted_html(answers, "answer"));
}

}  // namespace

std::string contents_html(const ReportData& data) {
  if (data.sections.size() < 2) return "";
  std::string html = "<nav class=\"contents\" aria-label=\"tasks\">\n";
  for (const Section& section : data.sections) {
    html += fmt::format("<a href=\"#task/{}\">{} <small>{}</small></a>\n", encode_fragment(section.key),
                        escape_html(section.key), thousands(static_cast<std::int64_t>(section.questions.size())));
  }
  return html + "</nav>\n";
}

std::string sections_html(const ReportData& data) {
  if (data.sections.empty()) {
    return "<p class=\"note\">This store holds no results yet. <code>tripos run math500 -m MODEL</code> makes "
           "some.</p>\n";
  }
  std::string html;
  for (std::size_t i = 0; i < data.sections.size(); ++i) {
    const Section& section = data.sections[i];
    html += fmt::format(
        "<section class=\"task\" id=\"task/{0}\">\n<h2><a href=\"#task/{0}\">{1}</a></h2>\n<p class=\"lede\">{2}</p>\n",
        encode_fragment(section.key), escape_html(section.key), lede_html(section));
    html += table_html(section) + breakdown_html(section) + matrices_html(section) +
            questions_html(section, i, data.sections.size() == 1) + "</section>\n";
  }
  return html;
}

}  // namespace tripos::reports
