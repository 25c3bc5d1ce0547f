#include "scorers/graders.h"
#include "scorers/quantity.h"
#include "tests/scorers/support.h"

namespace tripos::scorers {
namespace {

Judgement judged(const std::string& gold, const std::string& answer) { return grade_number(answer, {gold, 0}, {}); }
Verdict verdict(const std::string& gold, const std::string& answer) { return judged(gold, answer).verdict; }

TEST_CASE("number agrees with Python's fractions on every spelling", "[scorers][number]") {
  int pairs = 0;
  for (const auto& row : test::golden_lines("number_spellings.jsonl")) {
    const Verdict expected = row.at(2).get<bool>() ? Verdict::kEqual : Verdict::kDifferent;
    CAPTURE(row.dump(), plain_form(row.at(0).get<std::string>()), plain_form(row.at(1).get<std::string>()));
    CHECK(verdict(row.at(0), row.at(1)) == expected);
    CHECK(verdict(row.at(1), row.at(0)) == expected);
    ++pairs;
  }
  CHECK(pairs == 6000);
}

TEST_CASE("number accepts other spellings of the same answer", "[scorers][number]") {
  struct Case {
    const char* gold;
    const char* answer;
  };
  const auto c = GENERATE(
      Case{"1000", "1,000"}, Case{"1{,}000", "1\\,000"}, Case{"32348", "\\$32,\\! 348"}, Case{"12", "12."},
      Case{"\\frac{1}{2}", ".5"}, Case{"\\frac12", "\\frac{-2}{-4}"}, Case{"-\\frac{1}{2}", "\\frac{1}{-2}"},
      Case{"2.5", "2\\frac{1}{2}"}, Case{"-2.5", "-2 1/2"}, Case{"5", "5.00 \\text{ cm}"}, Case{"5\\text{ cm}", "5 cm"},
      Case{"90^\\circ", "90"}, Case{"90^{\\circ}", "90 degrees"}, Case{"50\\%", "50"}, Case{"50\\%", "\\frac12"},
      Case{"0.335", "33.5 percent"}, Case{"50", "50\\%"}, Case{"\\$5", "5 dollars"}, Case{"$5$", "$5"},
      Case{"864 \\mbox{ inches}^2", "864"}, Case{"7", "x = 7"}, Case{"k=1", "1"}, Case{"\\boxed{24}", "24"},
      Case{"\\text{Evelyn}", "Evelyn"}, Case{"\\left( 3, \\frac{\\pi}{2} \\right)", "(3,\\frac{\\pi}{2})"},
      Case{"\\dfrac{x}{2}", "\\frac{x}{2}"}, Case{"3 \\cdot 4 ", "3\\cdot4"},
      Case{"1/3", "\\frac{1}{3}\\text{ meters}"});
  CAPTURE(c.gold, c.answer);
  CHECK(verdict(c.gold, c.answer) == Verdict::kEqual);
}

TEST_CASE("number never calls different answers equal", "[scorers][number]") {
  struct Case {
    const char* gold;
    const char* answer;
  };
  const auto c = GENERATE(
      Case{"5\\text{ m}", "5 cm"}, Case{"\\$5", "5%"}, Case{"10000", "10001"}, Case{"1/3", "0.333333"},
      Case{"1000", "1.000"}, Case{"1000", "1,00"}, Case{"(1,234)", "1234"}, Case{"1234", "(1,234)"}, Case{"5", "5xyz"},
      Case{"5", "5 xyz"}, Case{"5", "5 abc"}, Case{"5", "5x"}, Case{"5", "5 million"}, Case{"5", "5 dozens"},
      Case{"5", "5 thirds"}, Case{"5", "5 or 6"}, Case{"5", "5 and 6"}, Case{"5", "5 more than seven"},
      Case{"5", "5 less"}, Case{"5", "5 times seven"}, Case{"5", "5!"}, Case{"5", "5^2"}, Case{"5", "5 \\cdot 2"},
      Case{"5", "x = 5, y = 3"}, Case{"x = 5", "y = 5"}, Case{"2", "2\\frac{3}{2}"}, Case{"1", "2\\frac{1}{2}"},
      Case{"0.5", "0.5\\%"}, Case{"1", "100"}, Case{"0", ""}, Case{"12", "1 2"}, Case{"12", "1/2"},
      Case{"2516_8", "2516"}, Case{"6\\sqrt{2}", "6"}, Case{"6", "6\\sqrt{2}"}, Case{"(2,1)", "(1,2)"},
      Case{"[1,2]", "(1,2)"}, Case{"-5", "5"}, Case{"5", "--5"}, Case{"1", "1/0"}, Case{"0", "\\frac{0}{0}"},
      Case{"3", "3 feet eleven inches"}, Case{"\\text{(A)}", "B"}, Case{"5", "\\frac{5}"}, Case{"x", "X"});
  CAPTURE(c.gold, c.answer);
  CHECK(verdict(c.gold, c.answer) == Verdict::kDifferent);
}

TEST_CASE("the rule says what decided", "[scorers][number]") {
  CHECK(judged("5", "5.0").rule == "rational");
  CHECK(judged("5", "05").rule == "integer");
  CHECK(judged("5 cm", "5 km").rule == "unit");
  CHECK(judged("x=5", "y=5").rule == "name");
  CHECK(judged("a", "a").rule == "string");
}

TEST_CASE("a reference without content cannot be read", "[scorers][number]") {
  CHECK(verdict("", "5") == Verdict::kGoldUnreadable);
  CHECK(verdict("$ $", "5") == Verdict::kGoldUnreadable);
}

TEST_CASE("numbers of many digits are exact up to a bound", "[scorers][number]") {
  const std::string long_number(4000, '7');
  CHECK(verdict(long_number, "+" + long_number + ".0") == Verdict::kEqual);
  CHECK(verdict(long_number, long_number.substr(1) + "8") == Verdict::kDifferent);
  CHECK(!read_quantity(std::string(5000, '7')));
}

}  // namespace
}  // namespace tripos::scorers
