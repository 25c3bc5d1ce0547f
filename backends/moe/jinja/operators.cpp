#include "backends/moe/jinja/operators.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "backends/moe/jinja/print.h"
#include "backends/moe/jinja/sequences.h"

namespace tripos::moe::jinja {
namespace {

using Kind = List::Kind;

constexpr std::string_view kSigns[] = {"or",     "and", "==", "!=", "<", "<=", ">",  ">=", "in",
                                       "not in", "+",   "-",  "~",  "*", "/",  "//", "%"};

tl::unexpected<Error> no_operation(Operator op, const Value& left, const Value& right) {
  return refuse(fmt::format("no operation {} {} {}", type_name(left), kSigns[static_cast<int>(op)], type_name(right)));
}
tl::unexpected<Error> by_zero() { return refuse("division by zero"); }

std::optional<double> as_float(const Value& value) {
  if (const double* number = std::get_if<double>(&value)) return *number;
  if (const auto index = as_index(value)) return static_cast<double>(*index);
  return std::nullopt;
}

Result<Value> on_floats(Operator op, double a, double b) {
  if (op == Operator::kDivide && b == 0) return by_zero();
  if (op == Operator::kFloorDivide || op == Operator::kModulo) return no_operation(op, a, b);
  const double result = op == Operator::kAdd        ? a + b
                        : op == Operator::kSubtract ? a - b
                        : op == Operator::kMultiply ? a * b
                                                    : a / b;
  if (!std::isfinite(result)) return refuse("a float out of range");
  return Value(result);
}

Result<Value> on_integers(Operator op, std::int64_t a, std::int64_t b) {
  constexpr std::int64_t kExact = std::int64_t{1} << 53;  // of a double
  std::int64_t result = 0;
  bool overflows = false;
  if (op == Operator::kAdd) {
    overflows = __builtin_add_overflow(a, b, &result);
  } else if (op == Operator::kSubtract) {
    overflows = __builtin_sub_overflow(a, b, &result);
  } else if (op == Operator::kMultiply) {
    overflows = __builtin_mul_overflow(a, b, &result);
  } else if (op == Operator::kDivide) {
    if (a < -kExact || a > kExact || b < -kExact || b > kExact) return refuse("/ of integers beyond 53 bits");
    return on_floats(op, static_cast<double>(a), static_cast<double>(b));
  } else if (b == 0) {
    return by_zero();
  } else if (b == -1) {
    overflows = __builtin_sub_overflow(std::int64_t{0}, op == Operator::kModulo ? 0 : a, &result);
  } else {
    // Rounded toward minus infinity, as Python divides.
    const bool moves = a % b != 0 && (a % b < 0) != (b < 0);
    result = op == Operator::kModulo ? a % b + (moves ? b : 0) : a / b - (moves ? 1 : 0);
  }
  if (overflows) return refuse("an integer beyond 64 bits");
  return Value(result);
}

Result<Value> calculate(Context& context, Operator op, const Value& left, const Value& right) {
  const auto a = as_index(left), b = as_index(right);
  if (a && b) return on_integers(op, *a, *b);
  const auto x = as_float(left), y = as_float(right);
  if (x && y) return on_floats(op, *x, *y);
  TRIPOS_CHECK(check_defined(left));
  TRIPOS_CHECK(check_defined(right));
  const std::string *text = as_text(left), *tail = as_text(right);
  if (op == Operator::kMultiply && text != nullptr && b) {
    std::string copies;
    for (std::int64_t i = 0; i < *b; ++i) {
      TRIPOS_CHECK(context.spend(text->size() + 1));
      copies += *text;
    }
    return make_text(std::move(copies));
  }
  if (op != Operator::kAdd) return no_operation(op, left, right);
  if (text != nullptr && tail != nullptr) return context.text(*text + *tail);
  const List *list = as_list(left), *more = as_list(right);
  const bool fit = list != nullptr && more != nullptr && list->kind == more->kind && list->kind <= Kind::kTuple;
  if (!fit) return no_operation(op, left, right);
  std::vector<Value> items = list->items;
  items.insert(items.end(), more->items.begin(), more->items.end());
  return context.list(list->kind, std::move(items));
}

Result<bool> equal_lists(Context& context, const List& a, const List& b) {
  if (!is_indexable(a) || !is_indexable(b)) {
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
  for (const auto& [name, position] : a.positions) {
    const Value* other = find(b, name);
    if (other == nullptr) return false;
    TRIPOS_TRY(const bool equal, equals(context, a.items[position].second, *other));
    if (!equal) return false;
  }
  return true;
}

Result<bool> less_lists(Context& context, const List& a, const List& b) {
  for (std::size_t i = 0; i < std::min(a.items.size(), b.items.size()); ++i) {
    TRIPOS_TRY(const bool equal, equals(context, a.items[i], b.items[i]));
    if (!equal) return less(context, a.items[i], b.items[i]);
  }
  return a.items.size() < b.items.size();
}

// Wide enough for every int64 and double.
std::optional<long double> as_number(const Value& value) {
  if (const double* number = std::get_if<double>(&value)) return *number;
  if (const auto index = as_index(value)) return static_cast<long double>(*index);
  return std::nullopt;
}

Result<bool> contains(Context& context, const Value& container, const Value& item) {
  if (const std::string* text = as_text(container)) {
    const std::string* part = as_text(item);
    if (part == nullptr) return refuse(fmt::format("a value of type {} is looked for in a string", type_name(item)));
    TRIPOS_CHECK(context.spend(text->size()));
    return find_part(*text, *part) != std::string::npos;
  }
  if (const Dict* dict = as_dict(container)) {
    if (is_undefined(item)) return false;
    TRIPOS_TRY(const std::string key, dict_key(item));
    TRIPOS_CHECK(context.spend(key.size()));
    return find(*dict, key) != nullptr;
  }
  TRIPOS_TRY(const auto items, items_of(context, container));
  for (const Value& candidate : items->items) {
    TRIPOS_TRY(const bool equal, equals(context, candidate, item));
    if (equal) return true;
  }
  return false;
}

}  // namespace

Result<Value> apply(Context& context, Operator op, const Value& left, const Value& right) {
  const auto truth_of = [](const Result<bool>& holds, bool wanted) -> Result<Value> {
    return holds.map([wanted](bool is) { return Value(is == wanted); });
  };
  switch (op) {
    case Operator::kEqual:
    case Operator::kNotEqual:
      return truth_of(equals(context, left, right), op == Operator::kEqual);
    case Operator::kLess:
    case Operator::kGreaterEqual:
      return truth_of(less(context, left, right), op == Operator::kLess);
    case Operator::kGreater:
    case Operator::kLessEqual:
      return truth_of(less(context, right, left), op == Operator::kGreater);
    case Operator::kIn:
    case Operator::kNotIn:
      return truth_of(contains(context, right, left), op == Operator::kIn);
    case Operator::kConcatenate: {
      TRIPOS_TRY(std::string text, to_text(context, left));
      TRIPOS_TRY(const std::string tail, to_text(context, right));
      return context.text(std::move(text += tail));
    }
    default:
      return calculate(context, op, left, right);
  }
}

Result<Value> negated(const Value& value) {
  TRIPOS_CHECK(check_defined(value));
  if (const double* number = std::get_if<double>(&value)) return Value(-*number);
  if (const auto index = as_index(value)) return on_integers(Operator::kSubtract, 0, *index);
  return refuse(fmt::format("a value of type {} has no sign", type_name(value)));
}

Result<bool> equals(Context& context, const Value& a, const Value& b) {
  TRIPOS_CHECK(context.spend(1));
  const auto x = as_number(a), y = as_number(b);
  if (x && y) return *x == *y;
  if (a.index() != b.index()) return false;
  if (is_undefined(a) || std::holds_alternative<None>(a)) return true;
  if (const std::string* text = as_text(a)) {
    TRIPOS_CHECK(context.spend(text->size()));
    return *text == *as_text(b);
  }
  if (const List* list = as_list(a)) return equal_lists(context, *list, *as_list(b));
  if (const Dict* dict = as_dict(a)) return equal_dicts(context, *dict, *as_dict(b));
  return refuse(fmt::format("values of type {} cannot be compared", type_name(a)));
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
  const bool ordered = list != nullptr && other != nullptr && list->kind == other->kind && list->kind <= Kind::kTuple;
  if (ordered) return less_lists(context, *list, *other);
  return refuse(fmt::format("no order between values of types {} and {}", type_name(a), type_name(b)));
}

}  // namespace tripos::moe::jinja
