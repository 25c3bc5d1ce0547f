#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "harness/core/result.h"
#include "harness/store/store.h"

namespace tripos::reports {

struct ReportOptions {
  std::string title = "Leaderboard";
  std::optional<std::string> task;  // one task only
  bool include_private = false;     // responses to private tasks too; their questions are not in the store
  bool full_transcripts = false;    // otherwise long answers are cut so that the file stays near `size_limit`
  std::uint64_t size_limit = 25'000'000;
};

// What was written, for the command's last lines.
struct ReportSummary {
  std::uint64_t bytes = 0;
  int rows = 0;
  int questions = 0;
  int cut_answers = 0;
};

// Writes one self-contained HTML file: no request leaves it. The same store gives the same bytes.
Result<ReportSummary> write_html_report(const store::Store& store, const ReportOptions& options,
                                        const std::filesystem::path& path);

}  // namespace tripos::reports
