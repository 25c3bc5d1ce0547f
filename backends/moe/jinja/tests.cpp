// Jinja's tests: value is NAME.

#include "backends/moe/jinja/function.h"
#include "backends/moe/jinja/operators.h"

namespace tripos::moe::jinja {
namespace {

template <typename... T>
Result<Value> is_one_of(Call& call) {
  return Value((std::holds_alternative<T>(call[0]) || ...));
}

Result<Value> is_defined(Call& call) { return Value(!is_undefined(call[0])); }

template <bool wanted>
Result<Value> is_exactly(Call& call) {
  const bool* flag = std::get_if<bool>(&call[0]);
  return Value(flag != nullptr && *flag == wanted);
}

using ListPtr = std::shared_ptr<const List>;
using DictPtr = std::shared_ptr<const Dict>;

Result<Value> is_sequence(Call& call) {
  const List* list = as_list(call[0]);
  return list == nullptr ? is_one_of<Undefined, Text, DictPtr>(call) : Value(is_indexable(*list));
}

// `is` of Python, where that does not depend on how it keeps its values.
Result<Value> is_same(Call& call) {
  const auto is_single = [](const Value& value) {
    return std::holds_alternative<bool>(value) || std::holds_alternative<None>(value);
  };
  if (!is_single(call[0]) && !is_single(call[1])) return refuse("\"sameas\" takes true, false or none");
  return Value(call[0].index() == call[1].index() && truth(call[0]) == truth(call[1]));
}

template <Operator op>
Result<Value> relation_holds(Call& call) {
  return apply(call.context, op, call[0], call[1]);
}

// Whether the remainder by a divisor, which the call may give, is `wanted`.
template <std::int64_t divisor, std::int64_t wanted>
Result<Value> remainder_is(Call& call) {
  TRIPOS_TRY(const Value rest,
             apply(call.context, Operator::kModulo, call[0], divisor == 0 ? call[1] : Value(divisor)));
  return apply(call.context, Operator::kEqual, rest, Value(wanted));
}

constexpr Function kTests[] = {
    {"defined", "value", is_defined},
    {"undefined", "value", is_one_of<Undefined>},
    {"none", "value", is_one_of<None>},
    {"boolean", "value", is_one_of<bool>},
    {"true", "value", is_exactly<true>},
    {"false", "value", is_exactly<false>},
    {"integer", "value", is_one_of<std::int64_t>},
    {"float", "value", is_one_of<double>},
    {"number", "value", is_one_of<bool, std::int64_t, double>},
    {"string", "value", is_one_of<Text>},
    {"mapping", "value", is_one_of<DictPtr>},
    {"iterable", "value", is_one_of<Undefined, Text, ListPtr, DictPtr>},
    {"sequence", "value", is_sequence},
    {"sameas", "value other", is_same},
    {"odd", "value", remainder_is<2, 1>},
    {"even", "value", remainder_is<2, 0>},
    {"divisibleby", "value num", remainder_is<0, 0>},
    {"in", "value seq", relation_holds<Operator::kIn>},
    {"eq", "/ a b", relation_holds<Operator::kEqual>},
    {"equalto", "/ a b", relation_holds<Operator::kEqual>},
    {"==", "/ a b", relation_holds<Operator::kEqual>},
    {"ne", "/ a b", relation_holds<Operator::kNotEqual>},
    {"!=", "/ a b", relation_holds<Operator::kNotEqual>},
    {"lt", "/ a b", relation_holds<Operator::kLess>},
    {"<", "/ a b", relation_holds<Operator::kLess>},
    {"le", "/ a b", relation_holds<Operator::kLessEqual>},
    {"<=", "/ a b", relation_holds<Operator::kLessEqual>},
    {"gt", "/ a b", relation_holds<Operator::kGreater>},
    {">", "/ a b", relation_holds<Operator::kGreater>},
    {"ge", "/ a b", relation_holds<Operator::kGreaterEqual>},
    {">=", "/ a b", relation_holds<Operator::kGreaterEqual>},
};

}  // namespace

std::span<const Function> tests() { return kTests; }

}  // namespace tripos::moe::jinja
