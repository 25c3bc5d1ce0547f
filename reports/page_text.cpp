#include "reports/page_text.h"

#include <fmt/format.h>

#include <set>

#include "reports/number_text.h"

namespace tripos::reports {

std::string escape_html(std::string_view text) {
  std::string escaped;
  for (const char c : visible_text(text)) {
    switch (c) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      case '\'':
        escaped += "&#39;";
        break;
      default:
        escaped += c;
    }
  }
  return escaped;
}

std::string encode_fragment(std::string_view text) {
  std::string encoded;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       std::string_view("-._~@").find(c) != std::string_view::npos;
    if (plain) {
      encoded += c;
    } else {
      encoded += fmt::format("%{:02X}", static_cast<unsigned>(static_cast<unsigned char>(c)));
    }
  }
  return encoded;
}

std::string counted_html(std::size_t count, std::string_view one) {
  return fmt::format("<b>{}</b> {}{}", thousands(static_cast<std::int64_t>(count)), one, count == 1 ? "" : "s");
}

std::string summary_html(const ReportData& data) {
  std::set<std::string_view> models;
  std::size_t questions = 0;
  for (const Section& section : data.sections) {
    questions += section.questions.size();
    for (const store::Run& run : section.runs) models.insert(run.spec.model);
  }
  return counted_html(models.size(), "model") + " · " + counted_html(data.sections.size(), "task") + " · " +
         counted_html(questions, "question") + " · " + counted_html(data.responses, "response");
}

}  // namespace tripos::reports
