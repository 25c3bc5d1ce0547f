// map, select, reject, selectattr, rejectattr: filters that apply a filter or test by its name to each item.

#include <fmt/format.h>

#include "backends/moe/jinja/filters.h"
#include "backends/moe/jinja/operators.h"
#include "backends/moe/jinja/sequences.h"

namespace tripos::moe::jinja {
namespace {

// Jinja's map and select give no items for whatever is false, be it a sequence or not.
Result<std::shared_ptr<const List>> items_or_none(const Call& call) {
  if (truth(call[0])) return items_of(call.context, call[0]);
  return std::make_shared<const List>();
}

// The arguments of a call from number `first` on, behind `item`.
Arguments arguments_for(const Call& call, const Value& item, std::size_t first) {
  Arguments arguments;
  arguments.positional.push_back(item);
  for (std::size_t i = first; i < call.arguments.size(); ++i) arguments.positional.push_back(call[i]);
  arguments.named = call.named;
  return arguments;
}

Result<Value> map_attribute(Call& call) {
  std::optional<Value> attribute;
  std::optional<Value> preset;
  for (const auto& [name, value] : call.named) {
    if (name != "attribute" && name != "default") return refuse(fmt::format("map() has no parameter \"{}\"", name));
    if (name == "attribute") attribute = value;
    if (name == "default" && !std::holds_alternative<None>(value)) preset = value;
  }
  if (!attribute) return refuse("map() needs a filter or an attribute");
  TRIPOS_TRY(const auto items, items_or_none(call));
  std::vector<Value> mapped;
  for (const Value& item : items->items) {
    TRIPOS_TRY(Value value, attribute_at(call.context, item, *attribute, preset));
    mapped.push_back(std::move(value));
  }
  return call.context.list(List::Kind::kIterator, std::move(mapped));
}

Result<Value> map(Call& call) {
  if (call.arguments.size() == 1) return map_attribute(call);
  TRIPOS_TRY(const std::string name, call.text(1));
  const Function* filter = find_filter(name);
  if (filter == nullptr) return refuse(fmt::format("the filter \"{}\" is not supported", name));
  TRIPOS_TRY(const auto items, items_or_none(call));
  std::vector<Value> mapped;
  for (const Value& item : items->items) {
    TRIPOS_CHECK(call.context.spend(call.arguments.size()));
    TRIPOS_TRY(Value value, invoke(call.context, *filter, arguments_for(call, item, 2)));
    mapped.push_back(std::move(value));
  }
  return call.context.list(List::Kind::kIterator, std::move(mapped));
}

// `first` is the argument that names the test; without it, an item is chosen that is true.
Result<bool> passes(Call& call, const Value& value, std::size_t first) {
  if (!call.has(first)) return truth(value);
  TRIPOS_TRY(const std::string name, call.text(first));
  const Function* test = find_test(name);
  if (test == nullptr) return refuse(fmt::format("the test \"{}\" is not supported", name));
  TRIPOS_CHECK(call.context.spend(call.arguments.size()));
  TRIPOS_TRY(const Value result, invoke(call.context, *test, arguments_for(call, value, first + 1)));
  return truth(result);
}

Result<Value> choose(Call& call, bool wanted, bool by_attribute) {
  if (by_attribute && call.arguments.size() < 2) return refuse("expected the name of an attribute");
  TRIPOS_TRY(const auto items, items_or_none(call));
  std::vector<Value> chosen;
  for (const Value& item : items->items) {
    Value value = item;
    if (by_attribute) {
      TRIPOS_TRY(value, attribute_at(call.context, item, call[1], std::nullopt));
    }
    TRIPOS_TRY(const bool passed, passes(call, value, by_attribute ? 2 : 1));
    if (passed == wanted) chosen.push_back(item);
  }
  return call.context.list(List::Kind::kIterator, std::move(chosen));
}

Result<Value> select(Call& call) { return choose(call, true, false); }
Result<Value> reject(Call& call) { return choose(call, false, false); }
Result<Value> selectattr(Call& call) { return choose(call, true, true); }
Result<Value> rejectattr(Call& call) { return choose(call, false, true); }

constexpr Function kFilters[] = {
    {"map", "value *", map},
    {"select", "value *", select},
    {"reject", "value *", reject},
    {"selectattr", "value *", selectattr},
    {"rejectattr", "value *", rejectattr},
};

}  // namespace

std::span<const Function> selection_filters() { return kFilters; }

const Function* find_filter(std::string_view name) {
  for (const auto table : {text_filters(), number_filters(), sequence_filters(), selection_filters()}) {
    if (const Function* found = find_function(table, name)) return found;
  }
  return nullptr;
}

}  // namespace tripos::moe::jinja
