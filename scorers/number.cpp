// The grader "number": exact rationals; where a side is no number, equality of the plain forms.

#include "scorers/graders.h"
#include "scorers/quantity.h"

namespace tripos::scorers {
namespace {

// "5 cm" and "5" are equal, "5 cm" and "5 m" are not: what one side leaves out is taken as meant.
bool agree(const std::string& a, const std::string& b) { return a == b || a.empty() || b.empty(); }

}  // namespace

Judgement grade_number(std::string_view answer, const Reference& reference) {
  const std::string gold_form = plain_form(reference.target);
  if (gold_form.empty()) return {Verdict::kGoldUnreadable, "string"};
  const std::string answer_form = plain_form(answer);
  const auto gold = read_quantity(gold_form);
  const auto number = answer_form == gold_form ? gold : read_quantity(answer_form);
  if (!gold || !number) return {equal_if(answer_form == gold_form), "string"};
  if (!agree(gold->unit, number->unit)) return {Verdict::kDifferent, "unit"};
  return {equal_if(gold->value == number->value), gold->is_integer && number->is_integer ? "integer" : "rational"};
}

}  // namespace tripos::scorers
