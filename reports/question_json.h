#pragma once
// The JSON that the page carries packed; answers.js and questions.js read it. All text in it is visible text: controls
// are shown, UTF-8 is repaired.

#include <string>

#include "reports/report_data.h"

namespace tripos::reports {

// A question with all its answers: what a click opens.
std::string question_json(const ReportQuestion& question);
// All sections with the questions' names, first words and verdict counts: what the lists show.
std::string index_json(const ReportData& data);

}  // namespace tripos::reports
