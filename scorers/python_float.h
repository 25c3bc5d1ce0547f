#pragma once

#include <string>
#include <string_view>

namespace tripos::scorers {

// float(token) of a decimal number as Python and JSON write it: ASCII digits, one of them at least, with an optional
// sign, point and exponent. Rounded to nearest; infinity and zero beyond the range of a double.
double read_python_float(std::string_view token);

// repr(value) in Python: the shortest digits that read back the same, and always a point or an exponent.
std::string show_python_float(double value);

}  // namespace tripos::scorers
