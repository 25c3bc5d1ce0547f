#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace tripos::scorers {

// What str(json.loads(text)[key]) gives in Python: strings as they are, numbers, lists and objects as Python prints
// them. `text` (well-formed UTF-8) must be one whole JSON object as Python's json module reads it: NaN and lone
// surrogates are allowed, control characters in strings are not. Nothing otherwise, beyond depth 200, or where the key
// is missing. A lone surrogate becomes U+FFFD.
std::optional<std::string> python_json_field(std::string_view text, std::string_view key);

}  // namespace tripos::scorers
