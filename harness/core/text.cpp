#include "harness/core/text.h"

#include <utf8proc.h>

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace tripos {
namespace {

struct Decoded {
  std::size_t length;  // bytes read: a whole character, or a maximal subpart of one
  bool valid;
  std::uint32_t code_point;
};

bool is_continuation(unsigned char byte) { return (byte & 0xc0) == 0x80; }

// Reads one character or one maximal ill-formed subpart from a non-empty text (Unicode 15, table 3-7).
Decoded decode(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) return {1, true, lead};
  int needed = 0;
  unsigned char low = 0x80;
  unsigned char high = 0xbf;
  if (lead >= 0xc2 && lead <= 0xdf) {
    needed = 1;
  } else if (lead >= 0xe0 && lead <= 0xef) {
    needed = 2;
    if (lead == 0xe0) low = 0xa0;
    if (lead == 0xed) high = 0x9f;
  } else if (lead >= 0xf0 && lead <= 0xf4) {
    needed = 3;
    if (lead == 0xf0) low = 0x90;
    if (lead == 0xf4) high = 0x8f;
  } else {
    return {1, false, 0};
  }
  std::uint32_t code_point = lead & (0x3f >> needed);
  std::size_t length = 1;
  for (; length <= static_cast<std::size_t>(needed); ++length) {
    if (length >= text.size()) return {length, false, 0};
    const unsigned char next = byte(length);
    const bool fits = length == 1 ? next >= low && next <= high : is_continuation(next);
    if (!fits) return {length, false, 0};
    code_point = code_point << 6 | (next & 0x3f);
  }
  return {length, true, code_point};
}

// Bytes of ASCII at the front, found eight at a time: nearly all of most files. May stop up to seven bytes early.
std::size_t ascii_run(std::string_view text) {
  std::size_t length = 0;
  for (std::uint64_t eight = 0; length + sizeof eight <= text.size(); length += sizeof eight) {
    std::memcpy(&eight, text.data() + length, sizeof eight);
    if ((eight & 0x8080808080808080u) != 0) break;
  }
  return length;
}

bool is_ascii_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

bool is_python_space(std::uint32_t c) {
  return (c >= 0x09 && c <= 0x0d) || (c >= 0x1c && c <= 0x20) || c == 0x85 || c == 0xa0 || c == 0x1680 ||
         (c >= 0x2000 && c <= 0x200a) || c == 0x2028 || c == 0x2029 || c == 0x202f || c == 0x205f || c == 0x3000;
}

}  // namespace

std::optional<std::size_t> find_invalid_utf8(std::string_view text) {
  for (std::size_t at = ascii_run(text); at < text.size(); at += ascii_run(text.substr(at))) {
    const Decoded decoded = decode(text.substr(at));
    if (!decoded.valid) return at;
    at += decoded.length;
  }
  return std::nullopt;
}

std::string repair_utf8(std::string_view text) {
  std::string repaired;
  repaired.reserve(text.size());
  while (true) {
    const std::size_t plain = ascii_run(text);
    repaired += text.substr(0, plain);
    text.remove_prefix(plain);
    if (text.empty()) break;
    const Decoded decoded = decode(text);
    repaired += decoded.valid ? text.substr(0, decoded.length) : std::string_view("\xef\xbf\xbd");
    text.remove_prefix(decoded.length);
  }
  return repaired;
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && is_ascii_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_ascii_space(text.back())) text.remove_suffix(1);
  return text;
}

std::string_view trim_unicode(std::string_view text) {
  while (!text.empty()) {
    const Decoded decoded = decode(text);
    if (!decoded.valid || !is_python_space(decoded.code_point)) break;
    text.remove_prefix(decoded.length);
  }
  while (!text.empty()) {
    std::size_t start = text.size() - 1;
    while (start > 0 && text.size() - start < 4 && is_continuation(static_cast<unsigned char>(text[start]))) --start;
    const Decoded decoded = decode(text.substr(start));
    if (!decoded.valid || start + decoded.length != text.size() || !is_python_space(decoded.code_point)) break;
    text.remove_suffix(decoded.length);
  }
  return text;
}

std::string_view take_line(std::string_view& text) {
  const std::string_view line = text.substr(0, text.find('\n'));
  text.remove_prefix(std::min(line.size() + 1, text.size()));
  return line;
}

std::vector<std::string_view> split_lines(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) lines.push_back(take_line(text));
  return lines;
}

std::string_view prefix_utf8(std::string_view text, std::size_t max_bytes) {
  if (text.size() <= max_bytes) return text;
  std::size_t end = max_bytes;
  while (end > 0 && max_bytes - end < 4 && is_continuation(static_cast<unsigned char>(text[end]))) --end;
  return text.substr(0, end);
}

int display_width(std::string_view text) {
  int width = 0;
  while (!text.empty()) {
    const Decoded decoded = decode(text);
    width += decoded.valid ? utf8proc_charwidth(static_cast<utf8proc_int32_t>(decoded.code_point)) : 1;
    text.remove_prefix(decoded.length);
  }
  return width;
}

std::string replace_all(std::string_view text, std::string_view from, std::string_view to) {
  std::string replaced;
  for (std::size_t at; (at = text.find(from)) != std::string_view::npos; text.remove_prefix(at + from.size())) {
    replaced.append(text, 0, at);
    replaced += to;
  }
  return replaced += text;
}

std::string to_lower_ascii(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
  }
  return lower;
}

}  // namespace tripos
