#pragma once
// Python's operators on values.

#include <functional>

#include "backends/moe/jinja/context.h"

namespace tripos::moe::jinja {

enum class Operator { kAdd, kSubtract, kMultiply, kDivide, kFloorDivide, kModulo, kPower };
enum class Relation { kEqual, kNotEqual, kLess, kLessEqual, kGreater, kGreaterEqual, kIn, kNotIn };

Result<Value> calculate(Context& context, Operator op, const Value& left, const Value& right);
Result<Value> negate(const Value& value, bool is_minus);

Result<bool> equals(Context& context, const Value& a, const Value& b);
// a < b, or the error that the two have no order.
Result<bool> less(Context& context, const Value& a, const Value& b);
Result<bool> contains(Context& context, const Value& container, const Value& item);
Result<bool> relate(Context& context, Relation relation, const Value& left, const Value& right);

// len(); an error for what has none.
Result<std::int64_t> length_of(Context& context, const Value& value);
// What a for statement over the value visits: items, keys, or characters. Takes the items of an iterator.
Result<std::shared_ptr<const List>> items_of(Context& context, const Value& value);

// value[start:stop:step]; absent bounds are nullptr.
Result<Value> slice(Context& context, const Value& value, const Value* start, const Value* stop, const Value* step);

}  // namespace tripos::moe::jinja
