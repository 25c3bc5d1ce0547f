#include <fmt/format.h>

#include <cmath>

#include "backends/moe/jinja/operators.h"

namespace tripos::moe::jinja {
namespace {

constexpr std::string_view kSigns[] = {"+", "-", "*", "/", "//", "%", "**"};

tl::unexpected<Error> too_large() { return refuse("an integer beyond 64 bits"); }
tl::unexpected<Error> by_zero() { return refuse("division by zero"); }

Result<Value> integer_power(std::int64_t base, std::int64_t exponent) {
  std::int64_t result = 1;
  while (exponent > 0) {
    if ((exponent & 1) != 0 && __builtin_mul_overflow(result, base, &result)) return too_large();
    exponent >>= 1;
    if (exponent > 0 && __builtin_mul_overflow(base, base, &base)) return too_large();
  }
  return Value(result);
}

// Rounded toward minus infinity, as Python divides.
Result<Value> integer_division(Operator op, std::int64_t a, std::int64_t b) {
  if (b == 0) return by_zero();
  if (b == -1) {
    std::int64_t negated = 0;
    if (op == Operator::kModulo) return Value(std::int64_t{0});
    if (__builtin_sub_overflow(std::int64_t{0}, a, &negated)) return too_large();
    return Value(negated);
  }
  const std::int64_t rest = a % b;
  const bool moves = rest != 0 && (rest < 0) != (b < 0);
  if (op == Operator::kModulo) return Value(moves ? rest + b : rest);
  return Value(a / b - (moves ? 1 : 0));
}

Result<Value> float_result(double number) {
  if (std::isinf(number)) return refuse("a float out of range");
  return Value(number);
}

// float.__floordiv__ and float.__mod__ of CPython: the remainder has the sign of the divisor.
Result<Value> float_division(Operator op, double a, double b) {
  if (b == 0) return by_zero();
  double rest = std::fmod(a, b);
  double quotient = (a - rest) / b;
  if (rest != 0 && (b < 0) != (rest < 0)) {
    rest += b;
    quotient -= 1;
  } else if (rest == 0) {
    rest = std::copysign(0.0, b);
  }
  if (op == Operator::kModulo) return Value(rest);
  if (quotient == 0) return Value(std::copysign(0.0, a / b));
  const double floor = std::floor(quotient);
  return Value(quotient - floor > 0.5 ? floor + 1 : floor);
}

Result<Value> float_power(double base, double exponent) {
  if (base == 0 && exponent < 0) return by_zero();
  const double result = std::pow(base, exponent);
  if (std::isnan(result) && !std::isnan(base) && !std::isnan(exponent)) return refuse("a power that is no real number");
  if (std::isinf(base) || std::isinf(exponent)) return Value(result);
  return float_result(result);
}

Result<Value> on_floats(Operator op, double a, double b) {
  switch (op) {
    case Operator::kAdd:
      return Value(a + b);
    case Operator::kSubtract:
      return Value(a - b);
    case Operator::kMultiply:
      return Value(a * b);
    case Operator::kDivide:
      if (b == 0) return by_zero();
      return Value(a / b);
    case Operator::kPower:
      return float_power(a, b);
    default:
      return float_division(op, a, b);
  }
}

Result<Value> on_integers(Operator op, std::int64_t a, std::int64_t b) {
  constexpr std::int64_t kExact = std::int64_t{1} << 53;  // of a double
  std::int64_t result = 0;
  switch (op) {
    case Operator::kAdd:
      if (__builtin_add_overflow(a, b, &result)) return too_large();
      return Value(result);
    case Operator::kSubtract:
      if (__builtin_sub_overflow(a, b, &result)) return too_large();
      return Value(result);
    case Operator::kMultiply:
      if (__builtin_mul_overflow(a, b, &result)) return too_large();
      return Value(result);
    case Operator::kDivide:
      if (a < -kExact || a > kExact || b < -kExact || b > kExact) return refuse("/ of integers beyond 53 bits");
      return on_floats(op, static_cast<double>(a), static_cast<double>(b));
    case Operator::kPower:
      if (b < 0) return float_power(static_cast<double>(a), static_cast<double>(b));
      return integer_power(a, b);
    default:
      return integer_division(op, a, b);
  }
}

std::optional<double> as_float(const Value& value) {
  if (const double* number = std::get_if<double>(&value)) return *number;
  if (const auto index = as_index(value)) return static_cast<double>(*index);
  return std::nullopt;
}

bool is_list_or_tuple(const List* list) {
  return list != nullptr && (list->kind == List::Kind::kList || list->kind == List::Kind::kTuple);
}

// A string or list `count` times; nullopt if `value` is neither.
Result<std::optional<Value>> repeated(Context& context, const Value& value, std::int64_t count) {
  const auto times = static_cast<std::uint64_t>(std::max<std::int64_t>(count, 0));
  const std::string* text = as_text(value);
  const List* list = as_list(value);
  if (text == nullptr && !is_list_or_tuple(list)) return std::nullopt;
  const std::uint64_t size = text == nullptr ? list->items.size() : text->size();
  TRIPOS_CHECK(context.spend(size));
  if (size != 0 && times > context.options().max_steps / size) return refuse("a repetition too long");
  TRIPOS_CHECK(context.spend(size * times));
  std::string copies;
  std::vector<Value> items;
  for (std::uint64_t i = 0; size != 0 && i < times; ++i) {
    if (text != nullptr) {
      copies += *text;
    } else {
      items.insert(items.end(), list->items.begin(), list->items.end());
    }
  }
  if (text != nullptr) return std::optional<Value>(make_text(std::move(copies)));
  TRIPOS_TRY(Value result, context.list(list->kind, std::move(items)));
  return std::optional<Value>(std::move(result));
}

Result<std::optional<Value>> on_sequences(Context& context, Operator op, const Value& left, const Value& right) {
  if (op == Operator::kMultiply) {
    if (const auto count = as_index(right)) return repeated(context, left, *count);
    if (const auto count = as_index(left)) return repeated(context, right, *count);
  }
  if (op != Operator::kAdd) return std::nullopt;
  const std::string *a = as_text(left), *b = as_text(right);
  if (a != nullptr && b != nullptr) {
    TRIPOS_TRY(Value result, context.text(*a + *b));
    return std::optional<Value>(std::move(result));
  }
  const List *first = as_list(left), *second = as_list(right);
  if (!is_list_or_tuple(first) || !is_list_or_tuple(second) || first->kind != second->kind) return std::nullopt;
  std::vector<Value> items = first->items;
  items.insert(items.end(), second->items.begin(), second->items.end());
  TRIPOS_TRY(Value result, context.list(first->kind, std::move(items)));
  return std::optional<Value>(std::move(result));
}

}  // namespace

Result<Value> calculate(Context& context, Operator op, const Value& left, const Value& right) {
  const auto a = as_index(left), b = as_index(right);
  if (a && b) return on_integers(op, *a, *b);
  const auto x = as_float(left), y = as_float(right);
  if (x && y) return on_floats(op, *x, *y);
  for (const Value* side : {&left, &right}) {
    if (const auto* undefined = std::get_if<Undefined>(side)) return refuse(*undefined->what + " is undefined");
  }
  TRIPOS_TRY(std::optional<Value> result, on_sequences(context, op, left, right));
  if (result) return *std::move(result);
  return refuse(fmt::format("no operation {} {} {}", type_name(left), kSigns[static_cast<int>(op)], type_name(right)));
}

Result<Value> negate(const Value& value, bool is_minus) {
  if (const double* number = std::get_if<double>(&value)) return Value(is_minus ? -*number : *number);
  if (const auto index = as_index(value)) {
    std::int64_t negated = *index;
    if (is_minus && __builtin_sub_overflow(std::int64_t{0}, *index, &negated)) return too_large();
    return Value(negated);
  }
  return refuse(fmt::format("a value of type {} has no sign", type_name(value)));
}

}  // namespace tripos::moe::jinja
