#include "harness/core/hash.h"
#include "harness/core/json.h"
#include "harness/protocol/protocol.h"
#include "tests/catch.h"

namespace tripos::protocol {
namespace {

constexpr const char* kMath = R"(name: mine
version: 2
kind: math
summary: a test
user: 'Q: {question}'
scoring:
  extractors: [last_box]
  grader: number
)";

constexpr const char* kChoice = R"(name: mine
version: 2
kind: choice
summary: a test
user: '{question} {choices}'
choice_line: '{letter}) {choice}'
scoring:
  extractors: [choice_letter]
  grader: choice
)";

std::string replaced(std::string text, std::string_view old_text, std::string_view new_text) {
  const auto at = text.find(old_text);
  REQUIRE(at != std::string::npos);
  return text.replace(at, old_text.size(), new_text);
}

TEST_CASE("a protocol is read with every key it may have", "[protocol]") {
  const std::string yaml = R"(name: mine
version: 3-C
on_request: true
kind: choice
summary: all there is
source: example.org/repository@abc
system: Be brief.
user: |-
  {question}
  {choices}
choice_line: ({letter}) {choice}
clean: {question: strip-line-ends, choices: lm-eval}
order: {recipe: python-shuffle, seed: 42, key: last}
epochs: 4
sampling:
  temperature: 0.5
  top_p: 0.95
  max_tokens: 2048
  seed: 7
  stop: ['Problem:', no]
  reasoning_effort: high
scoring:
  extractors:
    - choice_letter
    - {name: answer_line, match: first}
    - pattern: 'is ([A-D])'
  grader: choice
)";
  const auto protocol = parse_protocol(yaml, "mine.yaml");
  REQUIRE(protocol.has_value());
  CHECK(protocol->label() == "mine@3-C");
  CHECK(protocol->on_request);
  CHECK(protocol->kind == AnswerKind::kChoice);
  CHECK(protocol->summary == "all there is");
  CHECK(protocol->source == "example.org/repository@abc");
  CHECK(protocol->system == "Be brief.");
  CHECK(protocol->user == "{question}\n{choices}");
  CHECK(protocol->choice_line == "({letter}) {choice}");
  CHECK(protocol->question_cleaning == Cleaning::kStripLineEnds);
  CHECK(protocol->choice_cleaning == Cleaning::kLmEval);
  CHECK(protocol->order == OrderRecipe::kPythonShuffle);
  CHECK(protocol->seed == 42);
  CHECK(protocol->key_last);
  CHECK(protocol->epochs == 4);
  CHECK(protocol->sampling == SamplingParams{.temperature = 0.5,
                                             .top_p = 0.95,
                                             .max_tokens = 2048,
                                             .seed = 7,
                                             .stop = {"Problem:", "no"},
                                             .reasoning_effort = "high"});
  CHECK(protocol->yaml == yaml);
  CHECK(protocol->sha256 == sha256_hex(yaml));

  const ScoringSpec& scoring = protocol->scoring;
  CHECK(scoring.kind == AnswerKind::kChoice);
  CHECK(scoring.grader == "choice");
  REQUIRE(scoring.extractors.size() == 3);
  CHECK(scoring.extractors[0].name == "choice_letter");
  CHECK(scoring.extractors[0].last);
  CHECK(scoring.extractors[1].name == "answer_line");
  CHECK_FALSE(scoring.extractors[1].last);
  CHECK(scoring.extractors[2].name == "pattern");
  CHECK(scoring.extractors[2].pattern == "is ([A-D])");
  const std::string identity =
      R"-({"extractors":[{"last":true,"name":"choice_letter","pattern":""},)-"
      R"-({"last":false,"name":"answer_line","pattern":""},)-"
      R"-({"last":true,"name":"pattern","pattern":"is ([A-D])"}],"grader":"choice","kind":"choice"})-";
  CHECK(protocol->scoring_sha256 == sha256_hex(identity));
}

constexpr const char* kSymbolic = R"(name: mine
version: 2
kind: math
summary: a test
user: 'Q: {question}'
scoring:
  extractors: [last_box]
  unreadable: skip
  grader: symbolic
  policies: {percent: any-scale, units: ignored, decimal_digits: 4, decimal_places: 6, tolerance: 1e-4, names: required, lists: ordered, sampling: refused}
)";

TEST_CASE("the policies of the symbolic grader are read, and are part of the scorer's identity", "[protocol]") {
  const auto protocol = parse_protocol(kSymbolic, "p.yaml");
  REQUIRE(protocol);
  CHECK(protocol->scoring.skips_unreadable);
  const Policies& policies = protocol->scoring.policies;
  CHECK(policies.percent == Policies::Percent::kAnyScale);
  CHECK(policies.units == Policies::Units::kIgnored);
  CHECK(policies.decimal_digits == 4);
  CHECK(policies.decimal_places == 6);
  CHECK(policies.tolerance == 1e-4);
  CHECK_FALSE(policies.optional_names);
  CHECK(policies.ordered_lists);
  CHECK_FALSE(policies.sampling);
  for (const auto& [old_text, new_text] :
       std::vector<std::pair<std::string, std::string>>{{"any-scale", "either"},
                                                        {"ignored", "required"},
                                                        {"decimal_digits: 4", "decimal_digits: 5"},
                                                        {"decimal_places: 6", "decimal_places: 7"},
                                                        {"1e-4", "1e-5"},
                                                        {"names: required", "names: optional"},
                                                        {"lists: ordered", "lists: unordered"},
                                                        {"refused", "accepted"},
                                                        {"unreadable: skip", "unreadable: judge"}}) {
    CAPTURE(new_text);
    const auto other = parse_protocol(replaced(kSymbolic, old_text, new_text), "p.yaml");
    REQUIRE(other);
    CHECK(other->scoring_sha256 != protocol->scoring_sha256);
  }
}

TEST_CASE("what a protocol leaves out stays with the provider or at one epoch as published", "[protocol]") {
  const auto protocol = parse_protocol(kMath, "mine.yaml");
  REQUIRE(protocol.has_value());
  CHECK(protocol->sampling == SamplingParams{});
  CHECK(protocol->epochs == 1);
  CHECK(protocol->order == OrderRecipe::kPublished);
  CHECK(protocol->question_cleaning == Cleaning::kNone);
  CHECK(protocol->choice_cleaning == Cleaning::kNone);
  CHECK_FALSE(protocol->key_last);
  CHECK(protocol->system.empty());
  CHECK_FALSE(protocol->on_request);
}

TEST_CASE("the scorer's identity depends on reading and judging only", "[protocol]") {
  const auto protocol = parse_protocol(kMath, "mine.yaml");
  const auto asked_otherwise = parse_protocol(replaced(kMath, "Q: ", "Question: "), "mine.yaml");
  const auto judged_otherwise = parse_protocol(replaced(kMath, "grader: number", "grader: exact"), "mine.yaml");
  CHECK(asked_otherwise->sha256 != protocol->sha256);
  CHECK(asked_otherwise->scoring_sha256 == protocol->scoring_sha256);
  CHECK(judged_otherwise->scoring_sha256 != protocol->scoring_sha256);
}

TEST_CASE("a mistake in a protocol is reported where it stands", "[protocol]") {
  struct Case {
    const char* yaml;
    const char* old_text;
    const char* new_text;
    const char* message;
  };
  const auto c = GENERATE(
      Case{kMath, "grader: number", "grder: number", "p.yaml:8:3: unknown key \"grder\" | did you mean \"grader\"?"},
      Case{kMath, "summary: a test", "sumary: a test",
           "p.yaml:4:1: unknown key \"sumary\" | did you mean \"summary\"?"},
      Case{kMath, "name: mine\n", "", "p.yaml:1:1: \"name\" is missing"},
      Case{kMath, "name: mine", "name: Mine",
           "p.yaml:1:7: \"name\" is made of lower-case letters, digits, \"-\", \".\" and \"_\", got \"Mine\""},
      Case{kMath, "name: mine", "name: a@b",
           "p.yaml:1:7: \"name\" is made of lower-case letters, digits, \"-\", \".\" and \"_\", got \"a@b\""},
      Case{kMath, "version: 2", "version: ''", "p.yaml:2:10: \"version\" is empty"},
      Case{kMath, "kind: math", "kind: maths",
           "p.yaml:3:7: \"kind\" must be math or choice, got \"maths\" | did you mean \"math\"?"},
      Case{kMath, "kind: math", "kind: [math]", "p.yaml:3:7: expected text, found a list"},
      Case{kMath, "Q: {question}", "Q: {questoin}", "p.yaml:5:7: \"user\" lacks {question}"},
      Case{kMath, "Q: {question}", "{question} {choices}",
           "p.yaml:5:7: \"user\" has {choices}, which needs \"kind: choice\""},
      Case{kMath,
           "scoring:", "choice_line: '{choice}'\nscoring:", "p.yaml:6:14: \"choice_line\" needs \"kind: choice\""},
      Case{kMath, "scoring:", "order: {recipe: published}\nscoring:", "p.yaml:6:8: \"order\" needs \"kind: choice\""},
      Case{kMath,
           "scoring:", "epochs: 0\nscoring:", "p.yaml:6:9: expected a whole number from 1 to 10000, found \"0\""},
      Case{kMath,
           "scoring:", "epochs: many\nscoring:", "p.yaml:6:9: expected a whole number from 1 to 10000, found \"many\""},
      Case{kMath, "scoring:", "on_request: yes\nscoring:", "p.yaml:6:13: expected true or false, found \"yes\""},
      Case{kMath, "scoring:", "sampling: {temprature: 0}\nscoring:",
           "p.yaml:6:12: unknown key \"temprature\" | did you mean \"temperature\"?"},
      Case{kMath, "scoring:", "sampling: {temperature: -1}\nscoring:",
           "p.yaml:6:25: \"temperature\" must be from 0 to 100, got -1"},
      Case{kMath,
           "scoring:", "sampling: {top_p: 1.5}\nscoring:", "p.yaml:6:19: \"top_p\" must be from 0 to 1, got 1.5"},
      Case{kMath, "scoring:", "sampling: {max_tokens: 0}\nscoring:",
           "p.yaml:6:24: expected a whole number from 1 to 2147483647, found \"0\""},
      Case{kMath, "scoring:", "sampling: {stop: ['']}\nscoring:", "p.yaml:6:19: a stop string is empty"},
      Case{kMath, "scoring:", "sampling: {stop: x}\nscoring:", "p.yaml:6:18: expected a list, found \"x\""},
      Case{kMath, "scoring:", "sampling: 3\nscoring:", "p.yaml:6:11: expected a map, found \"3\""},
      Case{kMath, "[last_box]", "[]", "p.yaml:7:15: \"extractors\" is empty"},
      Case{kMath, "[last_box]", "last_box", "p.yaml:7:15: expected a list, found \"last_box\""},
      Case{kMath, "[last_box]", "[{match: first}]", "p.yaml:7:16: an extractor has either a \"name\" or a \"pattern\""},
      Case{kMath, "[last_box]", "[{name: last_box, pattern: x}]",
           "p.yaml:7:16: an extractor has either a \"name\" or a \"pattern\""},
      Case{kMath, "[last_box]", "[{name: last_box, match: frist}]",
           "p.yaml:7:40: \"match\" must be first or last, got \"frist\" | did you mean \"first\"?"},
      Case{kMath, "  grader: number", "", "p.yaml:7:3: \"grader\" is missing"},
      Case{kMath, "grader: number", "grader: number\n  policies: {units: ignored}",
           "p.yaml:9:13: \"policies\" needs \"grader: symbolic\""},
      Case{kMath, "grader: number", "grader: symbolic\n  policies: {unit: ignored}",
           "p.yaml:9:14: unknown key \"unit\" | did you mean \"units\"?"},
      Case{kMath, "grader: number", "grader: symbolic\n  policies: {tolerance: 2}",
           "p.yaml:9:25: \"tolerance\" must be from 0 to 0.1, got 2"},
      Case{kMath, "grader: number", "grader: number\n  unreadable: skp",
           "p.yaml:9:15: \"unreadable\" must be judge or skip, got \"skp\" | did you mean \"skip\"?"},
      Case{kChoice, "{question} {choices}", "{question}", "p.yaml:5:7: \"user\" lacks {choices}"},
      Case{kChoice, "choice_line: '{letter}) {choice}'\n", "",
           "p.yaml:1:1: \"choice_line\" with {choice} in it is missing"},
      Case{kChoice, "{letter}) {choice}", "{letter})", "p.yaml:6:14: \"choice_line\" with {choice} in it is missing"},
      Case{kChoice, "scoring:", "order: {recipe: python-shufle, seed: 1}\nscoring:",
           "p.yaml:7:17: \"recipe\" must be published or python-sample or python-shuffle or python-shuffle-each-row or "
           "python-insert or question-shuffle or cycle, got \"python-shufle\" | did you mean \"python-shuffle\"?"},
      Case{kChoice, "scoring:", "order: {recipe: cycle, key: lst}\nscoring:",
           "p.yaml:7:29: \"key\" must be published or last, got \"lst\" | did you mean \"last\"?"},
      Case{kMath, "scoring:", "continuation: x\nscoring:", "p.yaml:6:15: \"continuation\" needs \"kind: choice\""},
      Case{kChoice, "scoring:", "system: x\ncontinuation: ' {letter}'\nscoring:",
           "p.yaml:8:15: \"continuation\" follows raw text: there can be no \"system\""},
      Case{kChoice, "scoring:", "clean: {choices: strp}\nscoring:",
           "p.yaml:7:18: \"choices\" must be strip or strip-line-ends or lm-eval, got \"strp\" | did you mean "
           "\"strip\"?"},
      Case{kChoice, "scoring:", "order: {recipe: python-sample}\nscoring:", "p.yaml:7:8: the recipe needs a \"seed\""},
      Case{kChoice, "scoring:", "order: {recipe: published, seed: 1}\nscoring:",
           "p.yaml:7:8: \"seed\" does nothing to the recipe published"},
      Case{kChoice, "scoring:", "order: {recipe: python-sample, seed: -1}\nscoring:",
           "p.yaml:7:38: expected a whole number from 0 to 9223372036854775807, found \"-1\""},
      Case{kMath, "name: mine", "- mine",
           "p.yaml:2:1: text after the end of the document | write one document a file"});
  CAPTURE(c.new_text);
  const auto protocol = parse_protocol(replaced(c.yaml, c.old_text, c.new_text), "p.yaml");
  REQUIRE_FALSE(protocol.has_value());
  CHECK(protocol.error().kind == Error::Kind::kConfig);
  std::string text = protocol.error().message;
  if (!protocol.error().hint.empty()) text += " | " + protocol.error().hint;
  CHECK(text == c.message);
}

}  // namespace
}  // namespace tripos::protocol
