#include "backends/moe/jinja/members.h"

#include <fmt/format.h>

#include <algorithm>

#include "backends/moe/jinja/characters.h"

namespace tripos::moe::jinja {
namespace {

// The public attributes of a Python type. Those that have no row among the methods are refused when they are called.
struct Members {
  std::span<const Function> methods;
  std::string_view others;     // of Python 3.11, between spaces
  std::string_view forbidden;  // they change the value: undefined in the sandbox
};

Members members_of(const Value& value) {
  if (as_text(value) != nullptr) {
    return {text_methods(),
            " casefold center encode expandtabs format format_map index isalnum isalpha isascii isdecimal isdigit "
            "isidentifier islower isnumeric isprintable isspace istitle isupper ljust maketrans partition rfind rindex "
            "rjust rpartition swapcase translate zfill ",
            " "};
  }
  if (as_dict(value) != nullptr) return {dict_methods(), " copy fromkeys ", " clear pop popitem setdefault update "};
  if (const List* list = as_list(value)) {
    constexpr std::string_view kOthers[] = {" copy ", " ", " start stop step ", " isdisjoint mapping ",
                                            " close send throw "};
    const bool is_list = list->kind == List::Kind::kList;
    const bool has_methods = is_list || list->kind == List::Kind::kTuple || list->kind == List::Kind::kRange;
    return {has_methods ? list_methods() : std::span<const Function>(), kOthers[static_cast<int>(list->kind)],
            is_list ? " append clear extend insert pop remove reverse sort " : " "};
  }
  if (std::holds_alternative<double>(value)) {
    return {{}, " as_integer_ratio conjugate fromhex hex imag is_integer real ", " "};
  }
  if (as_index(value)) {
    return {{},
            " as_integer_ratio bit_count bit_length conjugate denominator from_bytes imag is_integer numerator real "
            "to_bytes ",
            " "};
  }
  return {{}, " ", " "};
}

bool holds(std::string_view words, std::string_view word) {
  return words.find(fmt::format(" {} ", word)) != std::string_view::npos;
}

// The attribute as Python's getattr() finds it; nullopt if there is none.
Result<std::optional<Value>> member(Context& context, const Value& value, const std::string& name) {
  if (name.starts_with("__")) return refuse(fmt::format("the attribute \"{}\" is private", name));
  if (const auto* attributes = std::get_if<Namespace*>(&value)) {
    const auto found = (*attributes)->attributes.find(name);
    return found == (*attributes)->attributes.end() ? std::nullopt : std::optional<Value>(found->second);
  }
  const Members members = members_of(value);
  if (holds(members.forbidden, name)) return std::optional<Value>(make_undefined("the method " + name));
  const Function* function = find_function(members.methods, name);
  if (function == nullptr && !holds(members.others, name)) return std::nullopt;
  TRIPOS_CHECK(context.spend(1));
  if (depth_of(value) >= kMaxValueDepth) return refuse("a method of a value nested too deep");
  return std::optional<Value>(std::make_shared<const Method>(Method{value, name, function}));
}

// value[key] of Python; nullopt where it raises.
Result<std::optional<Value>> item(Context& context, const Value& value, const Value& key) {
  if (const Dict* dict = as_dict(value)) {
    if (as_list(key) != nullptr && as_list(key)->kind == List::Kind::kTuple) return refuse("a tuple as key of a dict");
    const Result<std::string> name = dict_key(key);
    const Value* found = name ? find(*dict, *name) : nullptr;
    return found == nullptr ? std::nullopt : std::optional<Value>(*found);
  }
  const auto index = as_index(key);
  if (!index) return std::nullopt;
  const auto place = [&](std::size_t size) -> std::optional<std::size_t> {
    const auto end = static_cast<std::int64_t>(size);
    const std::int64_t at = *index < 0 ? *index + end : *index;
    return at < 0 || at >= end ? std::nullopt : std::optional<std::size_t>(static_cast<std::size_t>(at));
  };
  if (const std::string* text = as_text(value)) {
    TRIPOS_CHECK(context.spend(text->size()));
    const std::vector<Character> all = characters(*text);
    const auto at = place(all.size());
    return at ? std::optional<Value>(make_text(std::string(all[*at].bytes))) : std::nullopt;
  }
  const List* list = as_list(value);
  if (list == nullptr || list->kind == List::Kind::kView || list->kind == List::Kind::kIterator) return std::nullopt;
  const auto at = place(list->items.size());
  return at ? std::optional<Value>(list->items[*at]) : std::nullopt;
}

Result<void> check_has_members(const Value& value) {
  if (const auto* undefined = std::get_if<Undefined>(&value)) return refuse(*undefined->what + " is undefined");
  const bool is_code = std::holds_alternative<const Macro*>(value) || std::holds_alternative<const Function*>(value) ||
                       std::holds_alternative<std::shared_ptr<const Method>>(value) ||
                       std::holds_alternative<std::shared_ptr<Loop>>(value);
  if (is_code) return refuse(fmt::format("attributes of a {} are not supported", type_name(value)));
  return {};
}

Value missing(const Value& value, std::string_view what) {
  return make_undefined(fmt::format("\"{}\" of a {}", what, type_name(value)));
}

}  // namespace

Result<Value> get_attribute(Context& context, const Value& value, const std::string& name) {
  TRIPOS_CHECK(check_has_members(value));
  TRIPOS_TRY(std::optional<Value> found, member(context, value, name));
  if (found) return *std::move(found);
  const Dict* dict = as_dict(value);
  const Value* element = dict == nullptr ? nullptr : find_text(*dict, name);
  return element == nullptr ? missing(value, name) : *element;
}

Result<Value> get_item(Context& context, const Value& value, const Value& key) {
  TRIPOS_CHECK(check_has_members(value));
  TRIPOS_TRY(std::optional<Value> found, item(context, value, key));
  if (found) return *std::move(found);
  const std::string* name = as_text(key);
  if (name == nullptr) return missing(value, "an item");
  TRIPOS_TRY(found, member(context, value, *name));
  return found ? *std::move(found) : missing(value, *name);
}

}  // namespace tripos::moe::jinja
