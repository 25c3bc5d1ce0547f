// What is equal under the policies of the protocol "tripos", and what only looks so.
#include <string>

#include "tests/scorers/support.h"

namespace tripos::scorers {
namespace {

struct Pair {
  const char* gold;
  const char* answer;
};

Score judged(const char* gold, const char* answer, Policies policies = {}) {
  ScoringSpec spec{.extractors = {{.name = "whole"}}, .grader = "symbolic", .policies = policies};
  return Scorer::make(spec)->score_answer(answer, {gold, 0});
}

const Pair kEqual[] = {
    // Numbers.
    {"2/3", "\\frac{4}{6}"},
    {"0.5", "1/2"},
    {"1000", "1{,}000"},
    {"1000", "1\\,000"},
    {"30000", "3\\times 10^4"},
    {"-1/2", "-½"},
    {"5/2", "2\\frac12"},
    {"\\sqrt{8}", "2\\sqrt2"},
    {"\\sqrt{2}+\\sqrt{3}", "\\sqrt{5+2\\sqrt{6}}"},
    {"\\ln 6", "\\ln 2+\\ln 3"},
    {"\\frac{\\pi}{6}", "\\arcsin\\frac12"},
    {"e^{i\\pi}", "-1"},
    {"6", "3!"},
    {"10", "\\binom{5}{2}"},
    {"|{-3}|", "3"},
    {"2^{100}", "4^{50}"},
    {"0.\\overline{3}", "\\frac13"},
    {"\\frac89", "0.\\bar8"},
    {"\\frac{1}{6}", "0.1\\overline 6"},
    {"3", "\\lfloor\\pi\\rfloor"},
    {"\\lceil\\sqrt{3}\\rceil+x", "x+2"},
    {"1.4142135623730951", "\\sqrt2"},
    {"\\frac13", "0.3333333333333333"},
    {"\\frac{73}{99}", "0.737373..."},
    {"\\frac{1}{7}", "0.142857142857\\ldots"},
    {"\\frac{73}{99}", "0.(73)"},
    {"5\\sqrt{11}", "5√11"},
    {"\\sqrt[3]{12}", "∛12"},
    // Formulas.
    {"x^2+2x+1", "(x+1)^2"},
    {"ab", "ba"},
    {"\\tan^2 y+1", "\\sec^2 y"},
    {"\\frac{1}{\\sqrt{n}}", "\\sqrt{\\frac1n}"},
    {"4N^3+9N^2+6N+1", "(N+1)^2(4N+1)"},
    {"e^{x+y}", "e^xe^y"},
    {"(1/3)^{-x}", "3^x"},
    {"\\ln(a^2b)", "2\\ln a+\\ln b"},
    {"\\cos 2x", "1-2\\sin^2 x"},
    {"x^{2/3}", "\\sqrt[3]{x}^2"},
    {"\\arcsin(9x)", "\\frac{\\pi}{2}-\\arccos(9x)"},
    // Names, units, percent, degrees, money.
    {"5", "x=5"},
    {"x=5", "5"},
    {"5", "5=x"},
    {"x^2+1", "f(x)=x^2+1"},
    {"f(x)=x^2+1", "y=x^2+1"},
    {"5 \\text{ cm}", "5"},
    {"5", "5 \\text{ cm}"},
    {"5 \\text{ cm}", "0.05 \\text{ m}"},
    {"\\$6", "6"},
    {"54 \\text{ cents}", "\\$0.54"},
    {"864 \\mbox{ inches}^2", "6 \\text{ square feet}"},
    {"50\\%", "50"},
    {"33\\frac13\\%", "33\\frac13"},
    {"33\\frac13\\%", "\\frac13"},
    {"22\\frac12^\\circ", "22.5"},
    {"\\$5.50", "\\$5\\frac12"},
    {"50\\%", "0.5"},
    {"50\\%", "\\frac12"},
    {"\\frac12", "50\\%"},
    {"30^\\circ", "30"},
    {"30^\\circ", "\\frac{\\pi}{6}"},
    {"30", "30^\\circ"},
    {"\\frac{NO}{BO}=\\frac12", "\\frac12"},
    {"7:32", "14:64"},
    {"7:32", "\\frac{7}{32}"},
    {"20:34", "08:34 \\text{ P.M.}"},
    {"2516_8", "2516"},
    {"2516_8", "2516_{8}"},
    {"4421_5", "4421_{\\text{five}}"},
    {"4421_5", "(4421)_{5}"},
    {"4421_5", "4421 (base 5)"},
    {"5 \\text{ cm}^2", "5 sq cm"},
    {"\\$39 \\text{ million}", "\\$39{,}000{,}000"},
    {"a=b\\approx 0.3", "a=b"},
    {"\\frac{\\sqrt3}{3}", "\\frac{\\sqrt3}{3}\\approx 0.577"},
    {"105", "35+70=105"},
    // Lists and sets.
    {"1,2,3", "3, 1, 2"},
    {"1,2,3", "1, 2 \\text{ and } 3"},
    {"1,2", "1\\text{, }2"},
    {"1,2", "\\{2,1\\}"},
    {"\\{1,2\\}", "1, 2"},
    {"1,2", "x=2 \\text{ or } x=1"},
    {"x=1,y=2", "1, 2"},
    {"(3,2)", "p=3,q=2"},
    {"(p,q)=(3,2)", "(3,2)"},
    {"(5,2),(7,2)", "p=7,q=2;p=5,q=2"},
    {"1\\pm\\sqrt{19}", "1-\\sqrt{19}, 1+\\sqrt{19}"},
    {"\\{1\\pm\\sqrt5,-2\\}", "-2, 1+\\sqrt5, 1-\\sqrt5"},
    {"10,100", "10, 100"},
    {"10, 100", "10,100"},
    {"(1,\\frac92)", "(1, 4.5)"},
    {"2,3", "2,3,3"},
    // Intervals.
    {"(1,2)", "1<x<2"},
    {"[-2,7]", "x\\in[-2,7]"},
    {"x\\in[-2,7]", "-2\\le x\\le 7"},
    {"x>1", "1<x"},
    {"x>1", "(1,\\infty)"},
    {"(-\\infty,0)\\cup(0,\\infty)", "x\\ne0"},
    {"(0,1)\\cup(2,3)", "(2,3)\\cup(0,1)"},
    {"[0,2]", "[0,1]\\cup[1,2]"},
    {"(-3,3)", "|x|<3"},
    {"x<1\\text{ or }x>7", "(-\\infty,1)\\cup(7,\\infty)"},
    {"\\mathbb{R}\\setminus\\{1\\}", "x\\neq1"},
    {"1\\leq|z|\\leq\\frac32", "z\\in[-\\frac32,-1]\\cup[1,\\frac32]"},
    {"\\{x\\mid x>2\\}", "(2,\\infty)"},
    {"(0,4)", "0<x<5, x<4"},
    {"(0,1)\\cup(2,3)", "(0,1) U (2,3)"},
    {"(0,1)\\cup(2,3)", "(0,1) \\text{ and } (2,3)"},
    {"(-6,2)", "]-6,2["},
    {"\\emptyset", "\\{\\}"},
    // Equations and inequalities.
    {"x-2y+1=0", "-2x+4y-2=0"},
    {"y=2x-5", "2x-y=5"},
    {"2x+4y-3=0", "y=-\\frac12x+\\frac34"},
    {"y>x", "x<y"},
    {"a+b<c-d", "a+b-c+d<0"},
    {"\\frac{x^2}{4}+\\frac{y^2}{3}=1", "\\frac{x^2}{16}+\\frac{y^2}{12}=\\frac14"},
    {"a^2\\ne b", "b\\neq a^2"},
    {"2x<6", "-x>-3"},
    // Matrices and vectors.
    {"\\begin{pmatrix}1&0.5\\\\0&1\\end{pmatrix}", "\\begin{bmatrix}1&\\frac12\\\\0&1\\end{bmatrix}"},
    {"\\begin{pmatrix}1\\\\2\\end{pmatrix}", "(1,2)"},
    {"\\begin{pmatrix}6&8\\\\10&12\\end{pmatrix}",
     "\\begin{pmatrix}1&2\\\\3&4\\end{pmatrix}+\\begin{pmatrix}5&6\\\\7&8\\end{pmatrix}"},
    {"\\begin{pmatrix}3\\\\7\\end{pmatrix}",
     "\\begin{pmatrix}1&2\\\\3&4\\end{pmatrix}\\begin{pmatrix}1\\\\1\\end{pmatrix}"},
    {"\\begin{pmatrix}8&5\\\\5&3\\end{pmatrix}",
     "\\begin{pmatrix}1&1\\\\1&0\\end{pmatrix}\\begin{pmatrix}1&1\\\\1&0\\end{pmatrix}"
     "\\begin{pmatrix}1&1\\\\1&0\\end{pmatrix}\\begin{pmatrix}1&1\\\\1&0\\end{pmatrix}"
     "\\begin{pmatrix}1&1\\\\1&0\\end{pmatrix}"},
    // Words.
    {"\\text{East}", "east"},
    {"\\text{(E)}", "E"},
    {"A", "\\textbf{A}"},
    {"Yes", "yes"},
    {"no solution", "No solution."},
    {"DNE", "does not exist"},
};

const Pair kDifferent[] = {
    {"1-\\frac1e", "1+\\frac1e"},
    {"10000", "10001"},
    {"100000000000", "99999999999"},
    {"5", "5.001"},
    {"\\frac13", "0.33"},
    {"\\pi", "3.14159"},
    {"\\frac{1}{2004!}", "\\frac{1}{2006!}"},
    {"2^{2025}", "2^{2026}"},
    {"4", "4\\sqrt(2)"},
    {"\\frac{2^{2005}+1}{3\\cdot2^{2006}}", "\\frac{1}{3\\cdot 2^{2006}}"},
    {"1", "100"},
    {"e^{10x}", "e^{10x}+10^{-7}"},
    {"(6x+1)(x+1)", "(6x+1)(x-1)"},
    {"x+1", "x+2n+1"},
    {"|x|", "x"},
    {"\\sqrt{x^2}", "x"},
    {"\\sin(500\\pi x)", "\\sin(\\pi x)"},
    {"|x|+|y|", "|x+y|"},
    {"\\lfloor\\frac{n}{2}\\rfloor", "\\lfloor\\frac{n+1}{2}\\rfloor"},
    {"\\lfloor\\frac{n}{10}\\rfloor", "\\lfloor\\frac{n}{11}\\rfloor"},
    {"x", "y"},
    {"2x", "2y"},
    {"x^2+2x+1", "x^3+2x+1"},
    {"\\sin x=\\frac12", "\\cos x=\\frac12"},
    {"x=5", "y=5"},
    {"5 \\text{ cm}", "5 \\text{ m}"},
    {"5 \\text{ cm}", "5 \\text{ kg}"},
    {"50\\%", "5"},
    {"33\\frac13\\%", "11\\%"},
    {"\\$5\\frac12", "\\$2.50"},
    {"4", "\\lfloor\\pi\\rfloor"},
    {"0.5", "50"},
    {"\\frac{\\pi}{6}", "30"},
    {"7:32", "32:7"},
    {"2516_8", "2517"},
    {"101_2", "5"},
    {"20:34", "09:34 \\text{ P.M.}"},
    {"4:57 \\text{ p.m.}", "16:57 \\text{ a.m.}"},
    {"14", "14 \\text{ below}"},
    {"\\$39", "\\$39 \\text{ million}"},
    {"0.(73)", "0"},
    {"4421_5", "4421_{\\text{six}}"},
    {"16", "16_2"},
    {"50{,}000", "50,00"},
    {"10{,}080", "10,80"},
    {"1,2,3", "1,2"},
    {"1,2", "1,2,3"},
    {"(1,2)", "(2,1)"},
    {"[1,2]", "(1,2)"},
    {"(0,9)", "[0,9)"},
    {"[1,2,3]", "(1,3,2)"},
    {"5", "3 \\text{ or } 5"},
    {"x=1,y=2", "2,1"},
    {"x=1,y=2", "x=2,y=1"},
    {"(5,2),(7,2)", "(2,5),(7,2)"},
    {"1,2,\\ldots,n", "1,3,5,\\ldots,2n-1"},
    {"2,2,3", "2,3"},
    {"[0,1)", "1"},
    {"1", "-[0,1)"},
    {"(0,1)", "2"},
    {"(1,2)", "1\\le x<2"},
    {"(\\frac32,-13)", "(8,-2)"},
    {"x>1", "x<1"},
    {"x>1", "x\\ge1"},
    {"x>5", "y>5"},
    {"(-3,3)", "|x|>3"},
    {"(0,1)\\cup(2,3)", "(0,3)"},
    {"[0,1)\\cup(1,2]", "[0,2]"},
    {"(-13,15),(-18,31)", "(-13,15)"},
    {"(-13,15)", "(-13,15),(-18,31)"},
    {"(-18,31)", "(-13,15),(-18,31)"},
    {"y=x", "y=-x"},
    {"y=x", "y\\ne x"},
    {"y>x", "x>y"},
    {"a^2+b=0", "0"},
    {"a+3z=0", "0"},
    {"2x<6", "x>3"},
    {"\\begin{pmatrix}1&2\\end{pmatrix}", "\\begin{pmatrix}1\\\\2\\end{pmatrix}"},
    {"\\begin{pmatrix}1&2\\\\3&4\\end{pmatrix}", "\\begin{pmatrix}1&2\\\\3&5\\end{pmatrix}"},
    {"\\text{East}", "west"},
    {"\\text{(E)}", "D"},
    {"E", "\\mathrm{E}*2"},
    {"2", "AZYUK2A"},
    {"13", "\\text{no } 13"},
};

TEST_CASE("the sign of a decimal may stand apart from it", "[scorers][equality]") {
  CHECK(judged("2,-1", "\\mp.8").verdict == Verdict::kDifferent);
  CHECK(judged("-\\frac{1}{3}", "-(0.3333333333333333)").verdict == Verdict::kEqual);
  CHECK(judged("\\pm\\frac{1}{3}", "\\pm0.3333333333333333").verdict == Verdict::kEqual);
}

TEST_CASE("answers that say the same are equal", "[scorers][equality]") {
  for (const Pair& pair : kEqual) {
    const Score score = judged(pair.gold, pair.answer);
    CAPTURE(pair.gold, pair.answer, score.rule, score.reference_form, score.answer_form);
    CHECK(score.verdict == Verdict::kEqual);
  }
}

TEST_CASE("answers that only look alike are different", "[scorers][equality]") {
  for (const Pair& pair : kDifferent) {
    const Score score = judged(pair.gold, pair.answer);
    CAPTURE(pair.gold, pair.answer, score.rule, score.reference_form, score.answer_form);
    CHECK(score.verdict == Verdict::kDifferent);
  }
}

TEST_CASE("every answer is equal to itself", "[scorers][equality]") {
  for (const auto& pairs : {std::span<const Pair>(kEqual), std::span<const Pair>(kDifferent)}) {
    for (const Pair& pair : pairs) {
      for (const char* text : {pair.gold, pair.answer}) {
        CAPTURE(text);
        CHECK(judged(text, text).verdict == Verdict::kEqual);
        CHECK(judged(text, (std::string(" {") + text + "} ").c_str()).verdict != Verdict::kUndecided);
      }
    }
  }
}

TEST_CASE("what was forgiven is said", "[scorers][equality]") {
  CHECK(judged("50\\%", "0.5").flags == "percent");
  CHECK(judged("5", "5 \\text{ cm}").flags == "unit");
  CHECK(judged("5", "x=5").flags == "name");
  CHECK(judged("\\frac13", "0.33").flags == "rounded");
  CHECK(judged("1,2", "(1,2)").flags == "brackets");
  CHECK(judged("\\frac12", "\\frac{1}{4}+\\frac14").flags == "unsimplified");
  CHECK(judged("5", "5.0").flags.empty());
}

TEST_CASE("policies are switches", "[scorers][equality]") {
  const auto verdict = [](const char* gold, const char* answer, auto set) {
    Policies policies;
    set(policies);
    return judged(gold, answer, policies).verdict;
  };
  const auto hundredth = [](Policies& p) { p.percent = Policies::Percent::kHundredth; };
  CHECK(verdict("50\\%", "50", hundredth) == Verdict::kDifferent);
  CHECK(verdict("50\\%", "0.5", hundredth) == Verdict::kEqual);
  const auto any_scale = [](Policies& p) { p.percent = Policies::Percent::kAnyScale; };
  CHECK(verdict("0.5", "50", any_scale) == Verdict::kEqual);
  CHECK(verdict("0.5", "5", any_scale) == Verdict::kDifferent);
  const auto ignored = [](Policies& p) { p.units = Policies::Units::kIgnored; };
  CHECK(verdict("5 \\text{ cm}", "5 \\text{ m}", ignored) == Verdict::kEqual);
  const auto required = [](Policies& p) { p.units = Policies::Units::kRequired; };
  CHECK(verdict("5 \\text{ cm}", "5", required) == Verdict::kDifferent);
  const auto digits = [](Policies& p) { p.decimal_digits = 3; };
  CHECK(verdict("\\frac13", "0.333", digits) == Verdict::kEqual);
  CHECK(verdict("\\frac13", "0.334", digits) == Verdict::kDifferent);
  const auto places = [](Policies& p) { p.decimal_places = 6; };
  CHECK(verdict("\\frac13", "0.333333", places) == Verdict::kEqual);
  CHECK(verdict("\\frac13", "0.33333", places) == Verdict::kDifferent);
  const auto tolerance = [](Policies& p) { p.tolerance = 1e-4; };
  CHECK(verdict("10000", "10001", tolerance) == Verdict::kEqual);
  CHECK(verdict("10000", "10002", tolerance) == Verdict::kDifferent);
  const auto names = [](Policies& p) { p.optional_names = false; };
  CHECK(verdict("5", "x=5", names) == Verdict::kDifferent);
  const auto ordered = [](Policies& p) { p.ordered_lists = true; };
  CHECK(verdict("1,2", "2,1", ordered) == Verdict::kDifferent);
}

}  // namespace
}  // namespace tripos::scorers
