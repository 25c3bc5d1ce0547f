// How ZeroEval (WildEval/ZeroEval 8c1485e, src/evaluation/math_eval.py) compares: the first number of each side as a
// double, after dropping "$" and "," and working out what holds a "/" as Python would. So "6\sqrt{2}" counts as 6.

#include "harness/core/text.h"
#include "scorers/characters.h"
#include "scorers/graders.h"
#include "scorers/python_arithmetic.h"
#include "scorers/python_float.h"
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

// Digits of all scripts as those of ASCII, in a text of digits and ASCII characters.
std::string ascii_digits(std::string_view number) {
  std::string ascii;
  while (!number.empty()) {
    const std::string_view character = first_character(number);
    const auto digit = digit_value(character);
    if (digit)
      ascii += static_cast<char>('0' + *digit);
    else
      ascii += character;
    number.remove_prefix(character.size());
  }
  return ascii;
}

std::optional<double> first_number(std::string_view text) {
  static const auto kNumber = known_pattern(R"(-?\d+(?:\.\d+)?)");
  const std::string plain = sanitize(text);
  const auto number = find_first(*kNumber, plain);
  if (!number) return std::nullopt;
  return read_python_float(ascii_digits(*number));
}

}  // namespace

Judgement grade_first_number(std::string_view answer, const Reference& reference, const Policies&) {
  std::string target = reference.target;
  std::erase(target, '#');  // "#### 18", as GSM8K marks its answers
  const auto gold = first_number(target);
  if (!gold) return {Verdict::kGoldUnreadable, "first_number"};
  return {equal_if(first_number(answer) == gold), "first_number"};
}

}  // namespace tripos::scorers
