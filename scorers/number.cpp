// The grader "number": exact rationals; where a side is no number, equality of the plain forms.

#include "scorers/graders.h"
#include "scorers/quantity.h"

namespace tripos::scorers {
namespace {

constexpr std::size_t kMaxLength = 8192;

// What one side leaves out is taken as meant: "5 cm" and "5" are equal, "5 cm" and "5 m" are not.
bool agree(const std::string& a, const std::string& b) { return a == b || a.empty() || b.empty(); }

// 50% is 1/2, and where a percentage was asked for it is 50: if the reference says so, or if no fraction is meant.
bool is_percentage(const mpq_class& percent, const mpq_class& plain, bool reference_is_percent) {
  return percent / 100 == plain || (percent == plain && (reference_is_percent || plain > 1));
}

bool is_equal(const Quantity& gold, const Quantity& answer) {
  if (gold.unit == "%" && answer.unit.empty()) return is_percentage(gold.value, answer.value, true);
  if (answer.unit == "%" && gold.unit.empty()) return is_percentage(answer.value, gold.value, false);
  return gold.value == answer.value;
}

}  // namespace

Judgement grade_number(std::string_view answer, const Reference& reference, const Policies&) {
  if (reference.target.size() > kMaxLength) return {Verdict::kGoldUnreadable, "limit"};
  if (answer.size() > kMaxLength) return {Verdict::kUndecided, "limit"};
  const std::string gold_form = plain_form(reference.target);
  if (gold_form.empty()) return {Verdict::kGoldUnreadable, "string"};
  const std::string answer_form = plain_form(answer);
  const auto gold = read_quantity(gold_form);
  const auto number = answer_form == gold_form || !gold ? gold : read_quantity(answer_form);
  if (!number) return {equal_if(answer_form == gold_form), "string"};
  if (!agree(gold->name, number->name)) return {Verdict::kDifferent, "name"};
  if (!agree(gold->unit, number->unit)) return {Verdict::kDifferent, "unit"};
  return {equal_if(is_equal(*gold, *number)), gold->is_integer && number->is_integer ? "integer" : "rational"};
}

}  // namespace tripos::scorers
