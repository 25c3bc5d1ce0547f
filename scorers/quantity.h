#pragma once

#include <gmpxx.h>

#include <optional>
#include <string>
#include <string_view>

namespace tripos::scorers {

// A rational number with what decorates it.
struct Quantity {
  mpq_class value;
  bool is_integer = false;  // written as an integer
  std::string unit;         // "", "%", "degree", "dollar", or words in small letters without a plural s: "square inche"
  std::string name;         // of the variable that it is said to be equal to: "x" in "x=5"
};

// One spelling for what LaTeX and Unicode write in several ways without a difference in meaning: no math delimiters,
// boxes, \left, \right, font and text commands; \dfrac as \frac, the Unicode minus as a hyphen, thin spaces as spaces,
// and white space only between two letters or digits. Two answers with the same plain form are equal.
std::string plain_form(std::string_view text);

// Reads the whole of a plain form as a number: integers, decimals, a/b and \frac of them, mixed numbers, thousands in
// groups of three, one pair of parentheses, "x=" in front and a unit behind. Nothing for all else, and beyond 4,096
// digits. Numbers are exact.
std::optional<Quantity> read_quantity(std::string_view plain);

}  // namespace tripos::scorers
