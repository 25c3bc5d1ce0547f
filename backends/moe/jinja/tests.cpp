// Jinja's tests: value is NAME.

#include <algorithm>

#include "backends/moe/jinja/characters.h"
#include "backends/moe/jinja/function.h"
#include "backends/moe/jinja/operators.h"
#include "backends/moe/jinja/print.h"

namespace tripos::moe::jinja {
namespace {

template <typename T>
Result<Value> holds(Call& call) {
  return Value(std::holds_alternative<T>(call[0]));
}

template <Relation relation>
Result<Value> relation_holds(Call& call) {
  return relate(call.context, relation, call[0], call[1]).map([](bool holds) { return Value(holds); });
}

Result<Value> is_defined(Call& call) { return Value(!is_undefined(call[0])); }

template <bool wanted>
Result<Value> is_exactly(Call& call) {
  const bool* flag = std::get_if<bool>(&call[0]);
  return Value(flag != nullptr && *flag == wanted);
}

Result<Value> is_number(Call& call) {
  return Value(as_index(call[0]).has_value() || std::holds_alternative<double>(call[0]));
}

Result<Value> is_string(Call& call) { return Value(as_text(call[0]) != nullptr); }
Result<Value> is_mapping(Call& call) { return Value(as_dict(call[0]) != nullptr); }

Result<Value> is_iterable(Call& call) {
  const Value& value = call[0];
  return Value(is_undefined(value) || as_text(value) || as_list(value) || as_dict(value) ||
               std::holds_alternative<std::shared_ptr<Loop>>(value));
}

Result<Value> is_sequence(Call& call) {
  const Value& value = call[0];
  const List* list = as_list(value);
  const bool has_items = list != nullptr && list->kind != List::Kind::kView && list->kind != List::Kind::kIterator;
  return Value(is_undefined(value) || as_text(value) || as_dict(value) || has_items);
}

// An undefined value raises when it is called, but it can be.
Result<Value> is_callable(Call& call) {
  const Value& value = call[0];
  return Value(is_undefined(value) || std::holds_alternative<const Macro*>(value) ||
               std::holds_alternative<const Function*>(value) ||
               std::holds_alternative<std::shared_ptr<const Method>>(value));
}

Result<Value> remainder_is(Call& call, const Value& divisor, std::int64_t wanted) {
  TRIPOS_TRY(const Value remainder, calculate(call.context, Operator::kModulo, call[0], divisor));
  TRIPOS_TRY(const bool equal, equals(call.context, remainder, Value(wanted)));
  return Value(equal);
}
Result<Value> is_odd(Call& call) { return remainder_is(call, Value(std::int64_t{2}), 1); }
Result<Value> is_even(Call& call) { return remainder_is(call, Value(std::int64_t{2}), 0); }
Result<Value> is_divisible(Call& call) { return remainder_is(call, call[1], 0); }

// str.islower() and str.isupper(): some character has case, and none has the other one.
template <bool upper_case>
Result<Value> has_case(Call& call) {
  TRIPOS_TRY(const std::string text, to_text(call.context, call[0]));
  bool found = false;
  for (const Character& c : characters(text)) {
    const bool fits = upper_case ? is_upper(c.code) : is_lower(c.code);
    if (!fits && is_cased(c.code)) return Value(false);
    found = found || fits;
  }
  return Value(found);
}

constexpr Function kTests[] = {
    {"defined", "value", is_defined},
    {"undefined", "value", holds<Undefined>},
    {"none", "value", holds<None>},
    {"boolean", "value", holds<bool>},
    {"true", "value", is_exactly<true>},
    {"false", "value", is_exactly<false>},
    {"integer", "value", holds<std::int64_t>},
    {"float", "value", holds<double>},
    {"number", "value", is_number},
    {"string", "value", is_string},
    {"mapping", "value", is_mapping},
    {"iterable", "value", is_iterable},
    {"sequence", "value", is_sequence},
    {"callable", "/ obj", is_callable},
    {"odd", "value", is_odd},
    {"even", "value", is_even},
    {"divisibleby", "value num", is_divisible},
    {"lower", "value", has_case<false>},
    {"upper", "value", has_case<true>},
    {"in", "value seq", relation_holds<Relation::kIn>},
    {"eq", "/ a b", relation_holds<Relation::kEqual>},
    {"equalto", "/ a b", relation_holds<Relation::kEqual>},
    {"==", "/ a b", relation_holds<Relation::kEqual>},
    {"ne", "/ a b", relation_holds<Relation::kNotEqual>},
    {"!=", "/ a b", relation_holds<Relation::kNotEqual>},
    {"lt", "/ a b", relation_holds<Relation::kLess>},
    {"lessthan", "/ a b", relation_holds<Relation::kLess>},
    {"<", "/ a b", relation_holds<Relation::kLess>},
    {"le", "/ a b", relation_holds<Relation::kLessEqual>},
    {"<=", "/ a b", relation_holds<Relation::kLessEqual>},
    {"gt", "/ a b", relation_holds<Relation::kGreater>},
    {"greaterthan", "/ a b", relation_holds<Relation::kGreater>},
    {">", "/ a b", relation_holds<Relation::kGreater>},
    {"ge", "/ a b", relation_holds<Relation::kGreaterEqual>},
    {">=", "/ a b", relation_holds<Relation::kGreaterEqual>},
};

}  // namespace

const Function* find_test(std::string_view name) { return find_function(kTests, name); }

}  // namespace tripos::moe::jinja
