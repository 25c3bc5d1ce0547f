#pragma once
// What a report shows, read from the store and held in memory. Everything behind it is a pure function of this.

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "harness/core/result.h"
#include "harness/store/store.h"
#include "reports/comparison.h"
#include "reports/html_report.h"
#include "reports/matrix.h"

namespace tripos::reports {

// A text that may have lost its middle.
struct CutText {
  std::string head;
  std::string tail;  // empty unless cut
  std::uint64_t bytes_left_out = 0;
};

// Keeps the first two thirds and the last third of `limit` bytes, cut between characters.
CutText cut_text(CutText text, std::uint64_t limit);

// One response, with a score for each cell that judged it.
struct ReportAnswer {
  std::size_t run = 0;   // index into Section::runs
  store::Answer answer;  // its texts are moved to the two below, its score to the last
  CutText text;          // both empty where a private task is withheld
  CutText reasoning;
  std::vector<std::pair<std::size_t, Score>> scores;  // by index of the cell
};

struct ReportQuestion {
  store::Question question;  // without its texts where the task is private
  std::vector<ReportAnswer> answers;
};

// One dataset: a task at a revision.
struct Section {
  std::string key;  // in fragments of the page's address: the task, with the dataset's hash where one task has several
  bool is_private = false;
  bool is_withheld = false;               // private, and not asked for
  std::vector<store::Cell> cells;         // in reading order
  std::vector<ComparisonRow> rows;        // of the cells
  std::vector<store::Run> runs;           // each once
  std::vector<ReportQuestion> questions;  // those with an answer, in dataset order
  std::vector<Matrix> matrices;           // of some of the runs
};

struct ReportData {
  std::vector<Section> sections;
  std::size_t responses = 0;
};

Result<ReportData> load_report_data(const store::Store& store, const ReportOptions& options);

}  // namespace tripos::reports
