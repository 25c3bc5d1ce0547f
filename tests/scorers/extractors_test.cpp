#include "tests/scorers/support.h"

namespace tripos::scorers {
namespace {

std::string extracted(const char* extractor, const std::string& text, int choices = 0) {
  return test::scorer_with(extractor).score_response(text, {"-", choices}).extracted;
}

struct Case {
  const char* text;
  const char* expected;  // "" where nothing is found
};

TEST_CASE("last_box reads the last box whose braces balance", "[scorers][extractors]") {
  const auto c = GENERATE(
      Case{"so \\boxed{5}.", "5"}, Case{"\\boxed{1} or \\boxed{2}", "2"}, Case{"\\boxed{\\frac{1}{2}}", "\\frac{1}{2}"},
      Case{"\\fbox{7}", "7"}, Case{"\\framebox{7}", "7"}, Case{"\\boxed {8}", "8"}, Case{"\\boxed 5 is it", "5"},
      Case{"$\\boxed5$", "5"}, Case{"\\(\\boxed x\\).", "x"}, Case{"\\boxed{x = \\boxed{3}}", "3"},
      Case{"\\boxed{\\{1, 2\\}}", "\\{1, 2\\}"}, Case{"\\boxed{\\left\\{ 1 \\right\\}}", "\\left\\{ 1 \\right\\}"},
      Case{"\\boxed{1 \\\\{2}}", "1 \\\\{2}"}, Case{"\\\\boxed{9}", "9"}, Case{"\\boxed{1} then \\boxed{2", "1"},
      Case{"\\boxed{} and \\boxed{3} and \\boxed{ }", "3"}, Case{"\\boxed{2", ""}, Case{"\\boxedfoo{3}", ""},
      Case{"} \\boxed{4} {", "4"}, Case{"{ \\boxed{4}", "4"}, Case{"**\\boxed{6}**", "6"}, Case{"boxed{6}", ""},
      Case{"\\boxed{a\nb}", "a\nb"}, Case{"\\boxed", ""}, Case{"", ""}, Case{"\\boxed\\frac{1}{2}", "\\frac{1}{2}"});
  CAPTURE(c.text);
  CHECK(extracted("last_box", c.text) == c.expected);
}

TEST_CASE("answer_line reads what is said to be the answer", "[scorers][extractors]") {
  const auto c = GENERATE(Case{"Answer: 5", "5"}, Case{"**Answer:** 5", "5"}, Case{"**Final Answer**: `x^2`", "x^2"},
                          Case{"Answer: 1\nWait.\nANSWER : 2", "2"}, Case{"Answer:\n\n**7**", "7"},
                          Case{"The answer is 12.", "12"}, Case{"The answer is: $x$. I hope it is correct.", "$x$"},
                          Case{"Final Answer: The final answer is $14{,}916$.", "$14{,}916$"},
                          Case{"the answer is 3.5 because", "3.5 because"}, Case{"Answer: 3.14. Done", "3.14"},
                          Case{"Answer: 5\nSo the answer is correct.", "5"}, Case{"answer：９", "９"},
                          Case{"Answer:", ""}, Case{"Answer: **", ""}, Case{"No such line", ""}, Case{"answers: 4", ""},
                          Case{"The answer isn't 4", ""});
  CAPTURE(c.text);
  CHECK(extracted("answer_line", c.text) == c.expected);
}

TEST_CASE("whole takes the response without white space around it", "[scorers][extractors]") {
  CHECK(extracted("whole", " \n 5 cm\u00a0") == "5 cm");
  CHECK(extracted("whole", " \u3000 ") == "");
}

TEST_CASE("choice_letter reads what is stated and never guesses", "[scorers][extractors]") {
  const auto c = GENERATE(
      Case{"Answer: B", "B"}, Case{"**Answer: (c)**", "C"}, Case{"Answer: A\nOn reflection...\nAnswer: D", "D"},
      Case{"**Answer:** B", "B"}, Case{"*Answer:* B", "B"}, Case{"Answer – B", "B"},
      Case{"Answer:\u202f"
           "B",
           "B"},
      Case{"The answer is \\boxed{D}", "D"}, Case{"\\boxed{\\text{B}}", "B"}, Case{"$\\boxed{\\textbf{(C)}}$", "C"},
      Case{"\\boxed{\\text{A) } 5 \\times 10^3}", "A"}, Case{"The correct option is therefore B.", "B"},
      Case{"the answer must be option (B), because", "B"}, Case{"The answer is: **B) 42**", "B"},
      Case{"answer: 'B'.", "B"}, Case{"La réponse finale est B.", "B"}, Case{"答案是B", "B"},
      Case{"Die richtige Antwort ist C", "C"}, Case{"정답: D", "D"}, Case{"**B**", "B"}, Case{"(C)", "C"},
      Case{"D. 5 m", "D"}, Case{"**D) This is it**", "D"}, Case{"B\n", "B"}, Case{"B不是 A", "B"},
      Case{"A. Because B is not valid", "A"}, Case{"[D] is correct", "D"}, Case{"Because B is valid", "B"},
      Case{"I choose C", "C"}, Case{"It's not A, so I think it's B", "B"}, Case{"Option B is right; A is wrong", "B"},
      Case{"Option A is wrong. Option C", "C"}, Case{"A) one\nB) two\nSo B is correct.", "B"},
      Case{"<think>Answer: A</think>Answer: B", "B"},
      // Nothing, or nothing clear:
      Case{"Answer: E", ""}, Case{"Answer: Because of B", ""}, Case{"Answer: A or B", ""}, Case{"Answer: A, B", ""},
      Case{"A good question.", ""}, Case{"I am unable to answer.", ""}, Case{"The answer is C-terminal cleavage", ""},
      Case{"The answer is \\boxed{C_2H_6}", ""}, Case{"A) one\nB) two", ""}, Case{"Option A or option B", ""},
      Case{"The answer is not A", ""}, Case{"the answer is a good one", ""}, Case{"Answer: BC", ""}, Case{"", ""},
      Case{"No valid answer here", ""}, Case{"42", ""});
  CAPTURE(c.text);
  CHECK(extracted("choice_letter", c.text, 4) == c.expected);
}

TEST_CASE("choice_letter knows the letters on offer", "[scorers][extractors]") {
  CHECK(extracted("choice_letter", "Answer: J", 10) == "J");
  CHECK(extracted("choice_letter", "Answer: I", 10) == "I");
  CHECK(extracted("choice_letter", "Answer: I think so", 10) == "");
  CHECK(extracted("choice_letter", "Answer: A or H", 4) == "A");
  CHECK(extracted("choice_letter", "Answer: Z") == "Z");
}

TEST_CASE("likeliest reads log-likelihoods, and nothing that is none", "[scorers][extractors]") {
  const std::string scored = R"({"characters": [1, 4, 2], "log_likelihoods": [-3, -2.5, -2.5]})";
  CHECK(extracted("likeliest", scored) == "B");  // of equal ones the first
  CHECK(extracted("likeliest_per_character", scored) == "B");
  CHECK(extracted("likeliest_per_character", R"({"characters": [2, 1], "log_likelihoods": [-3, -2]})") == "A");
  const auto other = GENERATE(as<std::string>(), "B", "", "[]", R"({"log_likelihoods": []})",
                              R"({"characters": [1], "log_likelihoods": ["-1"]})",
                              R"({"characters": [1], "log_likelihoods": [-1, -2]} and more)");
  CHECK(extracted("likeliest", other) == "");
  const auto odd = GENERATE(as<std::string>(), R"({"characters": [1], "log_likelihoods": [-1, -2]})",
                            R"({"characters": [0, 1], "log_likelihoods": [-1, -2]})", R"({"log_likelihoods": [-1]})");
  CHECK(extracted("likeliest_per_character", odd) == "");
}

TEST_CASE("abcd takes the first character where no pattern matches", "[scorers][extractors]") {
  CHECK(extracted("abcd", "**Hello") == "H");
  CHECK(extracted("abcd", "中文") == "中");
  CHECK(extracted("abcd", "**") == "");
  CHECK(extracted("abcd", "Because the charge is A, D is right") == "B");
}

TEST_CASE("inspect_choice forgives a comma and nothing else", "[scorers][extractors]") {
  const auto c = GENERATE(Case{"ANSWER: b", "B"}, Case{"ANSWER: B,", "B"}, Case{"ANSWER: A\nANSWER: C.", "C"},
                          Case{"the answer: D of it", ""}, Case{"ANSWER: A, B", ""}, Case{"ANSWER: AB", ""},
                          Case{"ANSWER: E", ""}, Case{"ANSWER: (B)", ""});
  CAPTURE(c.text);
  CHECK(extracted("inspect_choice", c.text, 4) == c.expected);
}

TEST_CASE("last_letter takes the last letter A to J that stands alone", "[scorers][extractors]") {
  const auto c = GENERATE(Case{"A then (J). K", "J"}, Case{"A1 BC _D", ""}, Case{"éA Bé C中 D²", ""}, Case{"B’s", "B"},
                          Case{"I am", "I"}, Case{"", ""});
  CAPTURE(c.text);
  CHECK(extracted("last_letter", c.text) == c.expected);
}

TEST_CASE("json_answer reads the reasoning too, as ZeroEval does", "[scorers][extractors]") {
  const auto c =
      GENERATE(Case{"{\"answer\": \"5\"}", "5"}, Case{"<think>{\"answer\": 4}</think>{\"answer\": 5}", "4"},
               Case{"{\"answer\": \"\\frac{1}{2}\"}", "\x0crac{1}{2}"},
               Case{"{\"answer\": \"\\sqrt{2}\"}", "\\sqrt{2}"}, Case{"{\"answer\": \"5", "\"5"},
               Case{"answer: 5", "5"}, Case{"The final answer is: $\\boxed{36}$", "36"}, Case{"\\boxed{36}", ""});
  CAPTURE(c.text);
  CHECK(extracted("json_answer", c.text) == c.expected);
}

}  // namespace
}  // namespace tripos::scorers
