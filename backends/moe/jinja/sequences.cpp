#include "backends/moe/jinja/sequences.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstring>

#include "backends/moe/jinja/characters.h"

namespace tripos::moe::jinja {
namespace {

using Kind = List::Kind;

// The public attributes of Python's values; those of a dict hide its items.
constexpr std::string_view kDictAttributes =
    " clear copy fromkeys get items keys pop popitem setdefault update values ";
constexpr std::string_view kOtherAttributes =
    " append as_integer_ratio bit_count bit_length capitalize casefold center clear conjugate copy count denominator "
    "encode endswith expandtabs extend find format format_map from_bytes fromhex hex imag index insert is_integer "
    "isalnum isalpha isascii isdecimal isdigit isdisjoint isidentifier islower isnumeric isprintable isspace istitle "
    "isupper join ljust lower lstrip maketrans mapping numerator partition pop real remove removeprefix removesuffix "
    "replace reverse rfind rindex rjust rpartition rsplit rstrip send sort split splitlines start startswith step stop "
    "strip swapcase throw title to_bytes translate upper zfill ";

// The place of an index in a sequence, counted from the end if it is negative.
std::optional<std::size_t> place_of(std::int64_t index, std::size_t size) {
  const auto end = static_cast<std::int64_t>(size);
  if (index < -end || index >= end) return std::nullopt;
  return static_cast<std::size_t>(index < 0 ? index + end : index);
}

// A part of a path that consists of digits is an index.
Value path_part(std::string_view part) {
  std::int64_t index = 0;
  const char* const end = part.data() + part.size();
  const auto read = std::from_chars(part.data(), end, index);
  if (read.ec == std::errc() && read.ptr == end && part[0] != '-') return index;
  return make_text(std::string(part));
}

}  // namespace

std::size_t find_part(std::string_view text, std::string_view part) {
  if (part.empty()) return 0;
  const void* found = memmem(text.data(), text.size(), part.data(), part.size());
  if (found == nullptr) return std::string_view::npos;
  return static_cast<std::size_t>(static_cast<const char*>(found) - text.data());
}

Result<std::int64_t> length_of(const Value& value) {
  if (is_undefined(value)) return 0;
  if (const std::string* text = as_text(value)) return static_cast<std::int64_t>(length(*text));
  if (const Dict* dict = as_dict(value)) return static_cast<std::int64_t>(dict->items.size());
  const List* list = as_list(value);
  if (list != nullptr && list->kind != Kind::kIterator) return static_cast<std::int64_t>(list->items.size());
  return refuse(fmt::format("a value of type {} has no length", type_name(value)));
}

Result<std::shared_ptr<const List>> items_of(Context& context, const Value& value) {
  if (const auto* list = std::get_if<std::shared_ptr<const List>>(&value)) {
    if ((*list)->kind == Kind::kIterator && std::exchange((*list)->taken, true)) {
      return fail(Error::Kind::kData, "the result of a filter such as map or select is used twice",
                  "it gives its items once: add the filter \"list\"");
    }
    TRIPOS_CHECK(context.spend((*list)->items.size()));
    return *list;
  }
  std::vector<Value> items;
  if (const std::string* text = as_text(value)) {
    TRIPOS_CHECK(context.spend(text->size()));
    for (const Character& c : characters(*text)) items.push_back(make_text(std::string(c.bytes)));
  } else if (const Dict* dict = as_dict(value)) {
    for (const auto& [key, item] : dict->items) items.push_back(key);
  } else if (!is_undefined(value)) {
    return refuse(fmt::format("a value of type {} has no items", type_name(value)));
  }
  TRIPOS_TRY(const Value list, context.list(Kind::kList, std::move(items)));
  return std::get<std::shared_ptr<const List>>(list);
}

Result<std::vector<Value>> pairs_of(Context& context, const Dict& dict) {
  std::vector<Value> pairs;
  for (const auto& [key, value] : dict.items) {
    TRIPOS_TRY(Value pair, context.list(Kind::kTuple, {key, value}));
    pairs.push_back(std::move(pair));
  }
  return pairs;
}

Result<Value> slice(Context& context, const Value& value, const Value& start, const Value& stop, const Value& step) {
  TRIPOS_CHECK(check_defined(value));
  const std::string* text = as_text(value);
  const List* list = as_list(value);
  if (text == nullptr && (list == nullptr || !is_indexable(*list))) {
    return refuse(fmt::format("a slice of a {}", type_name(value)));
  }
  for (const Value* bound : {&start, &stop, &step}) {
    if (!std::holds_alternative<None>(*bound) && !as_index(*bound)) {
      return refuse(fmt::format("a slice to a {}", type_name(*bound)));
    }
  }
  const std::int64_t width = as_index(step).value_or(1);
  if (width == 0) return refuse("a slice with step 0");
  TRIPOS_CHECK(context.spend(text == nullptr ? list->items.size() : text->size()));
  const std::vector<Character> all = characters(text == nullptr ? std::string_view() : *text);
  // As slice.indices() of Python: a backward slice goes from the last item to before the first.
  const auto size = static_cast<std::int64_t>(text == nullptr ? list->items.size() : all.size());
  const std::int64_t lowest = width < 0 ? -1 : 0, highest = width < 0 ? size - 1 : size;
  const auto clamped = [&](const Value& bound, std::int64_t when_absent) {
    const std::int64_t index = as_index(bound).value_or(when_absent);
    if (!as_index(bound)) return index;
    return std::clamp(index < 0 ? index + size : index, lowest, highest);
  };
  const std::int64_t end = clamped(stop, width < 0 ? lowest : highest);
  std::vector<Value> items;
  std::string part;
  for (std::int64_t i = clamped(start, width < 0 ? highest : lowest); width < 0 ? i > end : i < end;) {
    const auto at = static_cast<std::size_t>(i);
    if (text == nullptr) {
      items.push_back(list->items[at]);
    } else {
      part += all[at].bytes;
    }
    if (__builtin_add_overflow(i, width, &i)) break;
  }
  return text == nullptr ? context.list(list->kind, std::move(items)) : context.text(std::move(part));
}

Result<Value> get_attribute(const Value& value, const std::string& name) {
  TRIPOS_CHECK(check_defined(value));
  if (name.starts_with("__")) return refuse(fmt::format("the attribute \"{}\" is private", name));
  const auto missing = [&] { return make_undefined(fmt::format("\"{}\" of a {}", name, type_name(value))); };
  if (const auto* attributes = std::get_if<Namespace*>(&value)) {
    const auto found = (*attributes)->attributes.find(name);
    return found == (*attributes)->attributes.end() ? missing() : found->second;
  }
  if (std::holds_alternative<const Macro*>(value) || std::holds_alternative<const Function*>(value)) {
    return refuse(fmt::format("attributes of a {} are not supported", type_name(value)));
  }
  const Dict* dict = as_dict(value);
  const std::string_view methods = dict != nullptr ? kDictAttributes : kOtherAttributes;
  if (!std::holds_alternative<None>(value) && methods.find(fmt::format(" {} ", name)) != std::string_view::npos) {
    return refuse(fmt::format("\"{}\" of a {} is a method, and it is not called", name, type_name(value)));
  }
  const Value* item = dict == nullptr ? nullptr : find_text(*dict, name);
  return item == nullptr ? missing() : *item;
}

Result<Value> get_item(Context& context, const Value& value, const Value& key) {
  TRIPOS_CHECK(check_defined(value));
  const std::string* name = as_text(key);
  if (name != nullptr) TRIPOS_CHECK(context.spend(name->size()));
  const auto index = as_index(key);
  if (const Dict* dict = as_dict(value)) {
    TRIPOS_TRY(const std::string text, is_undefined(key) ? Result<std::string>("") : dict_key(key));
    if (const Value* item = find(*dict, text)) return *item;
  } else if (const List* list = as_list(value); list != nullptr && index && is_indexable(*list)) {
    if (const auto place = place_of(*index, list->items.size())) return list->items[*place];
  } else if (const std::string* text = as_text(value); text != nullptr && index) {
    TRIPOS_CHECK(context.spend(text->size()));
    const std::vector<Character> all = characters(*text);
    if (const auto place = place_of(*index, all.size())) return make_text(std::string(all[*place].bytes));
  }
  if (name != nullptr) return get_attribute(value, *name);
  return make_undefined(fmt::format("an item of a {}", type_name(value)));
}

Result<Value> attribute_at(Context& context, const Value& item, const Value& path, const std::optional<Value>& preset) {
  const auto part_of = [&](const Value& whole, const Value& key) -> Result<Value> {
    TRIPOS_TRY(Value part, get_item(context, whole, key));
    return is_undefined(part) && preset ? *preset : part;
  };
  const std::string* text = as_text(path);
  if (text == nullptr) return part_of(item, path);
  Value value = item;
  for (std::string_view rest = *text;;) {
    const std::size_t dot = std::min(rest.find('.'), rest.size());
    TRIPOS_CHECK(context.spend(1));
    TRIPOS_TRY(value, part_of(value, path_part(rest.substr(0, dot))));
    if (dot == rest.size()) return value;
    rest.remove_prefix(dot + 1);
  }
}

}  // namespace tripos::moe::jinja
