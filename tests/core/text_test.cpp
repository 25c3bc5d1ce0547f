#include "harness/core/text.h"

#include <algorithm>
#include <sstream>

#include "harness/core/file.h"
#include "tests/catch.h"

namespace tripos {
namespace {

std::string from_hex(std::string_view hex) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
    bytes += static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16));
  }
  return bytes;
}

std::string encode(std::uint32_t c) {
  const auto tail = [c](int shift) { return static_cast<char>(0x80 | ((c >> shift) & 0x3f)); };
  if (c < 0x80) return {static_cast<char>(c)};
  if (c < 0x800) return {static_cast<char>(0xc0 | c >> 6), tail(0)};
  if (c < 0x10000) return {static_cast<char>(0xe0 | c >> 12), tail(6), tail(0)};
  return {static_cast<char>(0xf0 | c >> 18), tail(12), tail(6), tail(0)};
}

std::vector<std::string> golden_lines() {
  const auto golden = read_file(TRIPOS_SOURCE_DIR "/tests/golden/python_utf8.txt");
  REQUIRE(golden);
  std::vector<std::string> lines;
  for (const std::string_view line : split_lines(*golden)) {
    if (!line.starts_with("#")) lines.emplace_back(line);
  }
  return lines;
}

TEST_CASE("repair_utf8 and find_invalid_utf8 agree with CPython on thousands of adversarial texts", "[core][text]") {
  int cases = 0;
  for (const std::string& line : golden_lines()) {
    if (line.starts_with("space")) continue;
    const std::size_t gap = line.find(' ');
    const std::string input = from_hex(std::string_view(line).substr(0, gap));
    const std::string expected = from_hex(std::string_view(line).substr(gap + 1));
    CAPTURE(line);
    CHECK(repair_utf8(input) == expected);
    const auto differs = std::mismatch(input.begin(), input.end(), expected.begin(), expected.end());
    // The first difference may lie inside a sequence that begins alike; a repair is where U+FFFD stands.
    const auto invalid = find_invalid_utf8(input);
    REQUIRE(invalid.has_value() == (input != expected));
    if (!invalid) continue;
    CHECK(*invalid <= static_cast<std::size_t>(differs.first - input.begin()));
    CHECK(!find_invalid_utf8(std::string_view(input).substr(0, *invalid)));
    CHECK(expected.compare(*invalid, 3, "\xef\xbf\xbd") == 0);
    ++cases;
  }
  CHECK(cases > 2000);
}

TEST_CASE("Every Unicode scalar value is well formed, and no surrogate is", "[core][text]") {
  for (std::uint32_t c = 0; c < 0x110000; ++c) {
    const bool surrogate = c >= 0xd800 && c < 0xe000;
    if (find_invalid_utf8(encode(c)).has_value() != surrogate) FAIL("U+" << std::hex << c);
  }
}

TEST_CASE("trim_unicode removes what Python's str.strip removes", "[core][text]") {
  std::vector<bool> is_space(0x110000, false);
  for (const std::string& line : golden_lines()) {
    if (!line.starts_with("space")) continue;
    std::istringstream numbers(line.substr(5));
    for (std::uint32_t c = 0; numbers >> c;) is_space[c] = true;
  }
  REQUIRE(std::count(is_space.begin(), is_space.end(), true) == 29);
  for (std::uint32_t c = 0; c < 0x110000; ++c) {
    if (c >= 0xd800 && c < 0xe000) continue;
    const std::string text = encode(c) + "a b" + encode(c);
    if (trim_unicode(text) != (is_space[c] ? std::string_view("a b") : text)) FAIL("U+" << std::hex << c);
  }
}

TEST_CASE("trim_unicode leaves ill-formed bytes where they are", "[core][text]") {
  CHECK(trim_unicode("\x80 a \x80") == "\x80 a \x80");
  CHECK(trim_unicode(" a\xe2\x80") == "a\xe2\x80");
  CHECK(trim_unicode("\xe2\x80\xa8") == "");
  CHECK(trim_unicode("a\xe3\x80\x80\x80") == "a\xe3\x80\x80\x80");
  CHECK(trim_unicode("").empty());
}

TEST_CASE("trim removes ASCII white space only", "[core][text]") {
  CHECK(trim(" \t\n\v\f\r a b \n") == "a b");
  CHECK(trim("\xc2\xa0 a") == "\xc2\xa0 a");
  CHECK(trim(" \n ").empty());
  CHECK(trim("").empty());
}

TEST_CASE("split_lines splits at LF only", "[core][text]") {
  using Lines = std::vector<std::string_view>;
  CHECK(split_lines("") == Lines{});
  CHECK(split_lines("\n") == Lines{""});
  CHECK(split_lines("a\n\nb") == Lines{"a", "", "b"});
  CHECK(split_lines("a\nb\n") == Lines{"a", "b"});
  CHECK(split_lines("a\r\nb\xe2\x80\xa8z\n\f") == Lines{"a\r", "b\xe2\x80\xa8z", "\f"});
}

TEST_CASE("prefix_utf8 never cuts a character", "[core][text]") {
  const std::string text = "a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80";  // characters of 1, 2, 3 and 4 bytes
  const std::vector<std::size_t> kept{0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10, 10};
  for (std::size_t bytes = 0; bytes < kept.size(); ++bytes) {
    CAPTURE(bytes);
    CHECK(prefix_utf8(text, bytes) == text.substr(0, kept[bytes]));
  }
  CHECK(prefix_utf8(std::string(10, '\x80'), 8).size() <= 8);
}

TEST_CASE("display_width counts terminal columns", "[core][text]") {
  CHECK(display_width("") == 0);
  CHECK(display_width("gpqa") == 4);
  CHECK(display_width("\xc3\xa9") == 1);                  // é
  CHECK(display_width("e\xcc\x81") == 1);                 // e and a combining accent
  CHECK(display_width("\xe6\x95\xb0\xe5\xad\xa6") == 4);  // 数学
  CHECK(display_width("\x80") == 1);                      // shown as U+FFFD
}

TEST_CASE("to_lower_ascii changes ASCII letters only", "[core][text]") {
  CHECK(to_lower_ascii("AZ[az@\xc3\x89") == "az[az@\xc3\x89");
}

}  // namespace
}  // namespace tripos
