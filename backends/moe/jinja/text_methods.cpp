// The methods of strings.

#include <fmt/format.h>

#include <algorithm>

#include "backends/moe/jinja/characters.h"
#include "backends/moe/jinja/function.h"
#include "backends/moe/jinja/operators.h"
#include "backends/moe/jinja/text_functions.h"

namespace tripos::moe::jinja {
namespace {

constexpr std::size_t kNone = std::string_view::npos;

Result<Value> strip_ends(Call& call, bool left, bool right) {
  TRIPOS_TRY(const std::string text, call.text(0));
  std::optional<std::string> set;
  if (call.has(1) && !std::holds_alternative<None>(call[1])) {
    TRIPOS_TRY(set, call.text(1));
  }
  return strip(call.context, text, set, left, right);
}

Result<Value> strip_both(Call& call) { return strip_ends(call, true, true); }
Result<Value> strip_left(Call& call) { return strip_ends(call, true, false); }
Result<Value> strip_right(Call& call) { return strip_ends(call, false, true); }

Result<Value> text_list(Context& context, const std::vector<std::string_view>& parts) {
  std::vector<Value> items;
  for (const std::string_view part : parts) {
    TRIPOS_TRY(Value item, context.text(std::string(part)));
    items.push_back(std::move(item));
  }
  return context.list(List::Kind::kList, std::move(items));
}

// Words between white space; `limit` cuts from the left, or from the right.
std::vector<std::string_view> split_words(std::string_view text, std::int64_t limit, bool from_right) {
  std::vector<std::string_view> parts;
  std::string_view rest = stripped(text, std::nullopt, !from_right, from_right);
  std::vector<Character> all = characters(rest);
  if (from_right) std::reverse(all.begin(), all.end());
  std::size_t at = 0;
  while (at < all.size()) {
    std::size_t end = at;
    while (end < all.size() && !is_space(all[end].code)) ++end;
    const bool is_rest = limit >= 0 && static_cast<std::int64_t>(parts.size()) == limit;
    if (is_rest) end = all.size();
    const Character& first = from_right ? all[end - 1] : all[at];
    const Character& last = from_right ? all[at] : all[end - 1];
    const std::string_view part(first.bytes.data(),
                                static_cast<std::size_t>(last.bytes.data() + last.bytes.size() - first.bytes.data()));
    parts.push_back(part);
    at = end;
    while (at < all.size() && is_space(all[at].code)) ++at;
  }
  if (from_right) std::reverse(parts.begin(), parts.end());
  return parts;
}

std::vector<std::string_view> split_at(std::string_view text, std::string_view separator, std::int64_t limit) {
  std::vector<std::string_view> parts;
  while (limit < 0 || static_cast<std::int64_t>(parts.size()) < limit) {
    const std::size_t at = find_part(text, separator);
    if (at == kNone) break;
    parts.push_back(text.substr(0, at));
    text.remove_prefix(at + separator.size());
  }
  parts.push_back(text);
  return parts;
}

// The places of a separator from the right need not be those from the left: "aaa" holds "aa" at 1, or at 0.
std::vector<std::string_view> split_at_right(std::string_view text, std::string_view separator, std::int64_t limit) {
  std::vector<std::string_view> parts;
  while (limit < 0 || static_cast<std::int64_t>(parts.size()) < limit) {
    const std::size_t at = text.rfind(separator);
    if (at == kNone) break;
    parts.push_back(text.substr(at + separator.size()));
    text = text.substr(0, at);
  }
  parts.push_back(text);
  std::reverse(parts.begin(), parts.end());
  return parts;
}

Result<Value> split_text(Call& call, bool from_right) {
  TRIPOS_TRY(const std::string text, call.text(0));
  TRIPOS_TRY(const std::int64_t limit, call.integer(2, -1));
  TRIPOS_CHECK(call.context.spend(text.size()));
  if (!call.has(1) || std::holds_alternative<None>(call[1])) {
    return text_list(call.context, split_words(text, limit, from_right));
  }
  TRIPOS_TRY(const std::string separator, call.text(1));
  if (separator.empty()) return refuse("an empty separator");
  if (!from_right) return text_list(call.context, split_at(text, separator, limit));
  // rfind() takes a step for each place and each character of the separator.
  TRIPOS_CHECK(call.context.spend(text.size() * separator.size()));
  return text_list(call.context, split_at_right(text, separator, limit));
}

Result<Value> split(Call& call) { return split_text(call, false); }
Result<Value> rsplit(Call& call) { return split_text(call, true); }

Result<Value> splitlines(Call& call) {
  TRIPOS_TRY(const std::string text, call.text(0));
  TRIPOS_CHECK(call.context.spend(text.size()));
  return text_list(call.context, lines_of(text, call.flag(1, false)));
}

template <typename Matches>
Result<Value> matches_any(Call& call, Matches matches) {
  TRIPOS_TRY(const std::string text, call.text(0));
  if (const std::string* part = as_text(call[1])) return Value(matches(text, *part));
  const List* parts = as_list(call[1]);
  if (parts == nullptr || parts->kind != List::Kind::kTuple) return refuse("expected a string or a tuple of strings");
  TRIPOS_CHECK(call.context.spend(parts->items.size()));
  for (const Value& item : parts->items) {
    const std::string* part = as_text(item);
    if (part == nullptr) return refuse("expected a string or a tuple of strings");
    if (matches(text, *part)) return Value(true);
  }
  return Value(false);
}

Result<Value> startswith(Call& call) {
  return matches_any(call, [](std::string_view text, std::string_view part) { return text.starts_with(part); });
}
Result<Value> endswith(Call& call) {
  return matches_any(call, [](std::string_view text, std::string_view part) { return text.ends_with(part); });
}

Result<Value> with_case(Call& call, Result<std::string> (*map)(std::string_view)) {
  TRIPOS_TRY(const std::string text, call.text(0));
  TRIPOS_TRY(std::string mapped, map(text));
  return call.context.text(std::move(mapped));
}
Result<Value> upper_case(Call& call) { return with_case(call, upper); }
Result<Value> lower_case(Call& call) { return with_case(call, lower); }
Result<Value> title(Call& call) { return with_case(call, titled); }
Result<Value> capitalize(Call& call) { return with_case(call, capitalized); }

Result<Value> replace(Call& call) {
  TRIPOS_TRY(const std::string text, call.text(0));
  TRIPOS_TRY(const std::string from, call.text(1));
  TRIPOS_TRY(const std::string to, call.text(2));
  TRIPOS_TRY(const std::int64_t limit, call.integer(3, -1));
  return replaced(call.context, text, from, to, limit);
}

Result<Value> find(Call& call) {
  TRIPOS_TRY(const std::string text, call.text(0));
  TRIPOS_TRY(const std::string part, call.text(1));
  TRIPOS_CHECK(call.context.spend(text.size()));
  const std::size_t at = find_part(text, part);
  if (at == kNone) return Value(std::int64_t{-1});
  return Value(static_cast<std::int64_t>(length(std::string_view(text).substr(0, at))));
}

Result<Value> count(Call& call) {
  TRIPOS_TRY(const std::string text, call.text(0));
  TRIPOS_TRY(const std::string part, call.text(1));
  TRIPOS_CHECK(call.context.spend(text.size()));
  if (part.empty()) return Value(static_cast<std::int64_t>(length(text)) + 1);
  return Value(static_cast<std::int64_t>(split_at(text, part, -1).size()) - 1);
}

Result<Value> join(Call& call) {
  TRIPOS_TRY(const std::string separator, call.text(0));
  TRIPOS_TRY(const auto items, items_of(call.context, call[1]));
  std::string text;
  for (std::size_t i = 0; i < items->items.size(); ++i) {
    const std::string* part = as_text(items->items[i]);
    if (part == nullptr) return refuse(fmt::format("join() of a value of type {}", type_name(items->items[i])));
    TRIPOS_CHECK(call.context.spend(separator.size() + part->size()));
    if (i > 0) text += separator;
    text += *part;
  }
  return call.context.text(std::move(text));
}

Result<Value> removeprefix(Call& call) {
  TRIPOS_TRY(const std::string text, call.text(0));
  TRIPOS_TRY(const std::string part, call.text(1));
  return call.context.text(text.starts_with(part) ? text.substr(part.size()) : text);
}

Result<Value> removesuffix(Call& call) {
  TRIPOS_TRY(const std::string text, call.text(0));
  TRIPOS_TRY(const std::string part, call.text(1));
  return call.context.text(text.ends_with(part) ? text.substr(0, text.size() - part.size()) : text);
}

constexpr Function kMethods[] = {
    {"strip", "/ self chars?", strip_both},
    {"lstrip", "/ self chars?", strip_left},
    {"rstrip", "/ self chars?", strip_right},
    {"split", "self sep? maxsplit?", split},
    {"rsplit", "self sep? maxsplit?", rsplit},
    {"splitlines", "self keepends?", splitlines},
    {"startswith", "/ self prefix", startswith},
    {"endswith", "/ self suffix", endswith},
    {"upper", "/ self", upper_case},
    {"lower", "/ self", lower_case},
    {"title", "/ self", title},
    {"capitalize", "/ self", capitalize},
    {"replace", "/ self old new count?", replace},
    {"find", "/ self sub", find},
    {"count", "/ self sub", count},
    {"join", "/ self iterable", join},
    {"removeprefix", "/ self prefix", removeprefix},
    {"removesuffix", "/ self suffix", removesuffix},
};

}  // namespace

std::span<const Function> text_methods() { return kMethods; }

}  // namespace tripos::moe::jinja
