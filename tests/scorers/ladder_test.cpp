// The extractors of Tripos's own protocol for mathematics.

#include <string>

#include "scorers/extractors.h"
#include "scorers/reasoning.h"
#include "tests/catch.h"

namespace tripos::scorers {
namespace {

struct Case {
  const char* text;
  const char* expected;  // "" where nothing is found
};

std::string found(Extract extract, std::string_view text, bool wants_several = false) {
  return extract({.text = text, .whole = text, .wants_several = wants_several}).value_or("");
}

TEST_CASE("boxes takes the last box without what only presents it", "[scorers][extractors]") {
  const auto c = GENERATE(
      Case{"so \\boxed{5}.", "5"}, Case{"\\boxed{1} or \\boxed{2}", "2"}, Case{"\\fbox{$7$}", "7"},
      Case{"**\\boxed{6}**", "6"}, Case{"\\boxed{\\boxed{3}}", "3"}, Case{"\\\\boxed{9}", "9"},
      Case{"\\boxed{42.}", "42"}, Case{"$\\boxed5$", "5"}, Case{"\\boxed -5 is it", "-5"},
      Case{"\\boxed{} and \\boxed{3} and \\boxed{ }", "3"}, Case{"\\boxed{1 \\text{ or } 2}", "1 \\text{ or } 2"},
      Case{"\\boxed{[1, 2)}", "[1, 2)"}, Case{"\\boxed{1} then \\boxed{2", "1"},
      // The brace was forgotten, but the box is over.
      Case{"$\\boxed{12$.", "12"}, Case{"\\(\\boxed{\\frac{1}{2}\\)", "\\frac{1}{2}"}, Case{"\\boxed{12\nDone", "12"},
      // Nothing: cut off, empty, or only talked about.
      Case{"\\boxed{12", ""}, Case{"\\boxed{}", ""}, Case{"I put it in a \\boxed command.", ""},
      Case{"no \\boxed, I said", ""}, Case{"\\boxed", ""}, Case{"", ""});
  CAPTURE(c.text);
  CHECK(found(&extract_boxes, c.text) == c.expected);
}

TEST_CASE("boxes joins the boxes of one statement where several answers are asked for", "[scorers][extractors]") {
  const auto c = GENERATE(
      Case{"\\boxed{1} or \\boxed{2}", "1, 2"}, Case{"$x=\\boxed{2}$ and $x=\\boxed{3}$", "2, 3"},
      Case{"\\[\\boxed{(1,2)}, \\quad \\boxed{(2,1)}\\]", "(1,2), (2,1)"},
      Case{"$\\boxed{a}$ \\text{ und } $\\boxed{b}$", "a, b"}, Case{"\\boxed{1}和\\boxed{2}", "1, 2"},
      Case{"\\[\\boxed{1}\\]\n\\[\\boxed{2}\\]", "1, 2"}, Case{"\\boxed{3} and the other root is \\boxed{5}", "3, 5"},
      Case{"$f(1) = \\boxed{3}$, $f(2) = \\boxed{5}$", "3, 5"}, Case{"\\boxed{3, 5}\n\n\\boxed{3, 5}", "3, 5"},
      // One statement each.
      Case{"\\boxed{7} is the first. The second is \\boxed{8}.", "8"},
      Case{"From \\boxed{x^2 = 1} we get \\boxed{1, -1}", "1, -1"}, Case{"\\boxed{1}. \\boxed{2}", "2"});
  CAPTURE(c.text);
  CHECK(found(&extract_boxes, c.text, true) == c.expected);
}

TEST_CASE("answer_marker reads the last announced answer", "[scorers][extractors]") {
  const auto c =
      GENERATE(Case{"Answer: 5", "5"}, Case{"**Answer:** 5", "5"}, Case{"**Answer: 5**", "5"},
               Case{"__Answer__: `x^2`", "x^2"}, Case{"**Final Answer**\n\n$5$\n", "5"}, Case{"### Answer\n\n5", "5"},
               Case{"Answer:\n\\[\n x = 5\n\\]", "x = 5"}, Case{"<answer>42</answer> I hope this helps.", "42"},
               Case{"<answer>\n\\frac{1}{2}\n</answer>", "\\frac{1}{2}"}, Case{"<answer>The answer is 5</answer>", "5"},
               Case{"<answer>42", "42"}, Case{"Answer = 5", "5"}, Case{"Answer: 1\nWait.\nANSWER: 2", "2"},
               Case{"the answer to the second question is 12.", "12"}, Case{"The answer must be 17.", "17"},
               Case{"The answer, then, is 5.", "5"}, Case{"Final result: $2\\pi$", "2\\pi"},
               Case{"Final Answer: The final answer is $14{,}916$. I hope it is correct.", "14{,}916"},
               Case{"Final Answer: The area of $ABC$ is 120. I hope it is correct.", "120"});
  CAPTURE(c.text);
  CHECK(found(&extract_answer_marker, c.text) == c.expected);
}

TEST_CASE("answer_marker ends an answer where its statement ends", "[scorers][extractors]") {
  const auto c = GENERATE(
      Case{"Answer: 3.14. Done", "3.14"}, Case{"Answer: 5.\nDone", "5"},
      Case{"The answer is $5$ because $2+3=5$.", "5"}, Case{"The answer is 42 because geometry proves it", "42"},
      Case{"the answer is x = 5, where x > 0", "x = 5"}, Case{"The answer is yes, it is prime.", "yes"},
      Case{"The answer is $x_1 = 1. \\text{ Then}$", "x_1 = 1. \\text{ Then}"},
      Case{"**The answer is 5** apples.", "5"}, Case{"The answer is **25%**, as required.", "25%"},
      Case{"Answer: $x = 5$ and $y = 6$", "x = 5, y = 6"}, Case{"The answer is either 3 or 5.", "3 or 5"},
      Case{"The answer is $5$ cm.", "$5$ cm"}, Case{"The answer is $5$ of the boxes in the room.", "5"},
      Case{"Answer: The roots are 2 and 3.", "2 and 3"}, Case{"The answer is $12{,}000.50.$", "12{,}000.50"},
      Case{"Answer: 1, 2, ...", "1, 2, ..."}, Case{"Answer: \"$4$\".", "4"}, Case{"Answer: 5 — the smallest one", "5"});
  CAPTURE(c.text);
  CHECK(found(&extract_answer_marker, c.text) == c.expected);
}

TEST_CASE("answer_marker reads other languages", "[scorers][extractors]") {
  const auto c = GENERATE(
      Case{"Die Antwort lautet 3,5.", "3,5"}, Case{"Antwort: 7", "7"}, Case{"La réponse finale est $7$.", "7"},
      Case{"La respuesta correcta es 5.", "5"}, Case{"A resposta final é 7", "7"}, Case{"La risposta è 9.", "9"},
      Case{"Odpowiedź: 8", "8"}, Case{"Svaret är 6.", "6"}, Case{"Cevap: 4", "4"}, Case{"Jawabannya adalah 3", "3"},
      Case{"Ответ: 5.", "5"}, Case{"ответ равен $\\frac12$", "\\frac12"}, Case{"Đáp án là 5", "5"},
      Case{"答案是 $5$。", "5"}, Case{"答：5", "5"}, Case{"答えは5です。", "5"}, Case{"정답은 5입니다.", "5"},
      Case{"الإجابة النهائية هي: 12", "12"}, Case{"उत्तर: 67", "67"}, Case{"คำตอบคือ 5", "5"}, Case{"Απάντηση: 2", "2"});
  CAPTURE(c.text);
  CHECK(found(&extract_answer_marker, c.text) == c.expected);
}

TEST_CASE("answer_marker skips what announces no answer", "[scorers][extractors]") {
  const auto c = GENERATE(
      Case{"Answer: 5\nSo the answer is correct.", "5"}, Case{"Answer: 5\nThe answer is not 6.", "5"},
      Case{"Answer:", ""}, Case{"Answer: **", ""}, Case{"The answer isn't 4", ""}, Case{"The answer is \\boxed{}.", ""},
      Case{"So, the final answer", ""}, Case{"So the answer is", ""}, Case{"I can answer this.", ""},
      Case{"<answer></answer> Bye.", ""}, Case{"Die Antwort ist nicht 5", ""}, Case{"答案不是 5", ""}, Case{"", ""});
  CAPTURE(c.text);
  CHECK(found(&extract_answer_marker, c.text) == c.expected);
}

TEST_CASE("reasoning ends at its last end tag, or is left open", "[scorers][extractors]") {
  CHECK(without_reasoning("<think>a</think>b</think>c") == "c");
  CHECK(without_reasoning("<think>a") == "<think>a");
  CHECK(has_open_reasoning("<think>a"));
  CHECK(has_open_reasoning("<think>a</think>b<think>c"));
  CHECK_FALSE(has_open_reasoning("<think>a</think>b"));
  CHECK_FALSE(has_open_reasoning("a</think>b"));
}

}  // namespace
}  // namespace tripos::scorers
