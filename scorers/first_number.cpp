// How ZeroEval (WildEval/ZeroEval 8c1485e, src/evaluation/math_eval.py) compares: the first number of each side as a
// double, after dropping "$" and "," and working out what holds a "/" as Python would. So "6\sqrt{2}" counts as 6.

#include <charconv>
#include <limits>

#include "harness/core/text.h"
#include "scorers/graders.h"
#include "scorers/python_arithmetic.h"
#include "scorers/regex.h"

namespace tripos::scorers {
namespace {

std::string sanitize(std::string_view text) {
  std::string plain(text);
  std::erase(plain, '$');
  plain = trim_unicode(plain);
  std::erase(plain, ',');
  if (plain.find('/') == std::string::npos) return plain;
  return python_arithmetic(plain).value_or(plain);
}

// Digits of other scripts, which Python reads too, occur in no recorded answer and are no number here.
std::optional<double> first_number(std::string_view text) {
  static const auto kNumber = known_pattern(R"(-?[0-9]+(?:\.[0-9]+)?)");
  const std::string plain = sanitize(text);
  const auto digits = find_first(*kNumber, plain);
  if (!digits) return std::nullopt;
  double value = 0;
  const auto read = std::from_chars(digits->data(), digits->data() + digits->size(), value);
  if (read.ec != std::errc::result_out_of_range) return value;
  const double huge = std::numeric_limits<double>::infinity();
  return digits->find_first_of("123456789") > digits->find('.') ? 0 : (*digits)[0] == '-' ? -huge : huge;
}

}  // namespace

Judgement grade_first_number(std::string_view answer, const Reference& reference) {
  const auto gold = first_number(reference.target);
  if (!gold) return {Verdict::kGoldUnreadable, "first_number"};
  return {equal_if(first_number(answer) == gold), "first_number"};
}

}  // namespace tripos::scorers
