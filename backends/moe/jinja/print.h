#pragma once
// Values as text: Python's str() and repr(), and json.dumps() as Hugging Face's tojson filter calls it.

#include <string>
#include <string_view>

#include "backends/moe/jinja/context.h"

namespace tripos::moe::jinja {

// Python's repr() of a float: the shortest digits that read back the same.
std::string float_text(double number);

// str(): what {{ }} prints. Refuses values whose text in Python is no data, such as iterators and functions.
Result<std::string> to_text(Context& context, const Value& value);

struct JsonStyle {
  bool ascii = false;
  bool sort_keys = false;
  bool has_indent = false;
  std::string indent;  // for one level
  std::string item_separator = ", ";
  std::string key_separator = ": ";
};
Result<std::string> to_json(Context& context, const Value& value, const JsonStyle& style);

}  // namespace tripos::moe::jinja
