#pragma once
// Graders decide whether an answer equals the reference. Pure functions in linear time; registry.cpp names them.

#include <string_view>

#include "harness/core/score.h"

namespace tripos::scorers {

struct Judgement {
  Verdict verdict;
  std::string_view rule;  // the rule that decided, e.g. "integer"
};

// kGoldUnreadable where the reference is not one that the grader can hold an answer against, whatever the answer.
using Grade = Judgement (*)(std::string_view answer, const Reference& reference);

Judgement grade_choice(std::string_view answer, const Reference& reference);
Judgement grade_choice_nocase(std::string_view answer, const Reference& reference);
Judgement grade_exact(std::string_view answer, const Reference& reference);
Judgement grade_number(std::string_view answer, const Reference& reference);
Judgement grade_first_number(std::string_view answer, const Reference& reference);
Judgement grade_choice_bare(std::string_view answer, const Reference& reference);
Judgement grade_hendrycks(std::string_view answer, const Reference& reference);
Judgement grade_opencompass(std::string_view answer, const Reference& reference);
Judgement grade_minerva(std::string_view answer, const Reference& reference);

inline Verdict equal_if(bool equal) { return equal ? Verdict::kEqual : Verdict::kDifferent; }

}  // namespace tripos::scorers
