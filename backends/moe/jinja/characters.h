#pragma once
// Text as Python sees it: a sequence of Unicode characters. All text here is well-formed UTF-8.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/core/result.h"

namespace tripos::moe::jinja {

struct Character {
  char32_t code;
  std::string_view bytes;
};

std::vector<Character> characters(std::string_view text);
// `text` is not empty.
Character first_character(std::string_view text);
std::size_t length(std::string_view text);
std::string to_utf8(char32_t code);

// str.isprintable(), str.isspace() and str.isdecimal() of Python.
bool is_printable(char32_t code);
bool is_decimal(char32_t code);
bool is_space(char32_t code);

// Case mapping of single characters. Refuses the few whose upper or lower case is more than one character, or depends
// on their neighbours.
Result<std::string> upper(std::string_view text);
Result<std::string> lower(std::string_view text);
// str.capitalize() and str.title().
Result<std::string> capitalized(std::string_view text);
Result<std::string> titled(std::string_view text);
// Jinja's filter "title": words begin after white space, hyphens and opening brackets only.
Result<std::string> titled_words(std::string_view text);

// Without the characters of `set`, or without white space if there is none, at the ends asked for.
std::string_view stripped(std::string_view text, const std::optional<std::string>& set, bool left, bool right);

}  // namespace tripos::moe::jinja
