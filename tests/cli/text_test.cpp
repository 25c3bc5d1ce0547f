#include <sstream>

#include "harness/cli/layout.h"
#include "harness/cli/progress.h"
#include "harness/cli/terminal.h"
#include "harness/core/text.h"
#include "tests/catch.h"

namespace tripos::cli {
namespace {

TEST_CASE("text is wrapped at spaces, and words that are too long stand alone", "[cli]") {
  CHECK(wrap("one two three", 9) == "one two\nthree");
  CHECK(wrap("one two three", 9, 2) == "  one two\n  three");
  CHECK(wrap("a verylongword b", 6) == "a\nverylongword\nb");
  CHECK(wrap("first\n\nsecond", 20) == "first\n\nsecond");
  CHECK(wrap("", 20).empty());
}

TEST_CASE("columns line up by what is seen, and the last one is wrapped under itself", "[cli]") {
  CHECK(columns({{"a", "x"}, {"long", "y"}}, 80) == "a     x\nlong  y\n");
  CHECK(columns({{"é", "x"}, {"ab", "y"}}, 80, 2) == "  é   x\n  ab  y\n");
  CHECK(columns({{"a", "one two three four five six"}}, 23) == "a  one two three four\n   five six\n");
  CHECK(columns({{"a", ""}}, 80) == "a\n");
}

TEST_CASE("numbers are written for people", "[cli]") {
  CHECK(with_commas(0) == "0");
  CHECK(with_commas(999) == "999");
  CHECK(with_commas(31204) == "31,204");
  CHECK(with_commas(-1234567) == "-1,234,567");
  CHECK(clock_time(41.4) == "0:41");
  CHECK(clock_time(3723) == "1:02:03");
  CHECK(percent(0.7) == "70.0");
  CHECK(count_of(1, "epoch") == "1 epoch");
  CHECK(count_of(2000, "epoch") == "2,000 epochs");
}

TEST_CASE("text from outside cannot steer the terminal", "[cli]") {
  CHECK(printable("a\x1b[2Jb") == "a\\x1b[2Jb");
  CHECK(printable("\xc2\x9b"
                  "31m") == "\\x9b31m");  // the one-character form of ESC [
  CHECK(printable("bell\a back\b return\r del\x7f") == "bell\\x07 back\\x08 return\\x0d del\\x7f");
  CHECK(printable("tab\tand\nline é") == "tab\tand\nline é");
  CHECK(printable("\xff") == "\xef\xbf\xbd");
}

TEST_CASE("a progress bar never is as wide as its terminal", "[cli]") {
  const runner::Progress progress{.finished = 1200, .failed = 3, .total = 5000};
  const std::string line = progress_line("math500  a/b", progress, 41, 130);
  CHECK(line == "math500  a/b  1,200/5,000  0:41  3 failed  2:10 left");
  for (int width = 1; width < 200; ++width) {
    CAPTURE(width);
    CHECK(display_width(progress_bar("math500  a/b", progress, 41, 130, width)) < width);
  }
  CHECK(progress_bar("t", {.finished = 5, .failed = 0, .total = 10}, 1, -1, 40) ==
        "t  [======      ]  5/10  0:01  0 failed");
  CHECK(progress_line("t", {.finished = 5, .failed = 0, .total = 10}, 1, 1, Work::kReading) ==
        "t  5/10  0:01  0:01 left");
}

}  // namespace
}  // namespace tripos::cli
