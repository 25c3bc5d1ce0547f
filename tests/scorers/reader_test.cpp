#include "scorers/latex/reader.h"

#include <string>

#include "scorers/latex/spelling.h"
#include "scorers/latex/units.h"
#include "tests/catch.h"

namespace tripos::scorers {
namespace {

// How a text is read, in the notation of to_text(); kText in quotes.
std::string read(std::string_view text) {
  const Reading reading = read_answer(text);
  if (!reading.tree) return "!";
  return reading.tree->kind == Kind::kText ? "\"" + to_text(*reading.tree) + "\"" : to_text(*reading.tree);
}

struct Case {
  const char* text;
  const char* form;
};

TEST_CASE("numbers are read as they are written", "[scorers][reader]") {
  const auto c = GENERATE(
      Case{"007", "7"}, Case{".5", "0.5"}, Case{"5.0", "5.0"}, Case{"342.", "342"}, Case{"1,234,567", "1234567"},
      Case{"1,23", "1, 23"}, Case{"1,2345", "1, 2345"}, Case{"1{,}000", "1000"}, Case{"10,\\!080", "10080"},
      Case{"11,\\! 111,\\! 100", "11111100"}, Case{"1\\,234", "1234"}, Case{"12~345", "12345"},
      Case{"(12,102)", "(12, 102)"}, Case{"3.54e-07", "0.000000354"}, Case{"1e3", "1000"}, Case{"2e-3", "2*e - 3"},
      Case{"0.\\overline{3}", "1/3"}, Case{"0.1\\overline{6}", "1/6"}, Case{"2\\frac12", "2 + 1/2"},
      Case{"1 1/2", "1 + 1/2"}, Case{"-1\\frac{1}{2}", "-(1 + 1/2)"}, Case{"2\\frac{x}{3}", "2*(x/3)"},
      Case{"2516_8", "2516_8"}, Case{"4210_{7}", "4210_7"}, Case{"AB3_{16}", "AB3_16"}, Case{"½", "1/2"},
      Case{"2½", "2 + 1/2"}, Case{"−7", "-7"}, Case{"１２", "12"}, Case{"1e999999999", "!"}, Case{"12 34", "!"});
  CAPTURE(c.text);
  CHECK(read(c.text) == c.form);
}

TEST_CASE("formulas are read by the usual precedence", "[scorers][reader]") {
  const auto c = GENERATE(
      Case{"-3^2", "-3^2"}, Case{"(-3)^2", "(-3)^2"}, Case{"a/bc", "(a/b)*c"}, Case{"2^3^2", "2^(3^2)"},
      Case{"x^-1", "x^(-1)"}, Case{"x^10", "x^10"}, Case{"\\frac12", "1/2"}, Case{"\\frac1{72}", "1/72"},
      Case{"\\frac{a}b", "a/b"}, Case{"\\sqrt2", "sqrt(2)"}, Case{"4\\sqrt(2)", "4*sqrt(2)"},
      Case{"sqrt(2)", "sqrt(2)"}, Case{"√2", "sqrt(2)"}, Case{"\\sqrt[3]{x}^2", "root(x, 3)^2"},
      Case{"\\sin 2\\pi x\\cos y", "sin(2*pi*x)*cos(y)"}, Case{"\\sin^2 x", "sin(x)^2"},
      Case{"\\sin^{-1} x", "asin(x)"}, Case{"\\sin[\\theta ]", "sin(theta)"}, Case{"\\exp3", "exp(3)"},
      Case{"\\arctanh(a)", "atanh(a)"}, Case{"\\log_2 8", "log(8, 2)"}, Case{"\\log x", "log(x, 10)"},
      Case{"sinx", "sin(x)"}, Case{"2pir", "2*pi*r"}, Case{"2*pi*r", "2*pi*r"}, Case{"2^6 3^5", "2^6*3^5"},
      Case{"|x-1|", "abs(x - 1)"}, Case{"\\left\\lvert0\\right\\rvert", "abs(0)"},
      Case{"\\lfloor x\\rfloor", "floor(x)"}, Case{"n!", "factorial(n)"}, Case{"n!!", "double_factorial(n)"},
      Case{"\\binom{10}{3}", "binomial(10, 3)"}, Case{"x^{2}_{good}", "x_good^2"}, Case{"\\lambda_2^2", "lambda_2^2"},
      Case{"e_1", "e_1"}, Case{"\\mathrm{e}^x", "e^x"}, Case{"f(x)", "f(x)"}, Case{"x(y)", "x*y"},
      Case{"\\{1+2\\}\\{3-4\\}", "(1 + 2)*(3 - 4)"}, Case{"1 \\pm \\sqrt{19}", "1 +- sqrt(19)"}, Case{"\\pm 3", "+-3"},
      Case{"\\sum_{k=1}^{3} k^2", "sum(k^2, k, 1, 3)"}, Case{"\\sum^{3}_{k = 1} c", "sum(c, k, 1, 3)"},
      Case{"\\int_0^1 x^2 dx", "integral(x^2, x, 0, 1)"}, Case{"\\lim_{x \\to 0} x", "limit(x, x, 0)"},
      Case{"\\pi \\div 8 + 1 \\div 2", "pi/8 + 1/2"}, Case{"\\\\dfrac{2}{3} + \\frac12", "2/3 + 1/2"},
      Case{"x² + π", "x^2 + pi"}, Case{"$\\boxed{5}$", "5"}, Case{"\\[ 5 \\]", "5"});
  CAPTURE(c.text);
  CHECK(read(c.text) == c.form);
}

TEST_CASE("lists, sets, intervals, relations and matrices keep their form", "[scorers][reader]") {
  const auto c =
      GENERATE(Case{"(1,2)", "(1, 2)"}, Case{"[0,1)", "[0, 1)"}, Case{"]0,1]", "(0, 1]"}, Case{"\\{1,2\\}", "{1, 2}"},
               Case{"{1,2,3}", "{1, 2, 3}"}, Case{"1, 2, and 3", "1, 2, 3"}, Case{"3 \\text{ or } -3", "3 or -3"},
               Case{"p=5,q=2;p=7,q=2", "p = 5, q = 2; p = 7, q = 2"}, Case{"7:32", "7:32"}, Case{"\\emptyset", "{}"},
               Case{"x=1, y=2 \\text{ or } x=3, y=4", "x = 1, y = 2 or x = 3, y = 4"},
               Case{"(0,1) \\cup [2,\\infty)", "union((0, 1), [2, infinity))"},
               Case{"\\mathbb{R}\\setminus\\{1\\}", "minus(set R, {1})"}, Case{"\\{x \\mid x > 2\\}", "{x | x > 2}"},
               Case{"\\{x : x>2\\}", "{x | x > 2}"}, Case{"-2 < x \\leq 3", "-2 < x <= 3"},
               Case{"1\\leq|z|\\leq 2", "1 <= abs(z) <= 2"}, Case{"x \\in [0,1]", "x in [0, 1]"},
               Case{"x != 3", "x != 3"}, Case{"x \\not= 3", "x != 3"}, Case{"a = b \\approx 3", "a = b ~ 3"},
               Case{"x ≥ 2", "x >= 2"}, Case{"\\begin{pmatrix}1&2\\\\3&4\\end{pmatrix}", "[[1, 2], [3, 4]]"},
               Case{"\\left[\\begin{array}{c}1\\\\2\\end{array}\\right]", "[[1], [2]]"},
               Case{"\\begin{cases}x=1\\\\y=2\\end{cases}", "x = 1, y = 2"}, Case{"-[0,1)", "!"}, Case{"(1", "!"},
               Case{"1)", "!"});
  CAPTURE(c.text);
  CHECK(read(c.text) == c.form);
}

TEST_CASE("units, percent, degrees, currency and clocks", "[scorers][reader]") {
  const auto c = GENERATE(
      Case{"50\\%", "50 %"}, Case{"33.5 percent", "33.5 %"}, Case{"\\frac12\\text{ percent}", "1/2 %"},
      Case{"90^\\circ", "90 degree"}, Case{"90°", "90 degree"}, Case{"\\$18.90", "18.90 dollar"},
      Case{"$18.90", "18.90"}, Case{"864 \\mbox{ inches}^2", "864 inch^2"}, Case{"10\\text{ cm}^{2}", "10 cm^2"},
      Case{"10 weeks", "10 week"}, Case{"50 square inches", "50 inch^2"}, Case{"3 \\text{ km/h}", "3 km/h"},
      Case{"10m", "10*m"}, Case{"\\sin 30^\\circ", "sin(30*pi/180)"}, Case{"12:30 \\text{ p.m.}", "12:30 pm"},
      Case{"12^{\\text{th}}", "12"}, Case{"17\\text{ any text}", "17 any text"});
  CAPTURE(c.text);
  CHECK(read(c.text) == c.form);
}

TEST_CASE("words are words", "[scorers][reader]") {
  const auto c = GENERATE(Case{"\\text{(E)}", "\"e\""}, Case{"\\text{East}", "\"east\""}, Case{"The East.", "\"east\""},
                          Case{"Yes", "\"yes\""}, Case{"no solution", "\"no solution\""}, Case{"\\text{13}", "13"},
                          Case{"\\text{2/3}", "2/3"}, Case{"\\textbf{A}", "A"}, Case{"AZYUK2A", "\"azyuk2a\""},
                          Case{"odd $n$", "\"odd n\""}, Case{"ab", "a*b"}, Case{"\\foo", "!"}, Case{"", "!"});
  CAPTURE(c.text);
  CHECK(read(c.text) == c.form);
}

TEST_CASE("what a program would run is read as words or not at all", "[scorers][reader]") {
  const auto* text = GENERATE("__import__('os').system('x') or 0", "().__class__.__base__", "globals()['x']",
                              "[open('m', 'w') for _ in [0]] or 0");
  CAPTURE(text);
  const Reading reading = read_answer(text);
  CHECK((!reading.tree || reading.tree->kind == Kind::kText));
}

TEST_CASE("limits are counts", "[scorers][reader]") {
  const std::string nested = std::string(100'000, '{') + "1" + std::string(100'000, '}');
  CHECK_FALSE(read_answer(nested).tree);
  for (const std::string_view piece :
       {"{", "(", "\\frac", "\\sqrt", "x^", "\\sin", "|", "\\left(", "\\text{", "-", "1+"}) {
    CAPTURE(piece);
    std::string text;
    while (text.size() + piece.size() <= kMaxAnswerLength) text += piece;
    const Reading reading = read_answer(text);
    CHECK((!reading.tree || reading.tree->kind == Kind::kText));
  }
  std::string sum = "1";
  for (int i = 0; i < 400; ++i) sum += "+x";
  CHECK(read_answer(sum).tree);
  for (int i = 0; i < 400; ++i) sum += "+x";
  CHECK_FALSE(read_answer(sum).tree);
}

TEST_CASE("the notation of a tree reads back as the same tree", "[scorers][reader]") {
  const auto* text = GENERATE("2x^2+\\frac13", "\\frac{a}{b+c}", "-(x+1)^{-2}", "\\sqrt{2}\\sin x", "(1, 2]", "x=3",
                              "1 - (2 - 3)", "a/(b/c)", "(a^b)^c", "5/(-3)", "|x|", "\\log_2 8", "n!", "1.50");
  CAPTURE(text);
  const std::string form = read(text);
  CHECK(read(form) == form);
}

TEST_CASE("units have one spelling and a size", "[scorers][units]") {
  CHECK(unit_spelling("Square Inches") == "inch^2");
  CHECK(unit_spelling("miles per hour") == "mile/hour");
  CHECK(unit_spelling("cm^{3}") == "cm^3");
  CHECK(unit_spelling("pct") == "%");
  CHECK(unit_named("cm^2")->factor == mpq_class(1, 10'000));
  CHECK(unit_named("mile/hour") == unit_named("mph"));
  CHECK(unit_named("cent")->factor == mpq_class(1, 100));
  CHECK_FALSE(unit_named("apple"));
  CHECK_FALSE(unit_named("cm^"));
  CHECK_FALSE(unit_named("cm^99999999999"));
}

}  // namespace
}  // namespace tripos::scorers
