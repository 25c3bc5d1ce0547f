#pragma once
// Single characters of well-formed UTF-8, in the classes of Python's str.

#include <optional>
#include <string_view>

namespace tripos::scorers {

// The place of the first of a few ASCII characters; std::string_view::find_first_of() takes ten times as long.
template <char... kSigns>
std::size_t find_sign(std::string_view text, std::size_t from = 0) {
  for (; from < text.size(); ++from) {
    if (((text[from] == kSigns) || ...)) return from;
  }
  return std::string_view::npos;
}

// The bytes of the first or last character; empty for the empty text.
std::string_view first_character(std::string_view text);
std::string_view last_character(std::string_view text);

char32_t code_point(std::string_view character);

bool is_word(std::string_view character);                    // \w matches it
bool is_printable(std::string_view character);               // repr() shows it as it is
std::optional<int> digit_value(std::string_view character);  // int() of a decimal digit in any script

}  // namespace tripos::scorers
