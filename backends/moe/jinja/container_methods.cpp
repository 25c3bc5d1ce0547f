// The methods of dicts and lists that change nothing.

#include "backends/moe/jinja/function.h"
#include "backends/moe/jinja/operators.h"
#include "backends/moe/jinja/sequences.h"

namespace tripos::moe::jinja {
namespace {

// The methods are found by the type of their first argument.
const Dict& self(const Call& call) { return *as_dict(call[0]); }

Result<Value> items(Call& call) {
  TRIPOS_TRY(std::vector<Value> pairs, pairs_of(call.context, self(call)));
  return call.context.list(List::Kind::kView, std::move(pairs));
}

Result<Value> keys(Call& call) {
  std::vector<Value> items;
  for (const auto& [key, value] : self(call).items) items.push_back(key);
  return call.context.list(List::Kind::kView, std::move(items));
}

Result<Value> values(Call& call) {
  std::vector<Value> items;
  for (const auto& [key, value] : self(call).items) items.push_back(value);
  return call.context.list(List::Kind::kView, std::move(items));
}

Result<Value> get(Call& call) {
  const Value* found = nullptr;
  if (!is_undefined(call[1])) {
    TRIPOS_TRY(const std::string key, dict_key(call[1]));
    found = find(self(call), key);
  }
  if (found != nullptr) return *found;
  return call.has(2) ? call[2] : Value(None{});
}

Result<Value> count(Call& call) {
  std::int64_t count = 0;
  for (const Value& item : as_list(call[0])->items) {
    TRIPOS_TRY(const bool equal, equals(call.context, item, call[1]));
    count += equal ? 1 : 0;
  }
  return Value(count);
}

Result<Value> index(Call& call) {
  const List& list = *as_list(call[0]);
  for (std::size_t i = 0; i < list.items.size(); ++i) {
    TRIPOS_TRY(const bool equal, equals(call.context, list.items[i], call[1]));
    if (equal) return Value(static_cast<std::int64_t>(i));
  }
  return refuse("index() of what is not in the list");
}

constexpr Function kDictMethods[] = {
    {"items", "/ self", items},
    {"keys", "/ self", keys},
    {"values", "/ self", values},
    {"get", "/ self key default?", get},
};
constexpr Function kListMethods[] = {
    {"count", "/ self value", count},
    {"index", "/ self value", index},
};

}  // namespace

std::span<const Function> dict_methods() { return kDictMethods; }
std::span<const Function> list_methods() { return kListMethods; }

}  // namespace tripos::moe::jinja
