#include "backends/moe/jinja/sequences.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <numeric>

#include "backends/moe/jinja/characters.h"
#include "backends/moe/jinja/members.h"
#include "backends/moe/jinja/operators.h"

namespace tripos::moe::jinja {
namespace {

// A part of a path that consists of digits is an index.
Value path_part(std::string_view part) {
  std::int64_t index = 0;
  const char* end = part.data() + part.size();
  const bool is_digits =
      !part.empty() && std::all_of(part.begin(), part.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (is_digits && std::from_chars(part.data(), end, index).ec == std::errc()) return index;
  return make_text(std::string(part));
}

}  // namespace

Result<std::vector<Value>> pairs_of(Context& context, const Dict& dict) {
  std::vector<Value> pairs;
  for (const auto& [key, value] : dict.items) {
    TRIPOS_TRY(Value pair, context.list(List::Kind::kTuple, {key, value}));
    pairs.push_back(std::move(pair));
  }
  return pairs;
}

Result<Value> attribute_at(Context& context, const Value& item, const Value& path, const std::optional<Value>& preset) {
  const std::string* text = as_text(path);
  if (text == nullptr) {
    TRIPOS_TRY(Value value, get_item(context, item, path));
    return is_undefined(value) && preset ? *preset : value;
  }
  Value value = item;
  std::string_view rest = *text;
  while (true) {
    const std::size_t dot = std::min(rest.find('.'), rest.size());
    TRIPOS_CHECK(context.spend(dot + 1));
    TRIPOS_TRY(value, get_item(context, value, path_part(rest.substr(0, dot))));
    if (is_undefined(value) && preset) value = *preset;
    if (dot == rest.size()) return value;
    rest.remove_prefix(dot + 1);
  }
}

Result<Value> key_of(Context& context, const Value& item, const SortKey& key) {
  Value value = item;
  if (key.attribute) {
    TRIPOS_TRY(value, attribute_at(context, item, *key.attribute, std::nullopt));
  }
  const std::string* text = as_text(value);
  if (text == nullptr || key.case_sensitive) return value;
  TRIPOS_TRY(std::string lower_case, lower(*text));
  return context.text(std::move(lower_case));
}

Result<std::vector<Value>> sorted(Context& context, const std::vector<Value>& items, const std::vector<Value>& keys,
                                  bool reverse) {
  std::vector<std::size_t> order(items.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::optional<Error> error;
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    if (error) return false;
    const Result<bool> is_less = less(context, keys[reverse ? b : a], keys[reverse ? a : b]);
    if (!is_less) error = is_less.error();
    return is_less && *is_less;
  });
  if (error) return tl::unexpected(*error);
  std::vector<Value> result;
  for (const std::size_t i : order) result.push_back(items[i]);
  return result;
}

}  // namespace tripos::moe::jinja
