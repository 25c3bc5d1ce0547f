#pragma once
// Looking into values: their items, parts and attributes, in the order in which Jinja's sandbox looks at Python's.

#include "backends/moe/jinja/context.h"

namespace tripos::moe::jinja {

// As find(), in time linear in the text whatever the part is.
std::size_t find_part(std::string_view text, std::string_view part);

// len(); an error for what has none.
Result<std::int64_t> length_of(const Value& value);
// What a for statement over the value visits: items, keys, or characters. Takes the items of an iterator.
Result<std::shared_ptr<const List>> items_of(Context& context, const Value& value);
// The items of a dict as tuples (key, value).
Result<std::vector<Value>> pairs_of(Context& context, const Dict& dict);

// value[start:stop:step]; None for absent bounds.
Result<Value> slice(Context& context, const Value& value, const Value& start, const Value& stop, const Value& step);

// value.name: an item of a dict, or what a namespace holds; undefined where there is none. The name of a Python method
// is an error: here methods are only called.
Result<Value> get_attribute(const Value& value, const std::string& name);
// value[key]: the item, else as get_attribute().
Result<Value> get_item(Context& context, const Value& value, const Value& key);
// The value at a path such as "function.name" or 0, looked up part by part as item[part]; `preset` stands for what is
// undefined on the way.
Result<Value> attribute_at(Context& context, const Value& item, const Value& path,
                           const std::optional<Value>& preset = std::nullopt);

}  // namespace tripos::moe::jinja
