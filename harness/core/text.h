#pragma once
// UTF-8 text. Every function here accepts any bytes; only repair_utf8() makes a text longer, at most threefold.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tripos {

// Byte offset of the first byte that is not part of well-formed UTF-8 (RFC 3629: no surrogates, no overlong forms,
// at most U+10FFFF); nullopt if all of it is well formed.
std::optional<std::size_t> find_invalid_utf8(std::string_view text);

// Replaces each ill-formed sequence with U+FFFD, one for each maximal subpart (Unicode 15, section 3.9).
std::string repair_utf8(std::string_view text);

// Without ASCII white space at both ends.
std::string_view trim(std::string_view text);

// Without white space as Python's str.strip() knows it at both ends: Unicode White_Space and U+001C..U+001F.
std::string_view trim_unicode(std::string_view text);

// Takes the first line off a text that is not empty, and returns it without its LF.
std::string_view take_line(std::string_view& text);

// Pieces between LF bytes only: U+2028 and CR are ordinary characters inside JSON strings. No piece after a last LF.
std::vector<std::string_view> split_lines(std::string_view text);

// At most `max_bytes` from the front, cut at a character boundary.
std::string_view prefix_utf8(std::string_view text, std::size_t max_bytes);

// Columns on a terminal: wide characters count two, combining ones none.
int display_width(std::string_view text);

std::string to_lower_ascii(std::string_view text);

// Every `from` (not empty) replaced from the left, as Python's str.replace() does.
std::string replace_all(std::string_view text, std::string_view from, std::string_view to);

}  // namespace tripos
