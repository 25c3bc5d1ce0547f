#pragma once
// What the names in an answer stand for.

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

namespace tripos::scorers {

template <std::size_t N>
bool contains(const std::array<std::string_view, N>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// The function of tree.h that a name or command stands for ("arctan" and "tan^{-1}" are "atan"), or nothing.
std::optional<std::string_view> function_named(std::string_view name);

// The inverse of a trigonometric or hyperbolic function, or nothing: "sin" gives "asin".
std::optional<std::string_view> inverse_of(std::string_view function);

// The kConstant that a name stands for, or nothing: "pi", "e", "i", "infinity".
std::optional<std::string_view> constant_named(std::string_view name);

bool is_greek(std::string_view name);  // "alpha", "Omega", and variants such as "varphi"

// The length of the function or constant at the front of a run of letters of plain text, as in "sinx", "pir", "lnn";
// 0 where the run is no such thing.
std::size_t known_prefix(std::string_view run);

// A short word of prose, no product of variables: "for", "yes", "is".
bool is_short_word(std::string_view run);

enum class Connective { kNone, kAnd, kOr };
Connective connective(std::string_view words);  // "and", "or" and their like in several languages; small letters

}  // namespace tripos::scorers
