#include "harness/protocol/template.h"

#include "harness/protocol/protocol.h"
#include "tests/catch.h"

namespace tripos::protocol {
namespace {

using Catch::Matchers::StartsWith;

Protocol asking(std::string user) {
  Protocol protocol;
  protocol.kind = AnswerKind::kChoice;
  protocol.user = std::move(user);
  protocol.choice_line = "{letter}) {choice}";
  return protocol;
}

TEST_CASE("placeholders are replaced in one pass and all other braces stay", "[protocol]") {
  const Sample sample{.id = "s",
                      .input = " {choices} and {question} ",
                      .choices = {"{choice}", "{letter} ", "{meta.field}"},
                      .target = "A",
                      .metadata = {{"field", "{question}"}, {"a b", "spaced"}}};
  struct Case {
    const char* user;
    const char* expected;
  };
  const auto c = GENERATE(
      Case{"{question}", " {choices} and {question} "}, Case{"{choices}", "A) {choice}\nB) {letter} \nC) {meta.field}"},
      Case{"{choices: | }", "A) {choice} | B) {letter}  | C) {meta.field}"},
      Case{"{choices:}", "A) {choice}B) {letter} C) {meta.field}"},
      Case{"{letters} {letters:,} {letters:, } {letters::}", "ABC A,B,C A, B, C A:B:C"},
      Case{"{meta.field} {meta.a b}", "{question} spaced"}, Case{"{meta.other} {meta.}", "{meta.other} {meta.}"},
      Case{"\\boxed{} \\frac{1}{2} {x} {Question} { question }", "\\boxed{} \\frac{1}{2} {x} {Question} { question }"},
      Case{"{{letters}} {letters", "{ABC} {letters"}, Case{"{question:x} {letter}", "{question:x} {letter}"},
      Case{"{\nletters} {", "{\nletters} {"}, Case{"}{letters}{", "}ABC{"}, Case{"", ""});
  CAPTURE(c.user);
  CHECK(render(asking(c.user), sample, 0, {}).messages.back().content == c.expected);
}

TEST_CASE("strip takes white space off questions and choices, and nothing else", "[protocol]") {
  Protocol protocol = asking(" {question}|{choices:|} ");
  protocol.question_cleaning = Cleaning::kStrip;
  protocol.choice_cleaning = Cleaning::kStrip;
  const Sample sample{.id = "s", .input = "\u00a0 why? \n", .choices = {" a ", "b\u2003"}, .target = "A"};
  CHECK(render(protocol, sample, 0, {}).messages.back().content == " why?|A) a|B) b ");
}

TEST_CASE("a system text is a message of its own before the user's", "[protocol]") {
  Protocol protocol = asking("{question}");
  protocol.system = "Be {brief}.";
  protocol.sampling.max_tokens = 5;
  const Request request = render(protocol, {.id = "s", .input = "why?", .target = "42"}, 0, {});
  CHECK(request.messages == std::vector<Message>{{"system", "Be {brief}."}, {"user", "why?"}});
  CHECK(request.target == "42");
  CHECK(request.order.empty());
  CHECK(request.sampling == protocol.sampling);
}

TEST_CASE("samples that a protocol cannot ask are named before a run", "[protocol]") {
  const Protocol protocol = asking("{question} {choices} {meta.category}");
  const std::vector<std::string> two = {"a", "b"};
  CHECK(check_samples(protocol, {{.id = "s", .choices = two, .metadata = {{"category", "physics"}}}}).has_value());

  const auto without_field = check_samples(protocol, {{.id = "s", .choices = two}});
  REQUIRE_FALSE(without_field.has_value());
  CHECK(without_field.error().message ==
        "protocol @ puts {meta.category} into its prompt, and sample s has no \"category\"");

  const auto too_many = check_samples(protocol, {{.id = "s", .choices = std::vector<std::string>(27)}});
  REQUIRE_FALSE(too_many.has_value());
  CHECK(too_many.error().message == "protocol @ shows 1 to 26 choices, sample s has 27");

  const auto none = check_samples(protocol, {{.id = "s"}});
  REQUIRE_FALSE(none.has_value());
  CHECK_THAT(none.error().message, StartsWith("protocol @ shows 1 to 26 choices"));
}

TEST_CASE("a long text full of braces is filled in linear time", "[protocol]") {
  const std::string braces(1 << 20, '{');
  CHECK(expand(braces, [](const Placeholder&) { return std::nullopt; }) == braces);
}

}  // namespace
}  // namespace tripos::protocol
