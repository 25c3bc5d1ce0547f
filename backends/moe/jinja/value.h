#pragma once
// Values of a template: those of Python that a chat template can make, immutable and shared.

#include <cstdint>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

#include "harness/core/result.h"

namespace tripos::moe::jinja {

struct List;
struct Dict;
struct Namespace;
struct Macro;
struct Function;

struct Undefined {
  std::shared_ptr<const std::string> what;  // names what was not there
};
struct None {};
using Text = std::shared_ptr<const std::string>;  // well-formed UTF-8
// Text that is marked as HTML. With most others in an expression it would escape them, so it may only be printed,
// assigned, chosen by an inline if, and joined by "~".
struct Markup {
  Text text;
};

// Namespaces and macros belong to the rendering; all else is shared by the values that hold it. So no value owns
// itself. A float is always finite.
using Value = std::variant<Undefined, None, bool, std::int64_t, double, Text, std::shared_ptr<const List>,
                           std::shared_ptr<const Dict>, Namespace*, const Macro*, const Function*, Markup>;

// Python's sequences differ in what they print, whether they have a length and whether they can be indexed.
struct List {
  enum class Kind { kList, kTuple, kRange, kView, kIterator };
  Kind kind = Kind::kList;
  std::vector<Value> items;
  int depth = 1;               // levels of values in it: bounds every recursion over values, destruction included
  mutable bool taken = false;  // an iterator gives its items once
};

// Keeps the order of insertion. Keys: None, bool, int, float and string; 1, 1.0 and True are one key, as in Python.
struct Dict {
  std::vector<std::pair<Value, Value>> items;
  std::unordered_map<std::string, std::size_t> positions;  // by dict_key()
  int depth = 1;
};

struct Namespace {
  std::unordered_map<std::string, Value> attributes;
};

inline constexpr int kMaxValueDepth = 100;

inline tl::unexpected<Error> refuse(std::string message) { return fail(Error::Kind::kData, std::move(message)); }

Value make_text(std::string text);
Value make_undefined(std::string what);

// Levels of values in `value`; 0 for one that holds no other.
int depth_of(const Value& value);
// As in error messages: "int", "str", "dict", ...
std::string_view type_name(const Value& value);
bool truth(const Value& value);
bool is_undefined(const Value& value);
// Error if it is: what is not there has no attributes, no sign, no sum.
Result<void> check_defined(const Value& value);
const std::string* as_text(const Value& value);
const List* as_list(const Value& value);
const Dict* as_dict(const Value& value);
// int and bool, as Python's operator.index() takes them.
std::optional<std::int64_t> as_index(const Value& value);
// A list, tuple or range.
bool is_indexable(const List& list);

// Error for a list, a dict and all else that this interpreter takes for no key.
Result<std::string> dict_key(const Value& key);
// nullptr if there is no such key. `key` is one of dict_key().
const Value* find(const Dict& dict, const std::string& key);
const Value* find_text(const Dict& dict, std::string_view key);
// Sets or replaces; the depth of the dict follows.
Result<void> insert(Dict& dict, Value key, Value value);

// Refuses what is nested too deep, numbers beyond 64 bits and text that is not UTF-8.
Result<Value> from_json(const nlohmann::ordered_json& json);

}  // namespace tripos::moe::jinja
