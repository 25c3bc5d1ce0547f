// Where the numbers come from and how to get them again.

#include <fmt/format.h>

#include <chrono>

#include "reports/number_text.h"
#include "reports/page_text.h"

namespace tripos::reports {
namespace {

std::string date_text(std::int64_t unix_ms) {
  if (unix_ms <= 0) return "";
  const std::chrono::sys_days day = std::chrono::floor<std::chrono::days>(
      std::chrono::sys_time<std::chrono::milliseconds>(std::chrono::milliseconds(unix_ms)));
  const std::chrono::year_month_day date(day);
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                     static_cast<unsigned>(date.day()));
}

// Quoted for a POSIX shell where it needs to be.
std::string shell_word(const std::string& word) {
  constexpr std::string_view kPlain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789@%+=:,./_-";
  if (!word.empty() && word.find_first_not_of(kPlain) == std::string::npos) return word;
  std::string quoted = "'";
  for (const char c : word) {
    if (c == '\'') {
      quoted += "'\\''";
    } else {
      quoted += c;
    }
  }
  return quoted + "'";
}

std::string sampling_text(const SamplingParams& sampling) {
  std::string text;
  const auto add = [&](std::string_view name, const std::string& value) {
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", name, value);
  };
  if (sampling.temperature) add("temperature", fmt::format("{}", *sampling.temperature));
  if (sampling.top_p) add("top-p", fmt::format("{}", *sampling.top_p));
  if (sampling.max_tokens) add("max tokens", fmt::format("{}", *sampling.max_tokens));
  if (sampling.seed) add("seed", fmt::format("{}", *sampling.seed));
  if (sampling.reasoning_effort) add("effort", *sampling.reasoning_effort);
  return text.empty() ? "provider's defaults" : text;
}

std::string rerun_text(const store::Run& run, int epochs) {
  if (run.spec.protocol == "imported") return "imported: tripos import";
  std::string command = fmt::format("tripos run {} -m {} --protocol {}", shell_word(run.spec.task),
                                    shell_word(run.spec.model), shell_word(run.spec.protocol));
  if (epochs > 1) command += fmt::format(" --epochs {}", epochs);
  return command;
}

std::string run_html(const Section& section, const store::Run& run) {
  int epochs = 0;
  for (const store::Cell& cell : section.cells) {
    if (cell.run.id == run.id) epochs = std::max(epochs, cell.epochs);
  }
  std::string html =
      fmt::format("<tr><th scope=\"row\"><code>{}</code><small>{}</small></th><td><bdi>{}</bdi>", escape_html(run.id),
                  date_text(run.details.started_unix_ms), escape_html(run.spec.model));
  if (!run.spec.fingerprint.empty()) html += "<small>" + escape_html(run.spec.fingerprint.substr(0, 16)) + "</small>";
  html += fmt::format("</td><td>{}<small>{}</small></td><td>{}</td><td>{}</td><td><code>{}</code></td></tr>\n",
                      escape_html(run.spec.protocol), escape_html(run.spec.protocol_sha256.substr(0, 12)),
                      escape_html(sampling_text(run.spec.sampling)), escape_html(run.details.program_version),
                      escape_html(rerun_text(run, epochs)));
  return html;
}

}  // namespace

std::string provenance_html(const ReportData& data) {
  std::string html;
  for (const Section& section : data.sections) {
    const store::RunSpec& spec = section.cells.front().run.spec;
    html += fmt::format(
        "<h3>{0}</h3>\n<p class=\"lede\">dataset SHA-256 <code>{1}</code></p>\n<div class=\"scroll\" tabindex=\"0\" "
        "role=\"region\" aria-label=\"Runs of {0}\"><table class=\"runs\"><caption class=\"unseen\">Runs of "
        "{0}</caption>"
        "<thead><tr><th scope=\"col\">run</th><th scope=\"col\">model</th><th scope=\"col\">asked with</th>"
        "<th scope=\"col\">sampling</th><th scope=\"col\">tripos</th><th "
        "scope=\"col\">again</th></tr></thead><tbody>\n",
        escape_html(section.key), escape_html(spec.dataset_sha256));
    for (const store::Run& run : section.runs) html += run_html(section, run);
    html += "</tbody></table></div>\n";
  }
  return html;
}

}  // namespace tripos::reports
