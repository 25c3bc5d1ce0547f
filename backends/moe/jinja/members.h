#pragma once
// value.name and value[key], in the order in which Jinja's sandbox looks at Python's attributes and items.

#include "backends/moe/jinja/function.h"

namespace tripos::moe::jinja {

// value.name: the method of that name, else the item.
Result<Value> get_attribute(Context& context, const Value& value, const std::string& name);
// value[key]: the item, else for a string the method of that name. Undefined where there is neither.
Result<Value> get_item(Context& context, const Value& value, const Value& key);

}  // namespace tripos::moe::jinja
