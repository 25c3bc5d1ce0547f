#include "scorers/scorer.h"

#include <algorithm>

#include "tests/scorers/support.h"

namespace tripos::scorers {
namespace {

TEST_CASE("the first extractor that finds something wins, and the rule names it", "[scorers]") {
  const auto scorer = Scorer::make({.extractors = {{.name = "last_box"}, {.name = "answer_line"}}, .grader = "number"});
  REQUIRE(scorer);
  const Score boxed = scorer->score_response("Answer: 4\n\\boxed{5}", {"5", 0});
  CHECK(boxed.verdict == Verdict::kEqual);
  CHECK(boxed.extracted == "5");
  CHECK(boxed.rule == "last_box/integer");
  const Score line = scorer->score_response("Answer: 4", {"5", 0});
  CHECK(line.verdict == Verdict::kDifferent);
  CHECK(line.rule == "answer_line/integer");
  const Score nothing = scorer->score_response("I do not know.", {"5", 0});
  CHECK(nothing.verdict == Verdict::kNoAnswer);
  CHECK(nothing.extracted.empty());
}

TEST_CASE("what stands before the end of the reasoning is no answer", "[scorers]") {
  const Scorer scorer = test::scorer_with("last_box", "number");
  const auto extracted = [&](const char* text) { return scorer.score_response(text, {"5", 0}).extracted; };
  CHECK(extracted("<think>\\boxed{4}</think>\\boxed{5}") == "5");
  CHECK(extracted("\\boxed{4}</think>5") == "");
  CHECK(extracted("<think>\\boxed{3}</think>\\boxed{4}<think></think>\\boxed{5}") == "5");
  CHECK(extracted("<think>\\boxed{4}") == "4");
}

TEST_CASE("a pattern gives its first group, of the first or the last match", "[scorers]") {
  const auto extracted = [](const char* pattern, bool last, const char* text) {
    const auto scorer =
        Scorer::make({.extractors = {{.name = "pattern", .pattern = pattern, .last = last}}, .grader = "exact"});
    REQUIRE(scorer);
    return scorer->score_response(text, {"-", 0}).extracted;
  };
  CHECK(extracted("is (\\w+)", true, "it is 1, it is 2") == "2");
  CHECK(extracted("is (\\w+)", false, "it is 1, it is 2") == "1");
  CHECK(extracted("\\d+", true, "1 22 333") == "333");
  CHECK(extracted("is( )", true, "it is 1") == "");
  CHECK(extracted("x*", true, "abc") == "");
}

TEST_CASE("a bare answer is graded as it stands", "[scorers]") {
  const Scorer scorer = test::scorer_with("last_box", "number");
  const Score score = scorer.score_answer("0.5", {"1/2", 0});
  CHECK(score.verdict == Verdict::kEqual);
  CHECK(score.rule == "answer/rational");
  CHECK(scorer.score_answer(" \u00a0", {"1/2", 0}).verdict == Verdict::kNoAnswer);
}

TEST_CASE("a reference that cannot be read is not held against the answer", "[scorers]") {
  const Scorer choice = test::scorer_with("choice_letter", "choice");
  CHECK(choice.score_response("Answer: A", {"E", 4}).verdict == Verdict::kGoldUnreadable);
  CHECK(choice.score_response("no answer", {"E", 4}).verdict == Verdict::kGoldUnreadable);
  CHECK(choice.score_answer("", {"", 4}).verdict == Verdict::kGoldUnreadable);
  CHECK(is_readable_reference({.grader = "choice"}, {"D", 4}));
  CHECK(!is_readable_reference({.grader = "choice"}, {"E", 4}));
  CHECK(!is_readable_reference({.grader = "first_number"}, {"x", 0}));
  CHECK(is_readable_reference({.grader = "first_number"}, {"#### 18", 0}));
}

TEST_CASE("choice compares letters as written, choice_nocase does not", "[scorers]") {
  const Scorer strict = test::scorer_with("whole", "choice");
  const Scorer lenient = test::scorer_with("whole", "choice_nocase");
  CHECK(strict.score_answer("B", {"B", 4}).verdict == Verdict::kEqual);
  CHECK(strict.score_answer("b", {"B", 4}).verdict == Verdict::kDifferent);
  CHECK(lenient.score_answer("b", {"B", 4}).verdict == Verdict::kEqual);
  CHECK(lenient.score_answer("BB", {"B", 4}).verdict == Verdict::kDifferent);
}

TEST_CASE("exact compares texts without white space around them", "[scorers]") {
  const Scorer scorer = test::scorer_with("whole", "exact");
  CHECK(scorer.score_answer(" a b\u00a0", {"a b", 0}).verdict == Verdict::kEqual);
  CHECK(scorer.score_answer("a  b", {"a b", 0}).verdict == Verdict::kDifferent);
}

TEST_CASE("first_number compares the first number of each side", "[scorers]") {
  const Scorer scorer = test::scorer_with("whole", "first_number");
  const auto is_equal = [&](const char* gold, const char* answer) {
    return scorer.score_answer(answer, {gold, 0}).verdict == Verdict::kEqual;
  };
  CHECK(is_equal("6", "6\\sqrt{2}"));
  CHECK(is_equal("2", "2, -1"));
  CHECK(is_equal("1080", "$1,080.00 dollars"));
  CHECK(is_equal("#### 18", "18"));
  CHECK(is_equal("0.75", "3/4"));
  CHECK(is_equal("3", "\\frac{3}{4}"));
  CHECK(is_equal("12", "１２"));
  CHECK(!is_equal("18", "none"));
  CHECK(!is_equal("-3", "3"));
}

TEST_CASE("a specification that names what does not exist is an error with a hint", "[scorers]") {
  const auto error = [](ScoringSpec spec) {
    const auto scorer = Scorer::make(spec);
    REQUIRE(!scorer);
    CHECK(scorer.error().kind == Error::Kind::kConfig);
    return scorer.error().message + "|" + scorer.error().hint;
  };
  CHECK(error({.extractors = {{.name = "last_bix"}}, .grader = "number"}).find("last_box") != std::string::npos);
  CHECK(error({.extractors = {{.name = "last_box"}}, .grader = "nmber"}).find("number") != std::string::npos);
  CHECK(error({.extractors = {{.name = "last_box"}}, .grader = "quux"}).find("choice_nocase") != std::string::npos);
  CHECK(error({.extractors = {}, .grader = "number"}).find("no extractor") != std::string::npos);
  CHECK(error({.extractors = {{.name = "pattern"}}, .grader = "number"}).find("no pattern") != std::string::npos);
  CHECK(error({.extractors = {{.name = "whole", .pattern = "x"}}, .grader = "number"}).find("takes no pattern") !=
        std::string::npos);
  CHECK(error({.extractors = {{.name = "pattern", .pattern = "(?=x)"}}, .grader = "number"}).find("lookaround") !=
        std::string::npos);
}

TEST_CASE("everything the presets name exists, and all names are listed once", "[scorers]") {
  for (const auto& preset : protocol::presets()) {
    CAPTURE(preset.name, preset.version);
    test::scorer_of(preset.name + "@" + preset.version, preset.kind);
  }
  std::vector<std::string_view> names;
  for (const auto& entry : extractors()) names.push_back(entry.name);
  for (const auto& entry : graders()) names.push_back(entry.name);
  std::sort(names.begin(), names.end());
  CHECK(std::adjacent_find(names.begin(), names.end()) == names.end());
}

TEST_CASE("ill-formed UTF-8 is repaired before it is read", "[scorers]") {
  const Score score = test::scorer_with("last_box", "number").score_response("\xff\\boxed{5\xff}", {"5", 0});
  CHECK(score.extracted == "5\ufffd");
  CHECK(score.verdict == Verdict::kDifferent);
}

}  // namespace
}  // namespace tripos::scorers
