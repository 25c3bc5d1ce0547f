#include "backends/moe/jinja/operators.h"

#include <fmt/format.h>

#include <algorithm>

#include "backends/moe/jinja/characters.h"
#include "backends/moe/jinja/print.h"

namespace tripos::moe::jinja {
namespace {

using Kind = List::Kind;

// Wide enough for every int64 and double.
std::optional<long double> as_number(const Value& value) {
  if (const double* number = std::get_if<double>(&value)) return *number;
  if (const auto index = as_index(value)) return static_cast<long double>(*index);
  return std::nullopt;
}

Result<bool> equal_items(Context& context, const List& a, const List& b) {
  if (a.kind == Kind::kView || a.kind == Kind::kIterator || b.kind == Kind::kView || b.kind == Kind::kIterator) {
    return fail(Error::Kind::kData, "a dict view or iterator is compared", "add the filter \"list\"");
  }
  if (a.kind != b.kind || a.items.size() != b.items.size()) return false;
  for (std::size_t i = 0; i < a.items.size(); ++i) {
    TRIPOS_TRY(const bool equal, equals(context, a.items[i], b.items[i]));
    if (!equal) return false;
  }
  return true;
}

Result<bool> equal_dicts(Context& context, const Dict& a, const Dict& b) {
  if (a.items.size() != b.items.size()) return false;
  for (const auto& [key, value] : a.items) {
    TRIPOS_TRY(const std::string name, dict_key(key));
    const Value* other = find(b, name);
    if (other == nullptr) return false;
    TRIPOS_TRY(const bool equal, equals(context, value, *other));
    if (!equal) return false;
  }
  return true;
}

Result<bool> less_items(Context& context, const List& a, const List& b) {
  for (std::size_t i = 0; i < std::min(a.items.size(), b.items.size()); ++i) {
    TRIPOS_TRY(const bool equal, equals(context, a.items[i], b.items[i]));
    if (!equal) return less(context, a.items[i], b.items[i]);
  }
  return a.items.size() < b.items.size();
}

bool is_orderable(const List& a, const List& b) {
  return a.kind == b.kind && (a.kind == Kind::kList || a.kind == Kind::kTuple);
}

struct Bounds {
  std::int64_t start, stop, step;
};

// slice.indices() of Python.
Result<Bounds> bounds_of(std::int64_t size, const Value* start, const Value* stop, const Value* step) {
  const auto given = [](const Value* value) { return value != nullptr && !std::holds_alternative<None>(*value); };
  Bounds bounds{0, 0, 1};
  for (const Value* value : {start, stop, step}) {
    if (given(value) && !as_index(*value)) return refuse(fmt::format("a slice to a {}", type_name(*value)));
  }
  if (given(step)) bounds.step = *as_index(*step);
  if (bounds.step == 0) return refuse("a slice with step 0");
  const bool backward = bounds.step < 0;
  const std::int64_t lowest = backward ? -1 : 0;
  const std::int64_t highest = backward ? size - 1 : size;
  const auto bound = [&](const Value* value, std::int64_t when_absent) {
    if (!given(value)) return when_absent;
    const std::int64_t index = *as_index(*value);
    return std::clamp(index < 0 ? index + size : index, lowest, highest);
  };
  bounds.start = bound(start, backward ? highest : lowest);
  bounds.stop = bound(stop, backward ? lowest : highest);
  return bounds;
}

template <typename Take>
void for_each_index(const Bounds& bounds, Take take) {
  const bool backward = bounds.step < 0;
  for (std::int64_t i = bounds.start; backward ? i > bounds.stop : i < bounds.stop;) {
    take(static_cast<std::size_t>(i));
    if (__builtin_add_overflow(i, bounds.step, &i)) break;
  }
}

bool is_same_object(const Value& a, const Value& b) {
  if (const auto* method = std::get_if<std::shared_ptr<const Method>>(&a)) {
    return *method == std::get<std::shared_ptr<const Method>>(b);
  }
  if (const auto* loop = std::get_if<std::shared_ptr<Loop>>(&a)) return *loop == std::get<std::shared_ptr<Loop>>(b);
  if (const auto* ns = std::get_if<Namespace*>(&a)) return *ns == std::get<Namespace*>(b);
  if (const auto* macro = std::get_if<const Macro*>(&a)) return *macro == std::get<const Macro*>(b);
  if (const auto* function = std::get_if<const Function*>(&a)) return *function == std::get<const Function*>(b);
  return true;  // both None, or both undefined
}

}  // namespace

Result<bool> equals(Context& context, const Value& a, const Value& b) {
  TRIPOS_CHECK(context.spend(1));
  const auto x = as_number(a), y = as_number(b);
  if (x && y) return *x == *y;
  if (a.index() != b.index()) return false;
  if (const std::string* text = as_text(a)) {
    TRIPOS_CHECK(context.spend(text->size()));
    return *text == *as_text(b);
  }
  if (const List* list = as_list(a)) return equal_items(context, *list, *as_list(b));
  if (const Dict* dict = as_dict(a)) return equal_dicts(context, *dict, *as_dict(b));
  return is_same_object(a, b);
}

Result<bool> less(Context& context, const Value& a, const Value& b) {
  TRIPOS_CHECK(context.spend(1));
  const auto x = as_number(a), y = as_number(b);
  if (x && y) return *x < *y;
  const std::string *first = as_text(a), *second = as_text(b);
  if (first != nullptr && second != nullptr) {
    TRIPOS_CHECK(context.spend(std::min(first->size(), second->size())));
    return *first < *second;
  }
  const List *list = as_list(a), *other = as_list(b);
  if (list != nullptr && other != nullptr && is_orderable(*list, *other)) return less_items(context, *list, *other);
  return refuse(fmt::format("no order between values of types {} and {}", type_name(a), type_name(b)));
}

Result<bool> contains(Context& context, const Value& container, const Value& item) {
  if (const std::string* text = as_text(container)) {
    const std::string* part = as_text(item);
    if (part == nullptr) return refuse(fmt::format("a value of type {} is looked for in a string", type_name(item)));
    TRIPOS_CHECK(context.spend(text->size()));
    return text->find(*part) != std::string::npos;
  }
  if (const Dict* dict = as_dict(container)) {
    if (is_undefined(item)) return false;
    TRIPOS_TRY(const std::string key, dict_key(item));
    return find(*dict, key) != nullptr;
  }
  TRIPOS_TRY(const auto items, items_of(context, container));
  for (const Value& candidate : items->items) {
    TRIPOS_TRY(const bool equal, equals(context, candidate, item));
    if (equal) return true;
  }
  return false;
}

Result<bool> relate(Context& context, Relation relation, const Value& left, const Value& right) {
  const bool ordered = relation >= Relation::kLess && relation <= Relation::kGreaterEqual;
  if (ordered && as_number(left) && as_number(right)) {
    const long double x = *as_number(left), y = *as_number(right);
    if (relation == Relation::kLess) return x < y;
    if (relation == Relation::kGreater) return x > y;
    return relation == Relation::kLessEqual ? x <= y : x >= y;
  }
  switch (relation) {
    case Relation::kEqual:
      return equals(context, left, right);
    case Relation::kNotEqual:
      return equals(context, left, right).map([](bool equal) { return !equal; });
    case Relation::kLess:
      return less(context, left, right);
    case Relation::kGreater:
      return less(context, right, left);
    case Relation::kLessEqual:
      return less(context, right, left).map([](bool is_less) { return !is_less; });
    case Relation::kGreaterEqual:
      return less(context, left, right).map([](bool is_less) { return !is_less; });
    case Relation::kIn:
      return contains(context, right, left);
    default:
      return contains(context, right, left).map([](bool contained) { return !contained; });
  }
}

Result<std::int64_t> length_of(Context& context, const Value& value) {
  if (is_undefined(value)) return 0;
  if (const std::string* text = as_text(value)) {
    TRIPOS_CHECK(context.spend(text->size()));
    return static_cast<std::int64_t>(length(*text));
  }
  if (const Dict* dict = as_dict(value)) return static_cast<std::int64_t>(dict->items.size());
  if (const List* list = as_list(value); list != nullptr && list->kind != Kind::kIterator) {
    return static_cast<std::int64_t>(list->items.size());
  }
  return refuse(fmt::format("a value of type {} has no length", type_name(value)));
}

Result<std::shared_ptr<const List>> items_of(Context& context, const Value& value) {
  if (const auto* pointer = std::get_if<std::shared_ptr<const List>>(&value)) {
    const List& list = **pointer;
    if (list.kind == Kind::kIterator && std::exchange(list.taken, true)) {
      return fail(Error::Kind::kData, "the result of a filter such as map or select is used twice",
                  "it gives its items once: add the filter \"list\"");
    }
    TRIPOS_CHECK(context.spend(list.items.size()));
    return *pointer;
  }
  std::vector<Value> items;
  if (const std::string* text = as_text(value)) {
    TRIPOS_CHECK(context.spend(text->size()));
    for (const Character& c : characters(*text)) items.push_back(make_text(std::string(c.bytes)));
  } else if (const Dict* dict = as_dict(value)) {
    for (const auto& [key, item] : dict->items) items.push_back(key);
  } else if (!is_undefined(value)) {
    return refuse(fmt::format("a value of type {} has no items", type_name(value)));
  }
  TRIPOS_TRY(const Value list, context.list(Kind::kList, std::move(items)));
  return std::get<std::shared_ptr<const List>>(list);
}

Result<Value> slice(Context& context, const Value& value, const Value* start, const Value* stop, const Value* step) {
  if (const auto* undefined = std::get_if<Undefined>(&value)) return refuse(*undefined->what + " is undefined");
  const std::string* text = as_text(value);
  const List* list = as_list(value);
  if (list != nullptr && (list->kind == Kind::kView || list->kind == Kind::kIterator)) list = nullptr;
  if (text == nullptr && list == nullptr) return refuse(fmt::format("a slice of a {}", type_name(value)));
  std::vector<Character> all;
  if (text != nullptr) {
    TRIPOS_CHECK(context.spend(text->size()));
    all = characters(*text);
  }
  const std::size_t size = text != nullptr ? all.size() : list->items.size();
  TRIPOS_TRY(const Bounds bounds, bounds_of(static_cast<std::int64_t>(size), start, stop, step));
  if (text != nullptr) {
    std::string part;
    for_each_index(bounds, [&](std::size_t i) { part += all[i].bytes; });
    return context.text(std::move(part));
  }
  std::vector<Value> items;
  for_each_index(bounds, [&](std::size_t i) { items.push_back(list->items[i]); });
  return context.list(list->kind, std::move(items));
}

}  // namespace tripos::moe::jinja
