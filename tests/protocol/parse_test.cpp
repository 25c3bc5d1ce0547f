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
strips_fields: true
order: {recipe: python-shuffle, seed: 42}
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
  CHECK(protocol->strips_fields);
  CHECK(protocol->order == OrderRecipe::kPythonShuffle);
  CHECK(protocol->seed == 42);
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
  CHECK(protocol->scoring_sha256 ==
        sha256_hex(R"({"extractors":[{"last":true,"name":"choice_letter","pattern":""},)"
                   R"({"last":false,"name":"answer_line","pattern":""},)"
                   R"({"last":true,"name":"pattern","pattern":"is ([A-D])"}],"grader":"choice","kind":"choice"})"));
}

TEST_CASE("what a protocol leaves out stays with the provider or at one epoch as published", "[protocol]") {
  const auto protocol = parse_protocol(kMath, "mine.yaml");
  REQUIRE(protocol.has_value());
  CHECK(protocol->sampling == SamplingParams{});
  CHECK(protocol->epochs == 1);
  CHECK(protocol->order == OrderRecipe::kPublished);
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
      Case{kMath, "grader: number", "grder: number", "?"},
      Case{kMath, "summary: a test", "sumary: a test", "?"},
      Case{kMath, "name: mine\n", "", "?"},
      Case{kMath, "name: mine", "name: Mine", "?"},
      Case{kMath, "name: mine", "name: a@b", "?"},
      Case{kMath, "version: 2", "version: ''", "?"},
      Case{kMath, "kind: math", "kind: maths", "?"},
      Case{kMath, "kind: math", "kind: [math]", "?"},
      Case{kMath, "Q: {question}", "Q: {questoin}", "?"},
      Case{kMath, "Q: {question}", "{question} {choices}", "?"},
      Case{kMath, "scoring:", "choice_line: '{choice}'\nscoring:", "?"},
      Case{kMath, "scoring:", "order: {recipe: published}\nscoring:", "?"},
      Case{kMath, "scoring:", "epochs: 0\nscoring:", "?"},
      Case{kMath, "scoring:", "epochs: many\nscoring:", "?"},
      Case{kMath, "scoring:", "on_request: yes\nscoring:", "?"},
      Case{kMath, "scoring:", "sampling: {temprature: 0}\nscoring:", "?"},
      Case{kMath, "scoring:", "sampling: {temperature: -1}\nscoring:", "?"},
      Case{kMath, "scoring:", "sampling: {top_p: 1.5}\nscoring:", "?"},
      Case{kMath, "scoring:", "sampling: {max_tokens: 0}\nscoring:", "?"},
      Case{kMath, "scoring:", "sampling: {stop: ['']}\nscoring:", "?"},
      Case{kMath, "scoring:", "sampling: {stop: x}\nscoring:", "?"},
      Case{kMath, "scoring:", "sampling: 3\nscoring:", "?"},
      Case{kMath, "[last_box]", "[]", "?"},
      Case{kMath, "[last_box]", "last_box", "?"},
      Case{kMath, "[last_box]", "[{match: first}]", "?"},
      Case{kMath, "[last_box]", "[{name: last_box, pattern: x}]", "?"},
      Case{kMath, "[last_box]", "[{name: last_box, match: frist}]", "?"},
      Case{kMath, "  grader: number", "", "?"},
      Case{kChoice, "{question} {choices}", "{question}", "?"},
      Case{kChoice, "choice_line: '{letter}) {choice}'\n", "", "?"},
      Case{kChoice, "{letter}) {choice}", "{letter})", "?"},
      Case{kChoice, "scoring:", "order: {recipe: python-shufle, seed: 1}\nscoring:", "?"},
      Case{kChoice, "scoring:", "order: {recipe: python-sample}\nscoring:", "?"},
      Case{kChoice, "scoring:", "order: {recipe: published, seed: 1}\nscoring:", "?"},
      Case{kChoice, "scoring:", "order: {recipe: python-sample, seed: -1}\nscoring:", "?"},
      Case{kMath, "name: mine", "- mine", "?"});
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
