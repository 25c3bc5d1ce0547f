#pragma once
// The string rule of the MATH release (hendrycks/math, math_equivalence.py), which most peers carry a copy of.

#include <optional>
#include <string>
#include <string_view>

namespace tripos::scorers {

// "k=5" as "5", where at most two characters stand in front of the only "=".
std::string without_short_name(std::string text);

// fix_fracs(): \frac12 as \frac{1}{2}. Nothing where the text ends behind a \frac, which raises an error in Python.
std::optional<std::string> hendrycks_fractions(std::string_view text);

// fix_a_slash_b(): a/b as \frac{a}{b} where both are integers as Python prints them. Nothing where there is one slash
// and a side is no integer, which raises an error in Python.
std::optional<std::string> hendrycks_slash(std::string text);

}  // namespace tripos::scorers
