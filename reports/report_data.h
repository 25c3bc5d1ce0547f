#pragma once
// What a report shows, read from the store and held in memory. Everything behind it is a pure function of this.

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "harness/core/result.h"
#include "harness/store/store.h"
#include "reports/comparison.h"
#include "reports/html_report.h"

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
  store::Answer answer;  // its texts are moved to the two below
  CutText text;
  CutText reasoning;
  std::vector<std::pair<std::size_t, Score>> scores;  // by index of the cell
};

struct ReportQuestion {
  store::Question question;
  std::vector<ReportAnswer> answers;
};

// One dataset: a task at a revision.
struct Section {
  std::string key;  // in fragments of the page's address: the task, with the dataset's hash where one task has several
  bool is_private = false;
  std::vector<store::Cell> cells;   // best first
  std::vector<ComparisonRow> rows;  // of the cells
  std::vector<store::Run> runs;
  std::vector<ReportQuestion> questions;
};

struct ReportData {
  std::vector<Section> sections;
  int responses = 0;
  bool texts_withheld = false;  // of private tasks
};

// Sections without questions and answers.
ReportData make_report_data(std::vector<store::Cell> cells);

Result<ReportData> load_report_data(const store::Store& store, const ReportOptions& options);

// Adds the answers of a run to the questions of its section, as judged for `cell`. Answers to unknown samples make a
// question without text. At most `keep_bytes` of each text are kept.
class AnswerCollector {
 public:
  AnswerCollector(Section& section, const ReportOptions& options, std::uint64_t keep_bytes);
  void add(std::size_t cell, std::vector<store::Answer> answers);

 private:
  ReportAnswer& place_for(std::size_t run, store::Answer answer);

  Section& section_;
  bool withhold_;
  std::uint64_t keep_bytes_;
  std::map<std::string, std::size_t, std::less<>> question_index_;
};

}  // namespace tripos::reports
