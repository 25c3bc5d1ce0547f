// The references of the shipped task tiny_stem, under its own protocol.

#include "tests/scorers/support.h"

namespace tripos::scorers {
namespace {

TEST_CASE("every reference of tiny_stem can be read, equals itself and nothing near it", "[scorers][tiny]") {
  const auto text = read_file(TRIPOS_SOURCE_DIR "/datasets/data/tiny_stem.jsonl");
  REQUIRE(text);
  const Scorer scorer = test::scorer_of("bare", AnswerKind::kMath);
  for (const auto& row : test::parse_lines(*text)) {
    const std::string answer = row.at("answer");
    CAPTURE(row.at("id").dump(), answer);
    const Reference reference{answer, 0};
    CHECK(scorer.score_response("1+1=[2]2\n\\boxed{" + answer + "}", reference).verdict == Verdict::kEqual);
    CHECK(scorer.score_response("\\boxed{" + answer + "2}", reference).verdict == Verdict::kDifferent);
    CHECK(scorer.score_response(answer, reference).verdict == Verdict::kNoAnswer);
  }
}

}  // namespace
}  // namespace tripos::scorers
