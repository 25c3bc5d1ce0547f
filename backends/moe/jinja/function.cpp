#include "backends/moe/jinja/function.h"

#include <fmt/format.h>

#include <algorithm>

namespace tripos::moe::jinja {
namespace {

Signature read_signature(const Function& function) {
  Signature signature{function.name, {}};
  for (std::string_view rest = function.parameters; !rest.empty();) {
    const std::size_t end = std::min(rest.find(' '), rest.size());
    const std::string_view word = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (word == "/") {
      signature.by_position_only = true;
    } else if (word == "*") {
      signature.takes_more = true;
    } else {
      const bool is_optional = word.ends_with('?');
      signature.parameters.push_back({word.substr(0, word.size() - is_optional), is_optional});
    }
  }
  return signature;
}

std::uint64_t size_of(const Value& value) {
  if (const std::string* text = as_text(value)) return text->size();
  if (const List* list = as_list(value)) return list->items.size();
  if (const Dict* dict = as_dict(value)) return dict->items.size();
  return 1;
}

const Function* find_in(std::initializer_list<std::span<const Function>> tables, std::string_view name) {
  for (const auto& table : tables) {
    for (const Function& function : table) {
      if (function.name == name) return &function;
    }
  }
  return nullptr;
}

}  // namespace

Result<std::string> Call::text(std::size_t i) const {
  if (const std::string* text = as_text(*arguments[i])) return *text;
  return refuse(fmt::format("expected a string, got a value of type {}", type_name(*arguments[i])));
}

Result<std::int64_t> Call::integer(std::size_t i, std::int64_t when_absent) const {
  if (!has(i)) return when_absent;
  if (const auto index = as_index(*arguments[i])) return *index;
  return refuse(fmt::format("expected an integer, got a value of type {}", type_name(*arguments[i])));
}

Result<Call> bind(Context& context, const Signature& signature, Arguments arguments) {
  const auto& parameters = signature.parameters;
  const auto failed = [&](std::string_view what) { return refuse(fmt::format("{}() {}", signature.name, what)); };
  if (arguments.positional.size() > parameters.size() && !signature.takes_more) {
    return failed(fmt::format("takes at most {} arguments, got {}", parameters.size(), arguments.positional.size()));
  }
  Call call{context, {}, {}};
  for (Value& value : arguments.positional) call.arguments.emplace_back(std::move(value));
  call.arguments.resize(std::max(call.arguments.size(), parameters.size()));
  for (auto& [name, value] : arguments.named) {
    const auto found = std::find_if(parameters.begin(), parameters.end(),
                                    [&wanted = name](const auto& parameter) { return parameter.name == wanted; });
    if (found != parameters.end() && !signature.by_position_only) {
      auto& slot = call.arguments[static_cast<std::size_t>(found - parameters.begin())];
      if (slot) return failed(fmt::format("got \"{}\" twice", name));
      slot = std::move(value);
    } else if (signature.takes_more) {
      call.named.emplace_back(name, std::move(value));
    } else {
      return failed(fmt::format("has no parameter \"{}\"", name));
    }
  }
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    if (!call.has(i) && !parameters[i].is_optional) {
      return failed(fmt::format("lacks the argument \"{}\"", parameters[i].name));
    }
  }
  return call;
}

Result<Value> invoke(Context& context, const Function& function, Arguments arguments) {
  for (const Value& value : arguments.positional) TRIPOS_CHECK(context.spend(size_of(value)));
  for (const auto& [name, value] : arguments.named) TRIPOS_CHECK(context.spend(size_of(value)));
  TRIPOS_TRY(Call call, bind(context, read_signature(function), std::move(arguments)));
  return function.body(call);
}

const Function* find_filter(std::string_view name) {
  return find_in({text_filters(), number_filters(), sequence_filters(), selection_filters()}, name);
}
const Function* find_test(std::string_view name) { return find_in({tests()}, name); }
const Function* find_global(std::string_view name) { return find_in({globals()}, name); }
const Function* find_method(const Value& self, std::string_view name) {
  if (as_text(self) != nullptr) return find_in({text_methods()}, name);
  return as_dict(self) != nullptr ? find_in({dict_methods()}, name) : nullptr;
}

}  // namespace tripos::moe::jinja
