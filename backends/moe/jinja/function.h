#pragma once
// Filters, tests, methods and global functions are rows of tables: a name, its parameters, and the C++ function.

#include <array>
#include <optional>
#include <span>

#include "backends/moe/jinja/context.h"
#include "backends/moe/jinja/value.h"

namespace tripos::moe::jinja {

struct Arguments {
  std::vector<Value> positional;
  std::vector<std::pair<std::string, Value>> named;
};

// A call with its arguments put in the order of the parameters.
struct Call {
  Context& context;
  std::vector<std::optional<Value>> arguments;       // all positional ones if the function takes any number
  std::vector<std::pair<std::string, Value>> named;  // what no parameter took; empty unless it takes any number

  const Value& operator[](std::size_t i) const { return *arguments[i]; }
  bool has(std::size_t i) const { return i < arguments.size() && arguments[i].has_value(); }
  // The argument, or the error that it has another type.
  Result<std::string> text(std::size_t i) const;
  Result<std::int64_t> integer(std::size_t i, std::int64_t when_absent) const;
  bool flag(std::size_t i, bool when_absent) const;
};

struct Function {
  std::string_view name;
  // Names in order, "?" after one that may be left out; "/" in front: by position only; "*" at the end: any number
  // more.
  std::string_view parameters;
  Result<Value> (*body)(Call&);
};

Result<Value> invoke(Context& context, const Function& function, Arguments arguments);

// nullptr if there is none of that name.
const Function* find_function(std::span<const Function> table, std::string_view name);
const Function* find_filter(std::string_view name);
const Function* find_test(std::string_view name);
const Function* find_global(std::string_view name);
std::span<const Function> text_methods();
std::span<const Function> dict_methods();
std::span<const Function> list_methods();

}  // namespace tripos::moe::jinja
