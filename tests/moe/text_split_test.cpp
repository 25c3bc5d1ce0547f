#include "backends/moe/text/normalizer.h"
#include "backends/moe/text/pre_tokenizer.h"
#include "harness/core/text.h"
#include "tests/catch.h"

namespace tripos::moe {
namespace {

using Pieces = std::vector<std::string_view>;

Pieces split(std::string_view pattern, std::string_view text, PreTokenizer::Keep keep = PreTokenizer::Keep::kAll) {
  PreTokenizer pre_tokenizer;
  REQUIRE(pre_tokenizer.add(pattern, keep));
  return pre_tokenizer.split(text);
}

TEST_CASE("blanks before other text leave their last character to it", "[moe][text]") {
  using namespace split_patterns;
  struct Case {
    std::string_view pattern;
    std::string_view text;
    Pieces pieces;
  };
  const auto c = GENERATE(values<Case>({
      {kGpt2, "", {}},
      {kGpt2, "a  b", {"a", " ", " b"}},
      {kGpt2, "a \n\n b ", {"a", " \n\n", " b", " "}},
      {kGpt2, "a\u3000\u2028b", {"a", "\u3000", "\u2028", "b"}},
      {kGpt2, "don't DON'T", {"don", "'t", " DON", "'", "T"}},
      {kLlama3, "DON'T\u00A0\u00A0x", {"DON", "'T", "\u00A0", "\u00A0x"}},
      {kLlama3, "1234567", {"123", "456", "7"}},
      {kLlama3, "a \r\n \n  b", {"a", " \r\n \n", " ", " b"}},
      {kLlama3, "x'\u017Fx", {"x", "'\u017F", "x"}},  // long s is an s in another case
      {kQwen2, "12 3", {"1", "2", " ", "3"}},
      {kO200k, "HTTPServer's", {"HTTPServer's"}},
      {kO200k, "iPhoneX /\n/", {"i", "Phone", "X", " /\n/"}},
      {kDigit, "a12b", {"a", "1", "2", "b"}},
      {kDigits, "a12b", {"a", "12", "b"}},
      {kWordAfterMetaspace, "a▁▁b c▁", {"a", "▁", "▁b c", "▁"}},
  }));
  CAPTURE(c.pattern, c.text);
  CHECK(split(c.pattern, c.text) == c.pieces);
}

TEST_CASE("matches or what stands between them can be left out", "[moe][text]") {
  CHECK(split(",", "a,,b,", PreTokenizer::Keep::kBetween) == Pieces{"a", "b"});
  CHECK(split("[a-z]+", "ab, c.", PreTokenizer::Keep::kMatches) == Pieces{"ab", "c"});
}

TEST_CASE("patterns that RE2 would read in another way are refused by name", "[moe][text]") {
  struct Case {
    std::string_view pattern;
    std::string_view named;
  };
  const auto c = GENERATE(values<Case>({
      {R"(a(?!b))", "\"(?!\" is not supported"},
      {R"((?<=a)b)", "\"(?<\" is not supported"},
      {R"((?m:a.b))", "\"(?m\" is not supported"},
      {R"(\w+)", R"("\w" is not supported)"},
      {R"([\S])", R"("\S" is not supported)"},
      {R"(\bx)", R"("\b" is not supported)"},
      {R"((a)\1)", R"("\1" is not supported)"},
      {R"(\xe9)", R"("\x" is not supported)"},
      {R"(a\)", R"("\" is not supported)"},
      {R"(^a)", "\"^\" is not supported"},
      {R"([[:alpha:]])", "\"[:\" is not supported"},
      {R"([a-z&&b])", "\"&&\" is not supported"},
      {R"([]a])", "\"]\" is not supported"},
      {R"(\p{L}++)", "bad repetition operator: ++"},
      {R"(\p{Alphabetic})", "invalid character class range"},
      {R"((a)", "missing )"},
      {R"(\s+(?!\S)|\s+)", "\"(?!\" is not supported"},
      {R"(a*)", "matches the empty text"},
      {R"(a{1,2000})", "invalid repetition size"},
      {R"(((((a{99}){99}){99}){99}){99})", "split pattern"},
  }));
  CAPTURE(c.pattern);
  const auto compiled = SplitPattern::compile(c.pattern);
  REQUIRE_FALSE(compiled);
  CAPTURE(compiled.error().message);
  CHECK(compiled.error().message.find(c.named) != std::string::npos);
  CHECK(compiled.error().message.find(c.pattern) != std::string::npos);
}

TEST_CASE("pieces put together are the text", "[moe][text]") {
  using namespace split_patterns;
  const std::string text =
      "a \t\u0085b'S\u00A0\u2003\n\r\n x12345 \u1680\u180E\u200B\u205F!/\n\u3000" + std::string("\0\0", 2);
  for (const std::string_view pattern : {kGpt2, kLlama3, kQwen2, kO200k, kDigit, kWordAfterMetaspace}) {
    PreTokenizer pre_tokenizer;
    REQUIRE(pre_tokenizer.add(pattern));
    for (std::size_t length = 0; length <= text.size(); ++length) {
      if (find_invalid_utf8(text.substr(0, length))) continue;
      std::string joined;
      const std::string start = text.substr(0, length);
      for (const std::string_view piece : pre_tokenizer.split(start)) joined += piece;
      CHECK(joined == start);
    }
  }
}

TEST_CASE("text is composed, whatever the order of its marks", "[moe][text]") {
  CHECK(to_nfc("abc") == "abc");
  CHECK(to_nfc("e\u0301") == "\u00E9");
  CHECK(to_nfc("a\u0307\u0323") == "\u1EA1\u0307");
  CHECK(to_nfc("\u1100\u1161\u11A8") == "\uAC01");
  CHECK(to_nfc("\u2126\u0958") == "\u03A9\u0915\u093C");
  // Neighbours exchanged one by one would need 10^9 steps here.
  std::string marks;
  std::string sorted = "x";
  for (int i = 0; i < 50'000; ++i) marks += "\u0315\u0316";
  for (int i = 0; i < 50'000; ++i) sorted += "\u0316";
  for (int i = 0; i < 50'000; ++i) sorted += "\u0315";
  CHECK((to_nfc("x" + marks) == sorted));
}

TEST_CASE("a metaspace is put before a text as the vocabulary asks", "[moe][text]") {
  using Prefix = Normalizer::Prefix;
  const auto apply = [](Prefix prefix, std::string_view text, bool is_at_start) {
    return Normalizer{false, true, prefix}.apply(text, is_at_start);
  };
  CHECK(apply(Prefix::kNever, " a b", true) == "▁a▁b");
  CHECK(apply(Prefix::kAlways, " a", false) == "▁▁a");
  CHECK(apply(Prefix::kIfMissing, " a", true) == "▁a");
  CHECK(apply(Prefix::kIfMissing, "a", false) == "▁a");
  CHECK(apply(Prefix::kIfMissingAtStart, "a", false) == "a");
  CHECK(apply(Prefix::kIfMissingAtStart, "a", true) == "▁a");
  CHECK(apply(Prefix::kAlways, "", true).empty());
}

}  // namespace
}  // namespace tripos::moe
