#pragma once
// Grading of JSON Lines outside any run: the engine of `tripos grade`.

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/core/result.h"
#include "scorers/scorer.h"

namespace tripos::cli {

// The scorers of a protocol, for mathematics and for choices.
class LineGrader {
 public:
  // Error where the protocol is not known at all. One that exists for one kind only refuses rows of the other.
  static Result<LineGrader> make(const std::string& protocol);

  // Grades {id, gold, prediction, kind, choices} and gives {id, verdict, extracted, rule} with LF. `where` names the
  // line in errors (kUsage). May be called from many threads at once.
  Result<std::string> grade(std::string_view line, const std::string& where) const;

 private:
  std::optional<scorers::Scorer> math_;
  std::optional<scorers::Scorer> choice_;
  std::string protocol_;
};

// What became of a piece of the input: the output of all good lines before the first bad one.
struct Graded {
  std::string output;
  std::optional<Error> error;
};

// Grades `lines`, the first of which is line `first_line` of `source`, in order, on up to `threads` threads.
Graded grade_lines(const LineGrader& grader, const std::vector<std::string_view>& lines, std::int64_t first_line,
                   const std::string& source, int threads);

}  // namespace tripos::cli
