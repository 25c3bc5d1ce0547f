// Filters that order, cut and sum sequences.

#include <algorithm>
#include <unordered_set>

#include "backends/moe/jinja/characters.h"
#include "backends/moe/jinja/filters.h"
#include "backends/moe/jinja/operators.h"
#include "backends/moe/jinja/sequences.h"

namespace tripos::moe::jinja {
namespace {

using Kind = List::Kind;

std::optional<Value> given(const Call& call, std::size_t i) {
  if (!call.has(i) || std::holds_alternative<None>(call[i])) return std::nullopt;
  return call[i];
}

Result<std::vector<Value>> keys_of(Context& context, const std::vector<Value>& items, const SortKey& key) {
  std::vector<Value> keys;
  for (const Value& item : items) {
    TRIPOS_TRY(Value value, key_of(context, item, key));
    keys.push_back(std::move(value));
  }
  return keys;
}

Result<Value> first(Call& call) {
  TRIPOS_TRY(const auto items, items_of(call.context, call[0]));
  return items->items.empty() ? make_undefined("the first item") : items->items.front();
}

// What Python's reversed() takes.
bool is_reversible(const Value& value) {
  const List* list = as_list(value);
  return is_undefined(value) || as_text(value) != nullptr || as_dict(value) != nullptr ||
         (list != nullptr && list->kind != Kind::kIterator);
}

Result<Value> last(Call& call) {
  if (!is_reversible(call[0])) return refuse("last of what has no end to begin from");
  TRIPOS_TRY(const auto items, items_of(call.context, call[0]));
  return items->items.empty() ? make_undefined("the last item") : items->items.back();
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
  const Dict* dict = as_dict(call[0]);
  if (dict == nullptr) return refuse("items of what is no mapping");
  TRIPOS_TRY(std::vector<Value> pairs, pairs_of(call.context, *dict));
  return call.context.list(Kind::kIterator, std::move(pairs));
}

Result<Value> dictsort(Call& call) {
  const Dict* dict = as_dict(call[0]);
  if (dict == nullptr) return refuse("dictsort of what is no mapping");
  TRIPOS_TRY(const std::string by, call.has(2) ? call.text(2) : Result<std::string>("key"));
  if (by != "key" && by != "value") return refuse("dictsort: by is \"key\" or \"value\"");
  const SortKey key{Value(std::int64_t{by == "key" ? 0 : 1}), call.flag(1, false)};
  TRIPOS_TRY(const std::vector<Value> pairs, pairs_of(call.context, *dict));
  TRIPOS_TRY(const std::vector<Value> keys, keys_of(call.context, pairs, key));
  TRIPOS_TRY(std::vector<Value> ordered, sorted(call.context, pairs, keys, call.flag(3, false)));
  return call.context.list(Kind::kList, std::move(ordered));
}

Result<Value> sort(Call& call) {
  const SortKey key{given(call, 3), call.flag(2, false)};
  if (key.attribute && as_text(*key.attribute) && as_text(*key.attribute)->find(',') != std::string::npos) {
    return refuse("sort by several attributes is not supported");
  }
  TRIPOS_TRY(const auto items, items_of(call.context, call[0]));
  TRIPOS_TRY(const std::vector<Value> keys, keys_of(call.context, items->items, key));
  TRIPOS_TRY(std::vector<Value> ordered, sorted(call.context, items->items, keys, call.flag(1, false)));
  return call.context.list(Kind::kList, std::move(ordered));
}

Result<Value> unique(Call& call) {
  TRIPOS_TRY(const auto items, items_of(call.context, call[0]));
  TRIPOS_TRY(const std::vector<Value> keys, keys_of(call.context, items->items, {given(call, 2), call.flag(1, false)}));
  std::unordered_set<std::string> seen;
  std::vector<Value> kept;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    TRIPOS_TRY(std::string key, dict_key(keys[i]));
    TRIPOS_CHECK(call.context.spend(key.size()));
    if (seen.insert(std::move(key)).second) kept.push_back(items->items[i]);
  }
  return call.context.list(Kind::kIterator, std::move(kept));
}

Result<Value> extreme(Call& call, bool largest) {
  TRIPOS_TRY(const auto items, items_of(call.context, call[0]));
  TRIPOS_TRY(const std::vector<Value> keys, keys_of(call.context, items->items, {given(call, 2), call.flag(1, false)}));
  if (keys.empty()) return make_undefined("an item of an empty sequence");
  std::size_t best = 0;
  for (std::size_t i = 1; i < keys.size(); ++i) {
    TRIPOS_TRY(const bool better,
               largest ? less(call.context, keys[best], keys[i]) : less(call.context, keys[i], keys[best]));
    if (better) best = i;
  }
  return items->items[best];
}
Result<Value> minimum(Call& call) { return extreme(call, false); }
Result<Value> maximum(Call& call) { return extreme(call, true); }

Result<Value> sum(Call& call) {
  TRIPOS_TRY(const auto items, items_of(call.context, call[0]));
  Value total = call.has(2) ? call[2] : Value(std::int64_t{0});
  if (as_text(total) != nullptr) return refuse("sum of strings: use the filter \"join\"");
  for (Value item : items->items) {
    if (const auto attribute = given(call, 1)) {
      TRIPOS_TRY(item, attribute_at(call.context, item, *attribute, std::nullopt));
    }
    TRIPOS_TRY(total, calculate(call.context, Operator::kAdd, total, item));
  }
  return total;
}

Result<Value> batch(Call& call) {
  TRIPOS_TRY(const auto items, items_of(call.context, call[0]));
  TRIPOS_TRY(const std::int64_t given_size, call.integer(1, 0));
  if (given_size < 1) return refuse("batch: the size must be at least 1");
  const auto size = static_cast<std::size_t>(given_size);
  std::vector<Value> batches;
  for (std::size_t at = 0; at < items->items.size(); at += std::min(size, items->items.size() - at)) {
    const std::size_t count = std::min(size, items->items.size() - at);
    const auto begin = items->items.begin() + static_cast<std::ptrdiff_t>(at);
    std::vector<Value> part(begin, begin + static_cast<std::ptrdiff_t>(count));
    if (const auto fill = given(call, 2)) {
      TRIPOS_CHECK(call.context.spend(size - count));
      part.resize(size, *fill);
    }
    TRIPOS_TRY(Value list, call.context.list(Kind::kList, std::move(part)));
    batches.push_back(std::move(list));
  }
  return call.context.list(Kind::kIterator, std::move(batches));
}

constexpr Function kFilters[] = {
    {"first", "seq", first},
    {"last", "seq", last},
    {"list", "value", to_list},
    {"reverse", "value", reverse},
    {"items", "value", items},
    {"dictsort", "value case_sensitive? by? reverse?", dictsort},
    {"sort", "value reverse? case_sensitive? attribute?", sort},
    {"unique", "value case_sensitive? attribute?", unique},
    {"min", "value case_sensitive? attribute?", minimum},
    {"max", "value case_sensitive? attribute?", maximum},
    {"sum", "iterable attribute? start?", sum},
    {"batch", "value linecount fill_with?", batch},
};

}  // namespace

std::span<const Function> sequence_filters() { return kFilters; }

}  // namespace tripos::moe::jinja
