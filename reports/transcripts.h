#pragma once
// Questions and answers as the page carries them: one gzip + base64 block of JSON a question, because that is what a
// click opens, and one block for the index of all questions.

#include <cstdint>
#include <string>
#include <vector>

#include "reports/report_data.h"

namespace tripos::reports {

struct Transcripts {
  std::string index;                // base64
  std::vector<std::string> blocks;  // base64, one a question, in the order of the sections
  int cut_answers = 0;
};

// Cuts texts in `data` to at most `budget` bytes of blocks, nearly, unless `full_transcripts`; packs on all cores.
Transcripts pack_transcripts(ReportData& data, std::uint64_t budget, bool full_transcripts);

}  // namespace tripos::reports
