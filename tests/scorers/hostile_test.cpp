// Responses that would hurt a reader which looks at a byte more than a few times, or recurses. A quadratic reader takes
// minutes here and runs into the time limit of the tests.

#include <set>

#include "tests/scorers/support.h"

namespace tripos::scorers {
namespace {

std::string repeated(std::string_view piece, std::size_t size) {
  std::string text;
  while (text.size() < size) text += piece;
  return text;
}

// All presets with a scoring of their own.
std::vector<std::pair<AnswerKind, Scorer>> all_scorers() {
  std::vector<std::pair<AnswerKind, Scorer>> scorers;
  std::set<std::string> seen;
  for (const auto& preset : protocol::presets()) {
    const auto protocol = protocol::find_protocol(preset.name + "@" + preset.version, preset.kind);
    REQUIRE(protocol);
    if (!seen.insert(protocol->scoring_sha256).second) continue;
    auto scorer = Scorer::make(protocol->scoring);
    REQUIRE(scorer);
    scorers.emplace_back(preset.kind, std::move(*scorer));
  }
  return scorers;
}

void score_all(const std::string& text) {
  static const auto kScorers = all_scorers();
  for (const auto& [kind, scorer] : kScorers) {
    const bool is_choice = kind == AnswerKind::kChoice;
    const Reference reference{is_choice ? "A" : "7", is_choice ? 4 : 0};
    scorer.score_response(text, reference);
    scorer.score_answer(text, reference);
    scorer.score_answer("7", {text, 0});
  }
}

TEST_CASE("a hostile text is read in linear time", "[scorers][hostile]") {
  for (const char* piece : {"\\boxed{", "{", "7", "answer:\n", "\u202e"}) score_all(repeated(piece, 1 << 18));
  SUCCEED();
}

// clang-format off
constexpr std::string_view kFragments[] = {
    "\\boxed ", "\\boxed\\boxed{", "}", "{}", "\\", "\\{", "[", "(", "1,", "1,000,", "9 ", "-", "1/", "answer: ",
    "Answer: A\n", "answer is ", "ANSWER: a ", "\"answer\": ", "{\"answer\": [", "{\"answer\":\"\\u00", "\u202f", "\n",
    " ", "\r", "A", "A ", "A\n", "(A) ", "**", "_", "**A", "option A ", "$", "\\text{", "\\frac", "\\frac{1}",
    "\\left", "\xff", "</think>", "Final Answer: The final answer is "};
// clang-format on

TEST_CASE("repeated fragments of answers are read in linear time", "[scorers][hostile]") {
  for (const std::string_view piece : kFragments) {
    score_all(repeated(piece, 1 << 15));
    score_all("\\boxed{" + repeated(piece, 1 << 15) + "}");
    score_all("\\boxed{" + repeated(piece, 1 << 12) + "}");  // below the limit of answers
  }
  SUCCEED();
}

TEST_CASE("a product of matrices is worked out as far as its entries stay small", "[scorers][hostile]") {
  std::string matrix = "\\begin{pmatrix}";
  for (char c = 'a'; c <= 'p'; ++c) matrix += std::string(1, c) + ((c - 'a') % 4 == 3 ? "\\\\" : "&");
  matrix += "\\end{pmatrix}";
  std::string product;
  for (int i = 0; i < 8; ++i) product += matrix;
  const Scorer scorer = test::scorer_with("whole", "symbolic");
  const Score score = scorer.score_answer(product + "\\cdot 1", {product, 0});
  CHECK(score.verdict == Verdict::kUndecided);
  CHECK(score.rule == "answer/limit");
}

TEST_CASE("an answer beyond all reason is undecided, whatever it is", "[scorers][hostile]") {
  const Scorer scorer = test::scorer_with("last_box", "number");
  const std::string text = repeated("7", 10'000);
  CHECK(scorer.score_answer(text, {"7", 0}).verdict == Verdict::kUndecided);
  CHECK(scorer.score_answer("7", {text, 0}).verdict == Verdict::kGoldUnreadable);
}

}  // namespace
}  // namespace tripos::scorers
