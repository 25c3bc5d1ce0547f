#pragma once
// The parts of the page that C++ writes as HTML, readable without script.

#include <string>
#include <string_view>

#include "reports/html_report.h"
#include "reports/report_data.h"

namespace tripos::reports {

// For element content and quoted attributes; control characters become visible.
std::string escape_html(std::string_view text);
// A name in a fragment or an id: everything but letters, digits and "-._~@" percent-encoded.
std::string encode_fragment(std::string_view text);
std::string counted_html(std::size_t count, std::string_view one);  // "<b>1,319</b> questions"

std::string summary_html(const ReportData& data);
std::string contents_html(const ReportData& data);    // leaderboard_html.cpp: links to the tasks, if there are several
std::string sections_html(const ReportData& data);    // leaderboard_html.cpp
std::string breakdown_html(const Section& section);   // breakdown_html.cpp
std::string matrices_html(const Section& section);    // matrix_html.cpp
std::string provenance_html(const ReportData& data);  // provenance_html.cpp

}  // namespace tripos::reports
