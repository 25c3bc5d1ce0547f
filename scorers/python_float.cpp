#include "scorers/python_float.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

namespace tripos::scorers {
namespace {

// Whether a number that no double holds is a large one. Its first digit other than 0 tells: how far it stands in front
// of the point, moved by the exponent.
bool is_large(std::string_view token) {
  const std::size_t mantissa_end = std::min(token.find_first_of("eE"), token.size());
  const std::string_view mantissa = token.substr(0, mantissa_end);
  const auto point = static_cast<long>(std::min(mantissa.find('.'), mantissa.size()));
  const auto first = static_cast<long>(mantissa.find_first_of("123456789"));
  std::string_view exponent = token.substr(std::min(mantissa_end + 1, token.size()));
  if (exponent.starts_with('+')) exponent.remove_prefix(1);
  long power = 0;
  const auto read = std::from_chars(exponent.data(), exponent.data() + exponent.size(), power);
  if (read.ec == std::errc::result_out_of_range) return exponent[0] != '-';
  return point - first + power > 0;
}

}  // namespace

double read_python_float(std::string_view token) {
  const bool is_negative = token.starts_with('-');
  if (is_negative || token.starts_with('+')) token.remove_prefix(1);
  double value = 0;
  if (std::from_chars(token.data(), token.data() + token.size(), value).ec == std::errc::result_out_of_range) {
    value = is_large(token) ? std::numeric_limits<double>::infinity() : 0;
  }
  return is_negative ? -value : value;
}

std::string show_python_float(double value) {
  if (std::isnan(value)) return "nan";
  std::string shown = fmt::format("{}", value);
  if (shown.find_first_not_of("-0123456789") == std::string::npos) shown += ".0";
  return shown;
}

}  // namespace tripos::scorers
