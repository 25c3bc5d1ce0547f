#pragma once
// Units of measurement, as answers name them.

#include <gmpxx.h>

#include <array>
#include <optional>
#include <string>
#include <string_view>

namespace tripos::scorers {

struct Unit {
  // Exponents of length, mass, time, temperature, current, substance, money, information; "%" and degrees of an angle
  // have kinds of their own, which nothing else is converted to.
  std::array<int, 8> dimension{};
  mpq_class factor = 1;  // to the unit of its dimension that is the base: metre, kilogram, second, dollar, byte
  auto operator==(const Unit&) const -> bool = default;
};

// One spelling of the words behind a value: small letters apart from short symbols, singular, "square x" as "x^2",
// "x per y" as "x/y". "Square Inches" gives "inch^2", "percent" and "pct" give "%", "degrees" gives "degree".
std::string unit_spelling(std::string_view words);

// What a spelling measures, or nothing where it is not known: "inch^2", "km/h", "cent".
std::optional<Unit> unit_named(std::string_view spelling);

// True for a word of a unit that is unlikely to be a product of variables: "cm", "weeks", "percent"; not "m".
bool is_unit_word(std::string_view word);

// True for words that no unit holds, such as the verb of "apples are left" or a number apart from a power.
bool is_prose(std::string_view words);

}  // namespace tripos::scorers
