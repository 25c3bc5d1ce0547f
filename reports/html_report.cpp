#include "reports/html_report.h"

#include "harness/core/file.h"
#include "reports/page.h"
#include "reports/report_data.h"

namespace tripos::reports {

Result<ReportSummary> write_html_report(const store::Store& store, const ReportOptions& options,
                                        const std::filesystem::path& path) {
  TRIPOS_TRY(ReportData data, load_report_data(store, options));
  ReportSummary summary;
  TRIPOS_CHECK(write_file(path, render_page(data, options, summary)));
  return summary;
}

}  // namespace tripos::reports
