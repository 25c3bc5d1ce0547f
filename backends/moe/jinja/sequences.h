#pragma once
// What the filters of sequences share.

#include "backends/moe/jinja/function.h"

namespace tripos::moe::jinja {

// The items of a dict as tuples (key, value).
Result<std::vector<Value>> pairs_of(Context& context, const Dict& dict);

// The value at a path such as "function.name" or 0, looked up part by part as item[part]; `preset` stands for what is
// undefined on the way.
Result<Value> attribute_at(Context& context, const Value& item, const Value& path, const std::optional<Value>& preset);

// What sort, min, max and unique compare: the attribute, strings in lower case unless `case_sensitive`.
struct SortKey {
  std::optional<Value> attribute;
  bool case_sensitive = false;
};
Result<Value> key_of(Context& context, const Value& item, const SortKey& key);

// Stable order of `items` by `keys`.
Result<std::vector<Value>> sorted(Context& context, const std::vector<Value>& items, const std::vector<Value>& keys,
                                  bool reverse);

}  // namespace tripos::moe::jinja
