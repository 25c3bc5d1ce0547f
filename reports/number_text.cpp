#include "reports/number_text.h"

#include <fmt/format.h>

#include <cmath>

#include "harness/core/text.h"

namespace tripos::reports {
namespace {

bool starts_control(unsigned char byte) {
  // 0xC2: C1 controls and U+061C's neighbours start so; 0xD8: U+061C; 0xE2: U+200E to U+2069.
  return byte < 0x20 || byte == 0x7F || byte == 0xC2 || byte == 0xD8 || byte == 0xE2;
}

bool is_bidi_control(char32_t c) {
  return c == 0x061C || c == 0x200E || c == 0x200F || (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
}

struct Character {
  char32_t code = 0;
  std::size_t bytes = 1;
};

// Decodes the character at the front of well-formed UTF-8 that starts with a byte of starts_control().
Character decode(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<char32_t>(static_cast<unsigned char>(text[i])); };
  if (byte(0) < 0x80) return {byte(0), 1};
  if (byte(0) < 0xE0) return {(byte(0) & 0x1F) << 6 | (byte(1) & 0x3F), 2};
  return {(byte(0) & 0x0F) << 12 | (byte(1) & 0x3F) << 6 | (byte(2) & 0x3F), 3};
}

std::string show_controls(std::string_view text, bool keep_lines) {
  const std::string repaired = find_invalid_utf8(text) ? repair_utf8(text) : std::string();
  const std::string_view source = repaired.empty() ? text : repaired;
  std::string shown;
  shown.reserve(source.size());
  for (std::size_t i = 0; i < source.size();) {
    if (!starts_control(static_cast<unsigned char>(source[i]))) {
      shown += source[i++];
      continue;
    }
    const Character c = decode(source.substr(i));
    if (keep_lines && (c.code == '\n' || c.code == '\t')) {
      shown += source[i];
    } else if (keep_lines && c.code == '\r' && source.substr(i + 1).starts_with('\n')) {
      // CR LF is one line end.
    } else if (c.code < 0x20) {
      shown += {'\xE2', '\x90', static_cast<char>(0x80 + c.code)};
    } else if (c.code == 0x7F) {
      shown += "\xE2\x90\xA1";
    } else if (is_bidi_control(c.code) || (c.code >= 0x80 && c.code < 0xA0)) {
      shown += fmt::format("[U+{:04X}]", static_cast<std::uint32_t>(c.code));
    } else {
      shown += source.substr(i, c.bytes);
    }
    i += c.bytes;
  }
  return shown;
}

}  // namespace

std::string percent(double fraction, int decimals) { return fmt::format("{:.{}f}", fraction * 100, decimals); }

std::string whole_percent(double fraction) { return fmt::format("{:.0f}", std::floor(100 * fraction + 1e-9)); }

std::string interval_text(double low, double high) {
  return fmt::format("[{}, {}]", percent(low, 1), percent(high, 1));
}

std::string thousands(std::int64_t count) {
  std::string digits = std::to_string(count);
  const int first = count < 0 ? 1 : 0;
  for (int i = static_cast<int>(digits.size()) - 3; i > first; i -= 3)
    digits.insert(static_cast<std::size_t>(i), 1, ',');
  return digits;
}

std::string clock_text(double seconds) {
  const auto whole = static_cast<std::int64_t>(std::llround(seconds));
  if (whole < 3600) return fmt::format("{}:{:02}", whole / 60, whole % 60);
  return fmt::format("{}:{:02}:{:02}", whole / 3600, whole / 60 % 60, whole % 60);
}

std::string visible_text(std::string_view text) { return show_controls(text, true); }
std::string visible_line(std::string_view text) { return show_controls(text, false); }

}  // namespace tripos::reports
