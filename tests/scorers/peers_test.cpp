// The presets against the peers' own code: what it reads from invented responses and takes as equal (tests/golden/
// peer_answers.py, peer_packages.py, peer_repositories.py and zeroeval_verdicts.py), and a table of responses that
// models really write.

#include <array>
#include <map>

#include "tests/scorers/support.h"

namespace tripos::scorers {
namespace {

const Reference kFourChoices{"A", 4};

// Found by running the peers' extractors on the same text; "" where they find nothing. "aa" is the
// pattern of Artificial Analysis, which NeMo-Skills ends with.
TEST_CASE("presets read twelve common endings as eight peers do", "[scorers][peers]") {
  constexpr std::array kPeers = {"simple-evals", "gpt-oss",     "inspect@3-C",         "lm-eval-cot",
                                 "lighteval",    "opencompass", "artificial-analysis", "helm"};
  struct Case {
    const char* text;
    std::array<const char*, kPeers.size()> read;
  };
  // clang-format off
  const auto c = GENERATE(
      Case{"Answer: B",                       {"B", "B", "B", "B",   "B", "B", "B", ""}},
      Case{"**Answer:** B",                   {"",  "B", "",  "",    "B", "",  "B", ""}},
      Case{"answer: b",                       {"b", "B", "B", "",    "",  "b", "b", ""}},
      Case{"Answer: (B)",                     {"",  "B", "",  "(B)", "B", "",  "",  ""}},
      Case{"Answer: \\boxed{B}",              {"",  "B", "",  "",    "B", "",  "",  ""}},
      Case{"Answer: Because of C",            {"B", "B", "",  "B",   "C", "B", "",  ""}},
      Case{"Answer: A? No.\nAnswer: B",       {"A", "A", "B", "B",   "B", "A", "B", ""}},
      Case{"The correct answer is (B).",      {"",  "B", "",  "(B)", "B", "",  "",  "B"}},
      Case{"Answer:\u202f" "B",               {"",  "B", "B", "B",   "B", "B", "B", ""}},
      Case{"B",                               {"",  "B", "",  "",    "B", "",  "",  ""}},
      Case{"Option B is right; A is wrong",   {"",  "B", "",  "",    "A", "",  "",  ""}},
      Case{"I am unable to answer.",          {"",  "I", "",  "",    "",  "",  "",  ""}});
  // clang-format on
  for (std::size_t i = 0; i < kPeers.size(); ++i) {
    CAPTURE(c.text, kPeers[i]);
    CHECK(test::scorer_of(kPeers[i], AnswerKind::kChoice).score_response(c.text, kFourChoices).extracted == c.read[i]);
  }
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

// lm-eval writes "(B)" for a bare B too; its grader takes the parentheses off again.
std::string without_parentheses(std::string_view text) { return replace_all(replace_all(text, "(", ""), ")", ""); }

TEST_CASE("presets read what the peers' packages on PyPI read from invented responses", "[scorers][peers]") {
  std::map<std::string, Scorer> presets;
  for (const char* name : {"lm-eval-cot", "lm-eval-cot-strict", "inspect@3-C-0.3.285", "lighteval", "math-verify"}) {
    presets.emplace(name, test::scorer_of(name, AnswerKind::kChoice));
  }
  int checked = 0;
  for (const auto& row : test::golden_lines("peer_packages.jsonl")) {
    if (!row.contains("text")) continue;
    ++checked;
    for (const auto& [name, scorer] : presets) {
      CAPTURE(name, row.dump());
      const Score score = scorer.score_response(row.at("text").get<std::string>(), kFourChoices);
      const std::string expected = row.value(name, "");
      if (name == "lm-eval-cot") {
        CHECK(without_parentheses(score.extracted) == without_parentheses(expected));
      } else {
        CHECK(trim_unicode(score.extracted) == expected);
      }
    }
  }
  CHECK(checked == 2500);
}

TEST_CASE("presets read what the peers' repositories read from invented responses", "[scorers][peers]") {
  std::map<std::string, Scorer> presets;
  for (const char* name : {"evalscope", "openbench@0.5.3", "nemo-skills", "helm", "opencompass", "inspect@2-0.3.220",
                           "inspect@2-0.3.221"}) {
    presets.emplace(name, test::scorer_of(name, AnswerKind::kChoice));
  }
  std::map<std::string, Scorer> readers;
  for (const char* name : {"qwen_math", "evalscope_math", "nemo_skills_box", "opencompass_math"}) {
    readers.emplace(name, test::scorer_with(name));
  }
  int checked = 0;
  for (const auto& row : test::golden_lines("peer_repositories.jsonl")) {
    if (row.contains("answer")) continue;
    ++checked;
    const bool is_choice = row.contains("text");
    const std::string text = row.at(is_choice ? "text" : "work");
    for (const auto& [name, scorer] : is_choice ? presets : readers) {
      CAPTURE(name, row.dump());
      CHECK(trim_unicode(scorer.score_response(text, kFourChoices).extracted) == row.value(name, ""));
    }
  }
  CHECK(checked == 5000);
}

void check_pairs(const char* golden, const char* grader) {
  const Scorer scorer = test::scorer_with("whole", grader);
  int checked = 0;
  for (const auto& row : test::golden_lines(golden)) {
    if (!row.contains("answer")) continue;
    ++checked;
    const Score score = scorer.score_answer(row.at("answer").get<std::string>(), {row.at("gold"), 0});
    if (score.verdict == Verdict::kNoAnswer) continue;  // nothing but white space
    CAPTURE(grader, row.dump());
    CHECK((score.verdict == Verdict::kEqual) == row.contains(grader));
  }
  CHECK(checked == 2500);
}

TEST_CASE("string rules take as equal what the peers' code takes as equal", "[scorers][peers]") {
  check_pairs("peer_packages.jsonl", "hendrycks");
  check_pairs("peer_packages.jsonl", "minerva");
  check_pairs("peer_repositories.jsonl", "opencompass");
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
