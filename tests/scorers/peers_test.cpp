// The presets against the peers' own code: what it reads from invented responses (tests/golden/peer_answers.py,
// tests/golden/zeroeval_verdicts.py), and a table of responses that models really write.

#include <array>
#include <map>

#include "tests/scorers/support.h"

namespace tripos::scorers {
namespace {

const Reference kFourChoices{"A", 4};

// Found by running the peers' extractors; "" where they find nothing.
TEST_CASE("presets read twelve common endings as the peers do", "[scorers][peers]") {
  struct Case {
    const char* text;
    const char* simple_evals;
    const char* gpt_oss;
    const char* inspect;
  };
  const auto c =
      GENERATE(Case{"Answer: B", "B", "B", "B"}, Case{"**Answer:** B", "", "B", ""}, Case{"answer: b", "b", "B", "B"},
               Case{"Answer: (B)", "", "B", ""}, Case{"Answer: \\boxed{B}", "", "B", ""},
               Case{"Answer: Because of C", "B", "B", ""}, Case{"Answer: A? No.\nAnswer: B", "A", "A", "B"},
               Case{"The correct answer is (B).", "", "B", ""},
               Case{"Answer:\u202f"
                    "B",
                    "", "B", "B"},
               Case{"B", "", "B", ""}, Case{"Option B is right; A is wrong", "", "B", ""},
               Case{"I am unable to answer.", "", "I", ""});
  CAPTURE(c.text);
  CHECK(test::scorer_of("simple-evals", AnswerKind::kChoice).score_response(c.text, kFourChoices).extracted ==
        c.simple_evals);
  CHECK(test::scorer_of("gpt-oss", AnswerKind::kChoice).score_response(c.text, kFourChoices).extracted == c.gpt_oss);
  CHECK(test::scorer_of("inspect", AnswerKind::kChoice).score_response(c.text, kFourChoices).extracted == c.inspect);
}

TEST_CASE("simple-evals counts a small letter wrong, gpt-oss and Inspect do not", "[scorers][peers]") {
  const Reference reference{"B", 4};
  const auto verdict = [&](const char* protocol) {
    return test::scorer_of(protocol, AnswerKind::kChoice).score_response("answer: b", reference).verdict;
  };
  CHECK(verdict("simple-evals") == Verdict::kDifferent);
  CHECK(verdict("gpt-oss") == Verdict::kEqual);
  CHECK(verdict("inspect") == Verdict::kEqual);
}

TEST_CASE("presets read what the peers' own code reads from invented responses", "[scorers][peers]") {
  std::map<std::string, Scorer> presets;
  for (const char* name : {"simple-evals", "gpt-oss", "inspect@3-C", "mmlu-pro@2024-06", "mmlu-pro@2024-07"}) {
    presets.emplace(name, test::scorer_of(name, AnswerKind::kChoice));
  }
  presets.emplace("simple-evals math", test::scorer_of("simple-evals", AnswerKind::kMath));
  presets.emplace("minerva@3.0 math", test::scorer_of("minerva@3.0", AnswerKind::kMath));
  const auto rows = test::golden_lines("peer_answers.jsonl");
  CHECK(rows.size() == 3000);
  for (const auto& row : rows) {
    for (const auto& [name, scorer] : presets) {
      CAPTURE(name, row.dump());
      const Score score = scorer.score_response(row.at("text").get<std::string>(), kFourChoices);
      CHECK(trim_unicode(score.extracted) == row.value(name, ""));
    }
  }
}

// A response that ends as Llama-3.1 models end is read as ZeroEval reads it under their name.
bool ends_like_llama(const std::string& text) {
  const std::string tail = text.substr(text.size() - std::min<std::size_t>(text.size(), 60));
  return tail.find("inal answer is: $\\boxed{") != std::string::npos && trim(tail).ends_with("}$");
}

TEST_CASE("zeroeval reads and judges as ZeroEval's own code does", "[scorers][peers]") {
  const Scorer scorer = test::scorer_of("zeroeval", AnswerKind::kMath);
  const auto rows = test::golden_lines("zeroeval_verdicts.jsonl");
  CHECK(rows.size() == 2400);
  int endings = 0;
  for (const auto& row : rows) {
    const std::string text = row.at("text");
    const bool reads_box = row.contains("llama") && ends_like_llama(text);
    endings += reads_box ? 1 : 0;
    const auto& answer = reads_box ? row.at("llama") : row.at("answer");
    const Score score = scorer.score_response(text, {row.at("gold"), 0});
    CAPTURE(row.dump(), score.rule);
    CHECK(score.extracted == (answer.is_null() ? "" : answer.get<std::string>()));
    if (!reads_box) CHECK((score.verdict == Verdict::kEqual) == row.at("correct").get<bool>());
  }
  CHECK(endings > 10);
}

}  // namespace
}  // namespace tripos::scorers
