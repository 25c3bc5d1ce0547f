#pragma once

#include <string>

#include "reports/html_report.h"
#include "reports/report_data.h"

namespace tripos::reports {

// The whole page. `data` loses the text that does not fit; `summary` says how much.
std::string render_page(ReportData& data, const ReportOptions& options, ReportSummary& summary);

}  // namespace tripos::reports
