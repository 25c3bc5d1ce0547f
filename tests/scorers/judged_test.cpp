// Cases of our own, judged by hand, by kind of answer: cases/answers.jsonl (bare answers), cases/responses.jsonl (whole
// responses) and cases/letters.jsonl (multiple choice with four choices).

#include "tests/scorers/support.h"

namespace tripos::scorers {
namespace {

template <typename Judge>
void check_cases(const char* name, int choice_count, Judge judge) {
  const auto text = read_file(std::string(TRIPOS_SOURCE_DIR "/tests/scorers/cases/") + name);
  REQUIRE(text);
  for (const auto& row : test::parse_lines(*text)) {
    const Reference reference{row.at("gold"), choice_count};
    const std::string answer = row.at("answer");
    const Score score = judge(answer, reference);
    CAPTURE(reference.target, answer, score.extracted, score.rule, score.reference_form, score.answer_form);
    CHECK((score.verdict == Verdict::kEqual) == row.at("equal").get<bool>());
  }
}

TEST_CASE("answers are judged as people judge them", "[scorers][judged]") {
  const Scorer scorer = test::scorer_of("tripos", AnswerKind::kMath);
  check_cases("answers.jsonl", 0,
              [&](const auto& answer, const auto& reference) { return scorer.score_answer(answer, reference); });
  // The same as the box of a response.
  check_cases("answers.jsonl", 0, [&](const auto& answer, const auto& reference) {
    return scorer.score_response("So the answer is $\\boxed{" + answer + "}$.", reference);
  });
}

// The policies that look in one direction: 50% for 0.5, "3,5" for 3.5, a list without its brackets, "a + b = 5" for 5,
// and an item said twice.
TEST_CASE("answers equal themselves, and each other in both directions", "[scorers][judged]") {
  const Scorer scorer = test::scorer_of("tripos", AnswerKind::kMath);
  const auto text = read_file(TRIPOS_SOURCE_DIR "/tests/scorers/cases/answers.jsonl");
  REQUIRE(text);
  const auto is_one_way = [](const Score& score) {
    const std::string said = score.flags + " " + score.rule;
    return said.find("percent") != std::string::npos || said.find("comma") != std::string::npos ||
           said.find("brackets") != std::string::npos || said.find("list/") != std::string::npos;
  };
  for (const auto& row : test::parse_lines(*text)) {
    const std::string gold = row.at("gold");
    const std::string answer = row.at("answer");
    for (const std::string& side : {gold, answer}) {
      CAPTURE(side);
      if (!side.empty()) CHECK(scorer.score_answer(side, {side, 0}).verdict == Verdict::kEqual);
    }
    const Score forwards = scorer.score_answer(answer, {gold, 0});
    const Score backwards = scorer.score_answer(gold, {answer, 0});
    const auto is_readable = [](const Score& score) {
      return score.verdict == Verdict::kEqual || score.verdict == Verdict::kDifferent;
    };
    CAPTURE(gold, answer, forwards.rule, backwards.rule);
    if (!is_readable(forwards) || !is_readable(backwards) || is_one_way(forwards) || is_one_way(backwards)) continue;
    CHECK(forwards.verdict == backwards.verdict);
  }
}

TEST_CASE("responses are read as people read them", "[scorers][judged]") {
  const Scorer scorer = test::scorer_of("tripos", AnswerKind::kMath);
  check_cases("responses.jsonl", 0,
              [&](const auto& answer, const auto& reference) { return scorer.score_response(answer, reference); });
}

TEST_CASE("letters are read as people read them", "[scorers][judged]") {
  const Scorer scorer = test::scorer_of("tripos", AnswerKind::kChoice);
  check_cases("letters.jsonl", 4,
              [&](const auto& answer, const auto& reference) { return scorer.score_response(answer, reference); });
}

}  // namespace
}  // namespace tripos::scorers
