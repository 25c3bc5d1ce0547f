#include "reports/html_report.h"

#include <algorithm>

#include "harness/core/file.h"
#include "reports/page.h"
#include "reports/report_data.h"

namespace tripos::reports {

Result<ReportSummary> write_html_report(const store::Store& store, const ReportOptions& options,
                                        const std::filesystem::path& path, std::vector<Matrix> matrices) {
  TRIPOS_TRY(ReportData data, load_report_data(store, options));
  for (Matrix& matrix : matrices) {
    const auto section = std::ranges::find_if(data.sections, [&](const Section& candidate) {
      return std::ranges::count(candidate.runs, matrix.run.id, &store::Run::id) > 0;
    });
    if (section != data.sections.end()) section->matrices.push_back(std::move(matrix));
  }
  ReportSummary summary;
  TRIPOS_CHECK(write_file(path, render_page(data, options, summary)));
  return summary;
}

}  // namespace tripos::reports
