#pragma once
// Python's operators on values.

#include "backends/moe/jinja/context.h"

namespace tripos::moe::jinja {

enum class Operator {
  kOr,
  kAnd,
  kEqual,
  kNotEqual,
  kLess,
  kLessEqual,
  kGreater,
  kGreaterEqual,
  kIn,
  kNotIn,
  kAdd,
  kSubtract,
  kConcatenate,
  kMultiply,
  kDivide,
  kFloorDivide,
  kModulo
};

// All but kOr and kAnd, which may leave their right side unevaluated.
Result<Value> apply(Context& context, Operator op, const Value& left, const Value& right);
Result<Value> negated(const Value& value);

Result<bool> equals(Context& context, const Value& a, const Value& b);
// a < b, or the error that the two have no order.
Result<bool> less(Context& context, const Value& a, const Value& b);

}  // namespace tripos::moe::jinja
