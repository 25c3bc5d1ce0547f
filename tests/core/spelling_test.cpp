#include "harness/core/spelling.h"

#include "tests/catch.h"

namespace tripos {
namespace {

TEST_CASE("nearest_word finds the word that was meant", "[core][spelling]") {
  struct Case {
    const char* word;
    const char* expected;
  };
  const auto c =
      GENERATE(Case{"math50", "math500"}, Case{"math5000", "math500"}, Case{"mtah500", "math500"},
               Case{"MATH500", "math500"}, Case{"gpqa_dimond", "gpqa_diamond"}, Case{"gpqa-diamond", "gpqa_diamond"},
               Case{"gsm8", "gsm8k"}, Case{"aime42", "aime24"}, Case{"", ""}, Case{"x", ""}, Case{"hellaswag", ""},
               Case{"MMLU", "mmlu_pro_stem"}, Case{"gpqa", "gpqa_diamond"}, Case{"gp", ""}, Case{"diamond", ""});
  CAPTURE(c.word);
  CHECK(nearest_word(c.word, {"math500", "gpqa_diamond", "gsm8k", "mmlu_pro_stem", "aime24", "aime25"}) == c.expected);
}

TEST_CASE("Of equally near words the first one is taken", "[core][spelling]") {
  CHECK(nearest_word("aime26", {"aime25", "aime24"}) == "aime25");
  CHECK(nearest_word("aime26", {"aime24", "aime25"}) == "aime24");
  CHECK(nearest_word("abcd", {}) == "");
}

TEST_CASE("A swap of neighbours costs one edit", "[core][spelling]") {
  CHECK(nearest_word("ba", {"ab"}) == "ab");
  CHECK(nearest_word("ca", {"abc"}) == "");  // two edits for three letters
}

TEST_CASE("A word from a hostile file costs nothing", "[core][spelling]") {
  const std::string huge(1'000'000, 'a');
  CHECK(nearest_word(huge, {huge + "b", "a"}) == "");
  CHECK(nearest_word("a", {huge}) == "");
}

TEST_CASE("did_you_mean asks in words", "[core][spelling]") {
  CHECK(did_you_mean("math50", {"math500"}) == "did you mean \"math500\"?");
  CHECK(did_you_mean("xyz", {"math500"}) == "");
}

}  // namespace
}  // namespace tripos
