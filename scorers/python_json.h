#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace tripos::scorers {

// What str(json.loads(text)[key]) gives in Python: strings as they are, numbers, lists and objects as Python prints
// them. `text` must be one whole JSON object as Python's json module reads it (NaN and lone surrogates allowed, control
// characters in strings not); nothing otherwise, or where the key is missing. Nesting is bounded. Two things differ,
// both without a known case: a key given twice inside a nested object is printed twice, and unprintable characters
// beyond ASCII in nested strings are not escaped.
std::optional<std::string> python_json_field(std::string_view text, std::string_view key);

}  // namespace tripos::scorers
