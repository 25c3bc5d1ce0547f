#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace tripos::scorers {

// What str(float(eval(text))) gives in Python where `text` is plain arithmetic: decimal numbers, + - * / // % ** ^,
// ~, comparisons, "and", "or", "not", signs and parentheses. Names are known to no one, as in Python, where "1/2 or
// half" is 0.5 all the same. Nothing for what Python refuses (1/0, 007, 2x), for all other syntax (calls, lists, 1_000,
// 0x1f), and beyond 4,096 bytes, depth 100 or 2^13 bits. Nothing is ever executed.
std::optional<std::string> python_arithmetic(std::string_view text);

}  // namespace tripos::scorers
