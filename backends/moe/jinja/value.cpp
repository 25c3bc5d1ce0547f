#include "backends/moe/jinja/value.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>

#include "harness/core/text.h"

namespace tripos::moe::jinja {
namespace {

// Floats that are whole numbers are the same key as the int.
std::string number_key(double number) {
  constexpr double kBound = 9007199254740992.0;  // 2^53
  if (std::trunc(number) == number && std::abs(number) <= kBound) {
    return fmt::format("i{}", static_cast<std::int64_t>(number));
  }
  return fmt::format("f{}", number);
}

Result<Value> json_number(const nlohmann::ordered_json& json) {
  if (json.is_number_float()) return Value(json.get<double>());
  if (json.is_number_unsigned()) {
    const auto number = json.get<std::uint64_t>();
    if (number > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
      return refuse(fmt::format("the number {} is beyond 64 bits", number));
    }
  }
  return Value(json.get<std::int64_t>());
}

Result<Value> json_text(const std::string& text) {
  if (find_invalid_utf8(text)) return refuse("a text among the variables is not UTF-8");
  return make_text(text);
}

Result<Value> json_value(const nlohmann::ordered_json& json, int level) {
  if (level > kMaxValueDepth) return refuse(fmt::format("variables nested more than {} levels deep", kMaxValueDepth));
  if (json.is_null()) return Value(None{});
  if (json.is_boolean()) return Value(json.get<bool>());
  if (json.is_number()) return json_number(json);
  if (json.is_string()) return json_text(json.get_ref<const std::string&>());
  if (json.is_array()) {
    auto list = std::make_shared<List>(List{List::Kind::kList, {}, 1});
    for (const auto& element : json) {
      TRIPOS_TRY(Value item, json_value(element, level + 1));
      list->depth = std::max(list->depth, depth_of(item) + 1);
      list->items.push_back(std::move(item));
    }
    return Value(std::shared_ptr<const List>(std::move(list)));
  }
  if (!json.is_object()) return refuse("a variable is no JSON value");
  auto dict = std::make_shared<Dict>();
  for (const auto& [name, element] : json.items()) {
    TRIPOS_TRY(Value key, json_text(name));
    TRIPOS_TRY(Value item, json_value(element, level + 1));
    TRIPOS_CHECK(insert(*dict, std::move(key), std::move(item)));
  }
  return Value(std::shared_ptr<const Dict>(std::move(dict)));
}

template <typename T>
const T* shared(const Value& value) {
  const auto* pointer = std::get_if<std::shared_ptr<const T>>(&value);
  return pointer == nullptr ? nullptr : pointer->get();
}

}  // namespace

Value make_text(std::string text) { return std::make_shared<const std::string>(std::move(text)); }

Value make_undefined(std::string what) { return Undefined{std::make_shared<const std::string>(std::move(what))}; }

int depth_of(const Value& value) {
  if (const List* list = as_list(value)) return list->depth;
  if (const Dict* dict = as_dict(value)) return dict->depth;
  return 0;
}

std::string_view type_name(const Value& value) {
  constexpr std::string_view kListNames[] = {"list", "tuple", "range", "dict view", "iterator"};
  if (const List* list = as_list(value)) return kListNames[static_cast<int>(list->kind)];
  constexpr std::string_view kNames[] = {"undefined", "None", "bool",      "int",   "float",    "str",
                                         "list",      "dict", "namespace", "macro", "function", "markup"};
  static_assert(std::size(kNames) == std::variant_size_v<Value>);
  return kNames[value.index()];
}

bool truth(const Value& value) {
  if (is_undefined(value) || std::holds_alternative<None>(value)) return false;
  if (const bool* flag = std::get_if<bool>(&value)) return *flag;
  if (const auto* number = std::get_if<std::int64_t>(&value)) return *number != 0;
  if (const double* number = std::get_if<double>(&value)) return *number != 0;
  if (const std::string* text = as_text(value)) return !text->empty();
  if (const List* list = as_list(value)) return list->kind == List::Kind::kIterator || !list->items.empty();
  if (const Dict* dict = as_dict(value)) return !dict->items.empty();
  return true;
}

bool is_undefined(const Value& value) { return std::holds_alternative<Undefined>(value); }

Result<void> check_defined(const Value& value) {
  if (const auto* undefined = std::get_if<Undefined>(&value)) return refuse(*undefined->what + " is undefined");
  return {};
}

const std::string* as_text(const Value& value) {
  const Text* text = std::get_if<Text>(&value);
  return text == nullptr ? nullptr : text->get();
}
const List* as_list(const Value& value) { return shared<List>(value); }
const Dict* as_dict(const Value& value) { return shared<Dict>(value); }

std::optional<std::int64_t> as_index(const Value& value) {
  if (const bool* flag = std::get_if<bool>(&value)) return *flag ? 1 : 0;
  if (const auto* number = std::get_if<std::int64_t>(&value)) return *number;
  return std::nullopt;
}

bool is_indexable(const List& list) { return list.kind != List::Kind::kView && list.kind != List::Kind::kIterator; }

Result<std::string> dict_key(const Value& key) {
  if (const std::string* text = as_text(key)) return "s" + *text;
  if (const auto index = as_index(key)) return fmt::format("i{}", *index);
  if (const double* number = std::get_if<double>(&key)) return number_key(*number);
  if (std::holds_alternative<None>(key)) return "n";
  return refuse(fmt::format("a value of type {} cannot be a key", type_name(key)));
}

const Value* find(const Dict& dict, const std::string& key) {
  const auto found = dict.positions.find(key);
  return found == dict.positions.end() ? nullptr : &dict.items[found->second].second;
}

const Value* find_text(const Dict& dict, std::string_view key) { return find(dict, "s" + std::string(key)); }

Result<void> insert(Dict& dict, Value key, Value value) {
  TRIPOS_TRY(std::string name, dict_key(key));
  dict.depth = std::max(dict.depth, depth_of(value) + 1);
  const auto [position, is_new] = dict.positions.emplace(std::move(name), dict.items.size());
  if (is_new) {
    dict.items.emplace_back(std::move(key), std::move(value));
  } else {
    dict.items[position->second].second = std::move(value);
  }
  return {};
}

Result<Value> from_json(const nlohmann::ordered_json& json) { return json_value(json, 1); }

}  // namespace tripos::moe::jinja
