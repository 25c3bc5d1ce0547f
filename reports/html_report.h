#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "harness/core/result.h"
#include "harness/store/store.h"
#include "reports/matrix.h"

namespace tripos::reports {

struct ReportOptions {
  std::string title = "Leaderboard";
  std::optional<std::string> task;  // one task only
  bool include_private = false;     // responses to private tasks too; their questions are not in the store
  // Long responses lose their middle, all at the same length, where the file would grow past `size_limit` otherwise.
  bool full_transcripts = false;          // they never do
  std::uint64_t size_limit = 25'000'000;  // bytes, nearly: what fits into a mail and opens at once
};

// What was written, for the command's last lines.
struct ReportSummary {
  std::uint64_t bytes = 0;
  int rows = 0;
  int questions = 0;
  int cut_answers = 0;
};

// Writes one self-contained HTML file: no request leaves it. The same store gives the same bytes. `matrices` are shown
// with the tasks of their runs.
Result<ReportSummary> write_html_report(const store::Store& store, const ReportOptions& options,
                                        const std::filesystem::path& path, std::vector<Matrix> matrices = {});

}  // namespace tripos::reports
