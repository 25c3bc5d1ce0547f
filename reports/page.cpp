#include "reports/page.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <span>

#include "harness/core/embedded.h"
#include "harness/core/hash.h"
#include "reports/gzip.h"
#include "reports/number_text.h"
#include "reports/page_text.h"
#include "reports/transcripts.h"

namespace tripos::embedded {
std::span<const EmbeddedFile> report_assets();
}  // namespace tripos::embedded

namespace tripos::reports {
namespace {

std::string_view asset(std::string_view name) {
  for (const EmbeddedFile& file : embedded::report_assets()) {
    if (file.name == name) return file.content;
  }
  return "";
}

// Font faces of KaTeX's style sheet name a WOFF2, a WOFF and a TrueType file each: the first becomes a data: URL and
// the others go, because every browser that runs this page reads WOFF2.
std::string katex_css() {
  const std::string_view css = asset("katex.css");
  std::string out;
  std::size_t done = 0;
  for (std::size_t face = css.find("src: url("); face != std::string_view::npos; face = css.find("src: url(", done)) {
    const std::size_t name = css.find_last_of('/', css.find(".woff2", face)) + 1;
    const std::string_view font = css.substr(name, css.find(')', name) - name);
    out += css.substr(done, face - done);
    out += fmt::format("src: url(data:font/woff2;base64,{}) format('woff2')", base64(asset(font)));
    done = css.find(';', face);
  }
  return out.append(css.substr(done));
}

std::string report_script() {
  std::string script;
  for (const char* part : {"typeset.js", "answers.js", "questions.js", "report.js"}) script += asset(part);
  return script;
}

std::string csp_source(std::string_view script) {
  const Sha256 digest = sha256(script);
  return fmt::format("'sha256-{}'", base64({reinterpret_cast<const char*>(digest.data()), digest.size()}));
}

// Nothing may be loaded, sent or run but the two scripts of this page.
std::string content_security_policy() {
  return fmt::format(
      "default-src 'none'; script-src {} {}; style-src 'unsafe-inline'; font-src data:; img-src data:; base-uri "
      "'none'; "
      "form-action 'none'",
      csp_source(asset("katex.js")), csp_source(report_script()));
}

std::string blocks_html(const Transcripts& transcripts) {
  std::string html = "<script type=\"text/plain\" id=\"index\">" + transcripts.index + "</script>\n";
  for (std::size_t i = 0; i < transcripts.blocks.size(); ++i) {
    html += fmt::format("<script type=\"text/plain\" id=\"block-{}\">", i);
    html += transcripts.blocks[i];
    html += "</script>\n";
  }
  return html;
}

std::string notes_html(const ReportData& data, const Transcripts& transcripts, const ReportOptions& options) {
  std::string html;
  if (transcripts.cut_answers > 0) {
    html += fmt::format(
        "<p>The middle of {} long answers is left out, because this file is kept near {} MB; <code>tripos report "
        "--full-transcripts</code> keeps all of them.</p>\n",
        thousands(transcripts.cut_answers), options.size_limit / 1'000'000);
  }
  if (std::ranges::any_of(data.sections, &Section::is_withheld)) {
    html +=
        "<p>Questions and answers of private tasks are left out, because their authors ask that they are not "
        "published; <code>tripos report --include-private</code> adds the answers to a file for yourself.</p>\n";
  }
  return html;
}

// Replaces each {{name}} of `page`; values are not looked into.
std::string fill(std::string_view page, const std::map<std::string_view, std::string>& values) {
  std::string out;
  for (std::size_t open = page.find("{{"); open != std::string_view::npos; open = page.find("{{")) {
    const std::size_t close = page.find("}}", open);
    out.append(page.substr(0, open)).append(values.at(page.substr(open + 2, close - open - 2)));
    page.remove_prefix(close + 2);
  }
  return out.append(page);
}

}  // namespace

std::string render_page(ReportData& data, const ReportOptions& options, ReportSummary& summary) {
  std::map<std::string_view, std::string> values = {
      {"title", escape_html(options.title)},
      {"csp", content_security_policy()},
      {"katex_css", katex_css()},
      {"report_css", std::string(asset("report.css"))},
      {"summary", summary_html(data)},
      {"contents", contents_html(data)},
      {"sections", sections_html(data)},
      {"provenance", provenance_html(data)},
      {"katex_js", std::string(asset("katex.js"))},
      {"report_js", report_script()},
  };
  std::uint64_t fixed = 0;
  for (const auto& [name, value] : values) fixed += value.size();
  const std::uint64_t budget = options.size_limit - std::min(options.size_limit, fixed);

  const Transcripts transcripts = pack_transcripts(data, budget, options.full_transcripts);
  values["notes"] = notes_html(data, transcripts, options);
  values["blocks"] = blocks_html(transcripts);
  for (const Section& section : data.sections) summary.rows += static_cast<int>(section.rows.size());
  summary.questions = static_cast<int>(transcripts.blocks.size());
  summary.cut_answers = transcripts.cut_answers;
  std::string page = fill(asset("report.html"), values);
  summary.bytes = page.size();
  return page;
}

}  // namespace tripos::reports
