// The methods of dicts, and the filters that order, cut and sum sequences.

#include <algorithm>
#include <numeric>
#include <unordered_set>

#include "backends/moe/jinja/characters.h"
#include "backends/moe/jinja/function.h"
#include "backends/moe/jinja/operators.h"
#include "backends/moe/jinja/sequences.h"

namespace tripos::moe::jinja {
namespace {

using Kind = List::Kind;

// The items of a sequence, and by what they are compared: an attribute, strings in lower case unless `case_sensitive`.
struct Keyed {
  std::vector<Value> items, keys;
};
Result<Keyed> keyed(Context& context, std::vector<Value> items, const std::optional<Value>& attribute,
                    bool case_sensitive) {
  std::vector<Value> keys;
  for (const Value& item : items) {
    TRIPOS_TRY(Value key, attribute ? attribute_at(context, item, *attribute) : Result<Value>(item));
    if (const std::string* text = as_text(key); text != nullptr && !case_sensitive) {
      TRIPOS_TRY(std::string lower_case, lower(*text));
      TRIPOS_TRY(key, context.text(std::move(lower_case)));
    }
    keys.push_back(std::move(key));
  }
  return Keyed{std::move(items), std::move(keys)};
}
// The same of a filter with the parameters "value ... case_sensitive? attribute?".
Result<Keyed> keyed(Call& call, std::size_t case_sensitive) {
  TRIPOS_TRY(const auto items, items_of(call.context, call[0]));
  const std::size_t attribute = case_sensitive + 1;
  return keyed(call.context, items->items, call.has_value(attribute) ? call.arguments[attribute] : std::nullopt,
               call.flag(case_sensitive));
}

// A list of the items in the order of their keys; equal ones stay as they are.
Result<Value> ordered(Context& context, const Keyed& keyed, bool reverse) {
  std::vector<std::size_t> order(keyed.items.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::optional<Error> error;
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    if (error) return false;
    const Result<bool> is_less = less(context, keyed.keys[reverse ? b : a], keyed.keys[reverse ? a : b]);
    if (!is_less) error = is_less.error();
    return is_less && *is_less;
  });
  if (error) return tl::unexpected(*error);
  std::vector<Value> items;
  for (const std::size_t i : order) items.push_back(keyed.items[i]);
  return context.list(Kind::kList, std::move(items));
}

Result<Value> sort(Call& call) {
  const std::string* attribute = call.has(3) ? as_text(call[3]) : nullptr;
  if (attribute != nullptr && attribute->find(',') != std::string::npos) {
    return refuse("sort by several attributes is not supported");
  }
  TRIPOS_TRY(const Keyed items, keyed(call, 2));
  return ordered(call.context, items, call.flag(1));
}

Result<Value> dictsort(Call& call) {
  const Dict* dict = as_dict(call[0]);
  if (dict == nullptr) return refuse("dictsort of what is no mapping");
  if (call.has(2)) return refuse("dictsort(by=...) is not supported");
  TRIPOS_TRY(std::vector<Value> pairs, pairs_of(call.context, *dict));
  TRIPOS_TRY(const Keyed items, keyed(call.context, std::move(pairs), Value(std::int64_t{0}), call.flag(1)));
  return ordered(call.context, items, call.flag(3));
}

Result<Value> unique(Call& call) {
  TRIPOS_TRY(const Keyed items, keyed(call, 1));
  std::unordered_set<std::string> seen;
  std::vector<Value> kept;
  for (std::size_t i = 0; i < items.keys.size(); ++i) {
    TRIPOS_TRY(std::string key, dict_key(items.keys[i]));
    TRIPOS_CHECK(call.context.spend(key.size()));
    if (seen.insert(std::move(key)).second) kept.push_back(items.items[i]);
  }
  return call.context.list(Kind::kIterator, std::move(kept));
}

template <bool largest>
Result<Value> extreme(Call& call) {
  TRIPOS_TRY(const Keyed items, keyed(call, 1));
  if (items.keys.empty()) return make_undefined("an item of an empty sequence");
  std::size_t best = 0;
  for (std::size_t i = 1; i < items.keys.size(); ++i) {
    const Value &key = items.keys[i], &best_key = items.keys[best];
    TRIPOS_TRY(const bool is_better, largest ? less(call.context, best_key, key) : less(call.context, key, best_key));
    if (is_better) best = i;
  }
  return items.items[best];
}

Result<Value> sum(Call& call) {
  TRIPOS_TRY(const auto items, items_of(call.context, call[0]));
  Value total = std::int64_t{0};
  for (Value item : items->items) {
    if (call.has_value(1)) {
      TRIPOS_TRY(item, attribute_at(call.context, item, call[1]));
    }
    TRIPOS_TRY(total, apply(call.context, Operator::kAdd, total, item));
  }
  return total;
}

// What Python's reversed() takes.
bool is_reversible(const Value& value) { return as_list(value) == nullptr || as_list(value)->kind != Kind::kIterator; }

template <bool from_end>
Result<Value> end_item(Call& call) {
  if (from_end && !is_reversible(call[0])) return refuse("\"last\" of what has no end to begin from");
  TRIPOS_TRY(const auto items, items_of(call.context, call[0]));
  if (items->items.empty()) return make_undefined("an item of an empty sequence");
  return from_end ? items->items.back() : items->items.front();
}

Result<Value> to_list(Call& call) {
  TRIPOS_TRY(const auto items, items_of(call.context, call[0]));
  return call.context.list(Kind::kList, items->items);
}

Result<Value> reverse(Call& call) {
  TRIPOS_TRY(const auto items, items_of(call.context, call[0]));
  std::vector<Value> reversed(items->items.rbegin(), items->items.rend());
  if (as_text(call[0]) == nullptr) {
    return call.context.list(is_reversible(call[0]) ? Kind::kIterator : Kind::kList, std::move(reversed));
  }
  std::string text;
  for (const Value& character : reversed) text += *as_text(character);
  return call.context.text(std::move(text));
}

Result<Value> items(Call& call) {
  if (is_undefined(call[0])) return call.context.list(Kind::kIterator, {});
  if (as_dict(call[0]) == nullptr) return refuse("\"items\" of what is no mapping");
  TRIPOS_TRY(std::vector<Value> pairs, pairs_of(call.context, *as_dict(call[0])));
  return call.context.list(Kind::kIterator, std::move(pairs));
}

// The methods of a dict are found by the type of their first argument.
Result<Value> items_view(Call& call) {
  TRIPOS_TRY(std::vector<Value> pairs, pairs_of(call.context, *as_dict(call[0])));
  return call.context.list(Kind::kView, std::move(pairs));
}

template <bool keys>
Result<Value> view(Call& call) {
  std::vector<Value> items;
  for (const auto& [key, value] : as_dict(call[0])->items) items.push_back(keys ? key : value);
  return call.context.list(Kind::kView, std::move(items));
}

Result<Value> get(Call& call) {
  if (!is_undefined(call[1])) {
    TRIPOS_TRY(const std::string key, dict_key(call[1]));
    if (const Value* found = find(*as_dict(call[0]), key)) return *found;
  }
  return call.has(2) ? call[2] : Value(None{});
}

constexpr Function kDictMethods[] = {
    {"items", "/ self", items_view},
    {"keys", "/ self", view<true>},
    {"values", "/ self", view<false>},
    {"get", "/ self key default?", get},
};
constexpr Function kFilters[] = {
    {"first", "seq", end_item<false>},
    {"last", "seq", end_item<true>},
    {"list", "value", to_list},
    {"reverse", "value", reverse},
    {"items", "value", items},
    {"dictsort", "value case_sensitive? by? reverse?", dictsort},
    {"sort", "value reverse? case_sensitive? attribute?", sort},
    {"unique", "value case_sensitive? attribute?", unique},
    {"min", "value case_sensitive? attribute?", extreme<false>},
    {"max", "value case_sensitive? attribute?", extreme<true>},
    {"sum", "iterable attribute?", sum},
};

}  // namespace

std::span<const Function> dict_methods() { return kDictMethods; }
std::span<const Function> sequence_filters() { return kFilters; }

}  // namespace tripos::moe::jinja
