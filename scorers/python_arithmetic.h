#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace tripos::scorers {

// What str(float(eval(text))) gives in Python where `text` is plain arithmetic: decimal numbers, + - * / // % ** ^,
// signs and parentheses. Nothing for all else and for what Python refuses (1/0, 007, names, calls) or computes with
// integers beyond 64 bits. Depth and steps are bounded by the text.
std::optional<std::string> python_arithmetic(std::string_view text);

}  // namespace tripos::scorers
