#pragma once
// Values as text: Python's str() and repr(), and json.dumps() as Hugging Face's tojson filter calls it.

#include <optional>
#include <string>

#include "backends/moe/jinja/context.h"

namespace tripos::moe::jinja {

// str(): what {{ }} prints. Refuses values whose text in Python is no data, such as iterators and functions.
Result<std::string> to_text(Context& context, const Value& value);

struct JsonStyle {
  std::optional<std::string> indent;  // for one level; absent: all in one line
  std::string item_separator = ", ";
  std::string key_separator = ": ";
  bool is_ascii = false;  // other characters are escaped, in UTF-16
};
Result<std::string> to_json(Context& context, const Value& value, const JsonStyle& style);

}  // namespace tripos::moe::jinja
