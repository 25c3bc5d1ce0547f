#pragma once
// Python's str methods where the peers' string rules lean on them.

#include <optional>
#include <string>
#include <string_view>

namespace tripos::scorers {

// How often `part` occurs without overlap.
std::size_t count_of(std::string_view text, std::string_view part);

// str(int(text)): white space around it, a sign, digits of any script and single underscores between them; up to 4,300
// digits, as CPython allows. Nothing for what int() refuses.
std::optional<std::string> python_integer(std::string_view text);

// text.isdigit(): one character or more, and every one a digit, superscripts and circled digits included.
bool is_python_digits(std::string_view text);

}  // namespace tripos::scorers
