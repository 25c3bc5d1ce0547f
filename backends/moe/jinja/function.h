#pragma once
// Filters, tests, methods and global functions are rows of tables: a name, its parameters, and the C++ function.

#include <optional>
#include <span>

#include "backends/moe/jinja/context.h"
#include "backends/moe/jinja/value.h"

namespace tripos::moe::jinja {

// Of a call, as the template writes them.
struct Arguments {
  std::vector<Value> positional;
  std::vector<std::pair<std::string, Value>> named;
};

// What a function or macro takes.
struct Signature {
  struct Parameter {
    std::string_view name;
    bool is_optional;
  };
  std::string_view name;
  std::vector<Parameter> parameters;
  bool by_position_only = false;
  bool takes_more = false;  // any number of arguments
};

// A call with its arguments put in the order of the parameters.
struct Call {
  Context& context;
  std::vector<std::optional<Value>> arguments;       // and all positional ones beyond, if it takes more
  std::vector<std::pair<std::string, Value>> named;  // what no parameter took; empty unless it takes more

  const Value& operator[](std::size_t i) const { return *arguments[i]; }
  bool has(std::size_t i) const { return i < arguments.size() && arguments[i].has_value(); }
  // Where None means that there is none.
  bool has_value(std::size_t i) const { return has(i) && !std::holds_alternative<None>(*arguments[i]); }
  // The argument, or the error that it has another type.
  Result<std::string> text(std::size_t i) const;
  Result<std::int64_t> integer(std::size_t i, std::int64_t when_absent) const;
  // False if it is absent.
  bool flag(std::size_t i) const { return has(i) && truth(*arguments[i]); }
};

Result<Call> bind(Context& context, const Signature& signature, Arguments arguments);

struct Function {
  std::string_view name;
  // Names in order, "?" after one that may be left out; "/" in front: by position only; "*" at the end: any number
  // more.
  std::string_view parameters;
  Result<Value> (*body)(Call&);
};

// Charges for the size of the arguments, so a body need charge only for what takes more than one look at each byte or
// item; makers of values charge for what they make.
Result<Value> invoke(Context& context, const Function& function, Arguments arguments);

// nullptr if there is none of that name.
const Function* find_filter(std::string_view name);
const Function* find_test(std::string_view name);
const Function* find_global(std::string_view name);
// Of strings and dicts.
const Function* find_method(const Value& self, std::string_view name);

// The tables, one a file.
std::span<const Function> text_filters();
std::span<const Function> text_methods();
std::span<const Function> number_filters();
std::span<const Function> sequence_filters();
std::span<const Function> selection_filters();
std::span<const Function> dict_methods();
std::span<const Function> tests();
std::span<const Function> globals();

}  // namespace tripos::moe::jinja
