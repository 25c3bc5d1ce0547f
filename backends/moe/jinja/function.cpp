#include "backends/moe/jinja/function.h"

#include <fmt/format.h>

#include <algorithm>

namespace tripos::moe::jinja {
namespace {

struct Parameter {
  std::string_view name;
  bool is_optional;
};

struct Signature {
  std::vector<Parameter> parameters;
  bool positional_only = false;
  bool takes_more = false;
};

Signature read_signature(std::string_view text) {
  Signature signature;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    std::string_view word = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (word == "/") {
      signature.positional_only = true;
    } else if (word == "*") {
      signature.takes_more = true;
    } else {
      const bool is_optional = word.ends_with('?');
      signature.parameters.push_back({word.substr(0, word.size() - is_optional), is_optional});
    }
  }
  return signature;
}

Result<void> take_named(const Function& function, const Signature& signature, Arguments& arguments, Call& call) {
  for (auto& [name, value] : arguments.named) {
    const auto found = std::find_if(signature.parameters.begin(), signature.parameters.end(),
                                    [&wanted = name](const Parameter& parameter) { return parameter.name == wanted; });
    if (found == signature.parameters.end() || signature.positional_only) {
      if (!signature.takes_more) return refuse(fmt::format("{}() has no parameter \"{}\"", function.name, name));
      call.named.emplace_back(name, std::move(value));
      continue;
    }
    auto& slot = call.arguments[static_cast<std::size_t>(found - signature.parameters.begin())];
    if (slot) return refuse(fmt::format("{}() got \"{}\" twice", function.name, name));
    slot = std::move(value);
  }
  return {};
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

bool Call::flag(std::size_t i, bool when_absent) const { return has(i) ? truth(*arguments[i]) : when_absent; }

Result<Value> invoke(Context& context, const Function& function, Arguments arguments) {
  TRIPOS_CHECK(context.spend(1));
  const Signature signature = read_signature(function.parameters);
  const std::size_t given = arguments.positional.size();
  const std::size_t known = signature.parameters.size();
  if (given > known && !signature.takes_more) {
    return refuse(fmt::format("{}() takes at most {} arguments, got {}", function.name, known, given));
  }
  Call call{context, {}, {}};
  for (Value& value : arguments.positional) call.arguments.emplace_back(std::move(value));
  call.arguments.resize(std::max(given, known));
  TRIPOS_CHECK(take_named(function, signature, arguments, call));
  for (std::size_t i = 0; i < known; ++i) {
    if (!call.arguments[i] && !signature.parameters[i].is_optional) {
      return refuse(fmt::format("{}() lacks the argument \"{}\"", function.name, signature.parameters[i].name));
    }
  }
  return function.body(call);
}

const Function* find_function(std::span<const Function> table, std::string_view name) {
  const auto found = std::find_if(table.begin(), table.end(), [&](const Function& row) { return row.name == name; });
  return found == table.end() ? nullptr : &*found;
}

}  // namespace tripos::moe::jinja
