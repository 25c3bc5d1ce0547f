#pragma once
// Graders decide whether an answer equals the reference. Pure functions; registry.cpp names them. All but "symbolic"
// take linear time and heed no policies.

#include <string>
#include <string_view>

#include "harness/core/score.h"

namespace tripos::scorers {

struct Judgement {
  Verdict verdict = Verdict::kDifferent;
  std::string rule = {};  // the rule that decided, e.g. "integer"
  // Of graders that read what they judge.
  bool readable = true;    // false: nothing was read that could be an answer to this reference
  std::string flags = {};  // flag_names() of scorers/equality
  std::string reference_form = {};
  std::string answer_form = {};
};

// kGoldUnreadable where the reference is not one that the grader can hold an answer against, whatever the answer.
using Grade = Judgement (*)(std::string_view answer, const Reference& reference, const Policies& policies);

Judgement grade_choice(std::string_view answer, const Reference& reference, const Policies&);
Judgement grade_choice_nocase(std::string_view answer, const Reference& reference, const Policies&);
Judgement grade_exact(std::string_view answer, const Reference& reference, const Policies&);
Judgement grade_number(std::string_view answer, const Reference& reference, const Policies&);
Judgement grade_first_number(std::string_view answer, const Reference& reference, const Policies&);
Judgement grade_choice_bare(std::string_view answer, const Reference& reference, const Policies&);
Judgement grade_hendrycks(std::string_view answer, const Reference& reference, const Policies&);
Judgement grade_opencompass(std::string_view answer, const Reference& reference, const Policies&);
Judgement grade_minerva(std::string_view answer, const Reference& reference, const Policies&);

// Whether the reference holds a list, so that an answer may stand in several boxes.
bool has_several_values(const Reference& reference);

Judgement grade_symbolic(std::string_view answer, const Reference& reference, const Policies& policies);

inline Verdict equal_if(bool equal) { return equal ? Verdict::kEqual : Verdict::kDifferent; }

}  // namespace tripos::scorers
