#include "harness/core/text.h"
#include "harness/core/file.h"
#include "reports/gzip.h"
#include "reports/interval_plot.h"
#include "reports/number_text.h"
#include "reports/page_text.h"
#include "reports/report_data.h"
#include "tests/catch.h"

namespace tripos::reports {
namespace {

TEST_CASE("numbers read the same everywhere", "[reports]") {
  CHECK(percent(0.521497919556172, 2) == "52.15");
  CHECK(percent(1, 1) == "100.0");
  CHECK(interval_text(0.48502, 0.55775) == "[48.5, 55.8]");
  CHECK(thousands(0) == "0");
  CHECK(thousands(999) == "999");
  CHECK(thousands(1000) == "1,000");
  CHECK(thousands(1234567) == "1,234,567");
  CHECK(thousands(-1234) == "-1,234");
  CHECK(thousands(-123) == "-123");
  CHECK(clock_text(0.4) == "0:00");
  CHECK(clock_text(59.6) == "1:00");
  CHECK(clock_text(3599) == "59:59");
  CHECK(clock_text(3723) == "1:02:03");
  CHECK(clock_text(360000) == "100:00:00");
}

TEST_CASE("controls become visible and other text stays", "[reports]") {
  struct Case {
    std::string text;
    const char* block;  // as several lines
    const char* line;   // as one
  };
  const auto c = GENERATE(
      Case{"plain Größe 模型 \xf0\x9f\x8e\x93", "plain Größe 模型 \xf0\x9f\x8e\x93",
           "plain Größe 模型 \xf0\x9f\x8e\x93"},
      Case{"a\nb\tc", "a\nb\tc", "a␊b␉c"}, Case{"a\r\nb\rc", "a\nb␍c", "a␍␊b␍c"},
      Case{std::string("\0\x01\x1f\x7f", 4), "␀␁␟␡", "␀␁␟␡"},
      Case{"\xc2\x80\xc2\x9b\xc2\x9f\xc2\xa0", "[U+0080][U+009B][U+009F]\xc2\xa0", "[U+0080][U+009B][U+009F]\xc2\xa0"},
      Case{"\xd8\x9c\xe2\x80\x8e\xe2\x80\x8f\xe2\x80\xaa\xe2\x80\xae\xe2\x81\xa6\xe2\x81\xa9",
           "[U+061C][U+200E][U+200F][U+202A][U+202E][U+2066][U+2069]",
           "[U+061C][U+200E][U+200F][U+202A][U+202E][U+2066][U+2069]"},
      Case{"\xe2\x80\x93\xd8\xa7", "\xe2\x80\x93\xd8\xa7", "\xe2\x80\x93\xd8\xa7"},  // a dash, an Arabic letter
      Case{"\xff"
           "a\xe2\x80",
           "\xef\xbf\xbd"
           "a\xef\xbf\xbd",
           "\xef\xbf\xbd"
           "a\xef\xbf\xbd"},
      Case{"", "", ""});
  CHECK(visible_text(c.text) == c.block);
  CHECK(visible_line(c.text) == c.line);
}

TEST_CASE("HTML and fragments are escaped", "[reports]") {
  CHECK(escape_html("<a href=\"x\" title='y'>&amp;") == "&lt;a href=&quot;x&quot; title=&#39;y&#39;&gt;&amp;amp;");
  CHECK(escape_html(std::string_view("\0", 1)) == "␀");
  CHECK(encode_fragment("math500@1a-b_c.~") == "math500@1a-b_c.~");
  CHECK(encode_fragment("a/b c%ü?#\"") == "a%2Fb%20c%25%C3%BC%3F%23%22");
}

TEST_CASE("base64 gives the test vectors of RFC 4648", "[reports]") {
  CHECK(base64("").empty());
  CHECK(base64("f") == "Zg==");
  CHECK(base64("fo") == "Zm8=");
  CHECK(base64("foo") == "Zm9v");
  CHECK(base64("foob") == "Zm9vYg==");
  CHECK(base64("fooba") == "Zm9vYmE=");
  CHECK(base64("foobar") == "Zm9vYmFy");
  CHECK(base64("\xff\xfe\xfd") == "//79");
}

TEST_CASE("what gzip packs unpacks, and carries no time", "[reports]") {
  for (const std::string& text :
       {std::string(), std::string("x"), std::string(1'000'000, 'x'), std::string(70'000, '\0')}) {
    const std::string packed = gzip(text);
    CHECK(gunzip(packed, "test") == text);
    CHECK(packed.substr(0, 8) == std::string("\x1f\x8b\x08\0\0\0\0\0", 8));
  }
}

TEST_CASE("a cut text keeps its two ends, between characters, and its length is told", "[reports]") {
  const std::string text =
      "0123456789é模\xf0\x9f\x8e\x93"
      "abcdefghij";
  for (std::uint64_t limit = 0; limit <= text.size() + 1; ++limit) {
    CAPTURE(limit);
    const CutText cut = cut_text({text, "", 0}, limit);
    CHECK(cut.head.size() + cut.tail.size() + cut.bytes_left_out == text.size());
    CHECK(cut.head.size() + cut.tail.size() <=
          std::max<std::uint64_t>(limit, cut.bytes_left_out == 0 ? text.size() : 0));
    CHECK((cut.bytes_left_out == 0) == (limit >= text.size()));
    CHECK(text.starts_with(cut.head));
    CHECK(text.ends_with(cut.tail));
    CHECK_FALSE(find_invalid_utf8(cut.head));
    CHECK_FALSE(find_invalid_utf8(cut.tail));
    const CutText again = cut_text(cut, limit / 2);
    CHECK(again.head.size() + again.tail.size() + again.bytes_left_out == text.size());
  }
}

TEST_CASE("an axis holds all intervals and ends at whole steps", "[reports]") {
  struct Case {
    double low;
    double high;
    double from;
    double to;
  };
  const auto c = GENERATE(Case{0.485, 0.558, 0.4, 0.6}, Case{0.92, 0.954, 0.8, 1}, Case{0.05, 0.99, 0, 1},
                          Case{0.21, 0.24, 0.2, 0.4}, Case{0.999, 1, 0.8, 1}, Case{0, 0.003, 0, 0.2});
  CAPTURE(c.low, c.high);
  ComparisonRow row;
  row.responses = 1;
  row.ci_low = c.low;
  row.ci_high = c.high;
  const Axis axis = axis_for({row});
  CHECK_THAT(axis.low, Catch::Matchers::WithinAbs(c.from, 1e-9));
  CHECK_THAT(axis.high, Catch::Matchers::WithinAbs(c.to, 1e-9));
  CHECK(axis_for({}).low == 0);
  CHECK(axis_for({ComparisonRow{}}).high == 1);
}

}  // namespace
}  // namespace tripos::reports
