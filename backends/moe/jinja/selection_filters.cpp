// map, select, reject, selectattr, rejectattr: filters that apply a filter or test by its name to each item.

#include <fmt/format.h>

#include "backends/moe/jinja/function.h"
#include "backends/moe/jinja/sequences.h"

namespace tripos::moe::jinja {
namespace {

// Jinja's map and select give no items for whatever is false, be it a sequence or not.
Result<std::shared_ptr<const List>> items_or_none(const Call& call) {
  if (truth(call[0])) return items_of(call.context, call[0]);
  return std::make_shared<const List>();
}

// Calls the filter or test that argument number `at` names on a value, with the arguments behind it.
Result<Value> call_named(Call& call, const Function* (*find)(std::string_view), std::size_t at, const Value& value) {
  TRIPOS_TRY(const std::string name, call.text(at));
  const Function* function = find(name);
  if (function == nullptr) return refuse(fmt::format("the filter or test \"{}\" is not supported", name));
  TRIPOS_CHECK(call.context.spend(name.size() + call.arguments.size()));
  Arguments arguments{{value}, call.named};
  for (std::size_t i = at + 1; i < call.arguments.size(); ++i) arguments.positional.push_back(call[i]);
  return invoke(call.context, *function, std::move(arguments));
}

Result<Value> map(Call& call) {
  std::optional<Value> attribute;
  std::optional<Value> preset;
  for (const auto& [name, value] : call.named) {
    if (call.has(1)) break;
    if (name != "attribute" && name != "default") return refuse(fmt::format("map() has no parameter \"{}\"", name));
    if (name == "attribute") attribute = value;
    if (name == "default" && !std::holds_alternative<None>(value)) preset = value;
  }
  if (!call.has(1) && !attribute) return refuse("map() needs a filter or an attribute");
  TRIPOS_TRY(const auto items, items_or_none(call));
  std::vector<Value> mapped;
  for (const Value& item : items->items) {
    TRIPOS_TRY(Value value, attribute ? attribute_at(call.context, item, *attribute, preset)
                                      : call_named(call, find_filter, 1, item));
    mapped.push_back(std::move(value));
  }
  return call.context.list(List::Kind::kIterator, std::move(mapped));
}

// Keeps the items for which a test holds, or fails; without a test, those that are true, or false.
template <bool wanted, bool by_attribute>
Result<Value> choose(Call& call) {
  constexpr std::size_t kTest = by_attribute ? 2 : 1;
  TRIPOS_TRY(const auto items, items_or_none(call));
  std::vector<Value> chosen;
  for (const Value& item : items->items) {
    TRIPOS_TRY(Value value, by_attribute ? attribute_at(call.context, item, call[1]) : Result<Value>(item));
    if (call.has(kTest)) {
      TRIPOS_TRY(value, call_named(call, find_test, kTest, value));
    }
    if (truth(value) == wanted) chosen.push_back(item);
  }
  return call.context.list(List::Kind::kIterator, std::move(chosen));
}

constexpr Function kFilters[] = {
    {"map", "/ value *", map},
    {"select", "/ value *", choose<true, false>},
    {"reject", "/ value *", choose<false, false>},
    {"selectattr", "/ value attribute *", choose<true, true>},
    {"rejectattr", "/ value attribute *", choose<false, true>},
};

}  // namespace

std::span<const Function> selection_filters() { return kFilters; }

}  // namespace tripos::moe::jinja
