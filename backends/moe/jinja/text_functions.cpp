// The methods of strings, and the filters that make text.

#include <fmt/format.h>

#include <algorithm>

#include "backends/moe/jinja/characters.h"
#include "backends/moe/jinja/function.h"
#include "backends/moe/jinja/print.h"
#include "backends/moe/jinja/sequences.h"

namespace tripos::moe::jinja {
namespace {

constexpr std::size_t kNone = std::string_view::npos;

// The string that a method is called on, or that a filter was given as made by of_text().
std::string_view self(const Call& call) { return *as_text(call[0]); }

// A filter of what its input prints.
template <Result<Value> (*method)(Call&)>
Result<Value> of_text(Call& call) {
  TRIPOS_TRY(std::string text, to_text(call.context, call[0]));
  call.arguments[0] = make_text(std::move(text));
  return method(call);
}

Result<Value> string(Call& call) { return call[0]; }

template <Result<std::string> (*map)(std::string_view)>
Result<Value> with_case(Call& call) {
  TRIPOS_TRY(std::string mapped, map(self(call)));
  return call.context.text(std::move(mapped));
}

template <bool left, bool right>
Result<Value> strip(Call& call) {
  std::optional<std::string> set;
  if (call.has_value(1)) {
    TRIPOS_TRY(set, call.text(1));
    TRIPOS_CHECK(call.context.spend(self(call).size() * set->size()));
  }
  return call.context.text(std::string(stripped(self(call), set, left, right)));
}

Result<Value> replace(Call& call) {
  TRIPOS_TRY(const std::string from, call.text(1));
  TRIPOS_TRY(const std::string to, call.text(2));
  TRIPOS_TRY(std::int64_t limit, call.integer(3, -1));
  std::string_view text = self(call);
  std::string out;
  for (; limit != 0; --limit) {
    // An empty `from` stands before each character, and at the end.
    const std::size_t at = find_part(text, from);
    if (at == kNone) break;
    TRIPOS_CHECK(call.context.spend(to.size() + 1));
    out += text.substr(0, at);
    out += to;
    text.remove_prefix(at + from.size());
    if (!from.empty()) continue;
    if (text.empty()) break;
    const std::size_t size = first_character(text).bytes.size();
    out += text.substr(0, size);
    text.remove_prefix(size);
  }
  out += text;
  return call.context.text(std::move(out));
}

Result<Value> text_list(Context& context, const std::vector<std::string_view>& parts) {
  std::vector<Value> items;
  for (const std::string_view part : parts) {
    TRIPOS_TRY(Value item, context.text(std::string(part)));
    items.push_back(std::move(item));
  }
  return context.list(List::Kind::kList, std::move(items));
}

// Words between white space.
std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> words;
  for (text = stripped(text, std::nullopt, true, false); !text.empty();) {
    std::size_t size = 0;
    while (size < text.size() && !is_space(first_character(text.substr(size)).code)) {
      size += first_character(text.substr(size)).bytes.size();
    }
    words.push_back(text.substr(0, size));
    text = stripped(text.substr(size), std::nullopt, true, false);
  }
  return words;
}

// The places of a separator from the right need not be those from the left: "aaa" holds "aa" at 1, or at 0.
std::vector<std::string_view> split_at(std::string_view text, std::string_view separator, std::int64_t limit,
                                       bool from_right) {
  std::vector<std::string_view> parts;
  while (limit < 0 || static_cast<std::int64_t>(parts.size()) < limit) {
    const std::size_t at = from_right ? text.rfind(separator) : find_part(text, separator);
    if (at == kNone) break;
    const std::string_view before = text.substr(0, at), behind = text.substr(at + separator.size());
    parts.push_back(from_right ? behind : before);
    text = from_right ? before : behind;
  }
  parts.push_back(text);
  if (from_right) std::reverse(parts.begin(), parts.end());
  return parts;
}

template <bool from_right>
Result<Value> split(Call& call) {
  TRIPOS_TRY(const std::int64_t limit, call.integer(2, -1));
  if (!call.has_value(1)) {
    if (limit >= 0) return refuse("a limited split at white space is not supported");
    return text_list(call.context, words_of(self(call)));
  }
  TRIPOS_TRY(const std::string separator, call.text(1));
  if (separator.empty()) return refuse("an empty separator");
  // rfind() takes a step for each place and each character of the separator.
  if (from_right) TRIPOS_CHECK(call.context.spend(self(call).size() * separator.size()));
  return text_list(call.context, split_at(self(call), separator, limit, from_right));
}

std::vector<std::string_view> lines_of(std::string_view text) {
  constexpr std::u32string_view kLineEnds = U"\n\v\f\r\x1C\x1D\x1E\x85\u2028\u2029";
  std::vector<std::string_view> lines;
  const char* begin = text.data();
  for (const Character& c : characters(text)) {
    const bool is_second = c.bytes == "\n" && c.bytes.data() > text.data() && c.bytes.data()[-1] == '\r';
    const char* const end = c.bytes.data() + c.bytes.size();
    if (kLineEnds.find(c.code) == kNone) continue;
    if (!is_second) lines.emplace_back(begin, static_cast<std::size_t>(c.bytes.data() - begin));
    begin = end;
  }
  const auto rest = static_cast<std::size_t>(text.data() + text.size() - begin);
  if (rest > 0) lines.emplace_back(begin, rest);
  return lines;
}

Result<Value> splitlines(Call& call) { return text_list(call.context, lines_of(self(call))); }

// startswith() or endswith() one string, or one of a tuple.
template <bool at_start>
Result<Value> has_affix(Call& call) {
  const List* several = as_list(call[1]);
  const bool is_tuple = several != nullptr && several->kind == List::Kind::kTuple;
  for (const Value& affix : is_tuple ? several->items : std::vector<Value>{call[1]}) {
    const std::string* text = as_text(affix);
    if (text == nullptr) return refuse("expected a string or a tuple of strings");
    TRIPOS_CHECK(call.context.spend(text->size()));
    if (at_start ? self(call).starts_with(*text) : self(call).ends_with(*text)) return Value(true);
  }
  return Value(false);
}

template <bool at_start>
Result<Value> remove_affix(Call& call) {
  TRIPOS_TRY(const std::string affix, call.text(1));
  std::string_view text = self(call);
  if (at_start && text.starts_with(affix)) text.remove_prefix(affix.size());
  if (!at_start && text.ends_with(affix)) text.remove_suffix(affix.size());
  return call.context.text(std::string(text));
}

template <bool from_right>
Result<Value> find(Call& call) {
  TRIPOS_TRY(const std::string part, call.text(1));
  if (from_right) TRIPOS_CHECK(call.context.spend(self(call).size() * part.size()));
  const std::size_t at = from_right ? self(call).rfind(part) : find_part(self(call), part);
  return Value(at == kNone ? std::int64_t{-1} : static_cast<std::int64_t>(length(self(call).substr(0, at))));
}

Result<Value> count(Call& call) {
  TRIPOS_TRY(const std::string part, call.text(1));
  if (part.empty()) return Value(static_cast<std::int64_t>(length(self(call))) + 1);
  return Value(static_cast<std::int64_t>(split_at(self(call), part, -1, false).size()) - 1);
}

Result<Value> isdigit(Call& call) {
  const std::string_view text = self(call);
  if (text.size() != length(text)) return refuse("isdigit() of other characters than those of ASCII is not supported");
  return Value(!text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; }));
}

// The texts of `items` with the separator between them.
template <typename TextOf>
Result<Value> joined(Call& call, const std::string& separator, const Value& sequence, TextOf text_of) {
  TRIPOS_TRY(const auto items, items_of(call.context, sequence));
  std::string text;
  for (std::size_t i = 0; i < items->items.size(); ++i) {
    TRIPOS_TRY(const std::string part, text_of(items->items[i]));
    TRIPOS_CHECK(call.context.spend(separator.size() + part.size()));
    if (i > 0) text += separator;
    text += part;
  }
  return call.context.text(std::move(text));
}

Result<Value> join_method(Call& call) {
  return joined(call, std::string(self(call)), call[1], [](const Value& item) -> Result<std::string> {
    if (const std::string* text = as_text(item)) return *text;
    return refuse(fmt::format("join() of a value of type {}", type_name(item)));
  });
}

Result<Value> join_filter(Call& call) {
  TRIPOS_TRY(const std::string separator, to_text(call.context, call.has(1) ? call[1] : make_text("")));
  return joined(call, separator, call[0], [&](const Value& item) -> Result<std::string> {
    if (!call.has_value(2)) return to_text(call.context, item);
    TRIPOS_TRY(const Value value, attribute_at(call.context, item, call[2]));
    return to_text(call.context, value);
  });
}

// An argument that is a text, or a number of spaces.
Result<std::string> indentation(Call& call, std::size_t i, std::int64_t when_absent) {
  if (call.has(i) && as_text(call[i]) != nullptr) return call.text(i);
  TRIPOS_TRY(const std::int64_t width, call.integer(i, when_absent));
  const auto size = static_cast<std::uint64_t>(std::max<std::int64_t>(width, 0));
  TRIPOS_CHECK(call.context.spend(size));
  return std::string(size, ' ');
}

Result<Value> indent(Call& call) {
  TRIPOS_TRY(std::string text, call.text(0));
  text += '\n';
  TRIPOS_TRY(const std::string margin, indentation(call, 1, 4));
  std::string out = call.flag(2) ? margin : "";
  bool is_first = true;
  for (const std::string_view line : lines_of(text)) {
    TRIPOS_CHECK(call.context.spend(line.size() + margin.size() + 1));
    if (!is_first) out += '\n';
    if (!is_first && (call.flag(3) || !line.empty())) out += margin;
    out += line;
    is_first = false;
  }
  return call.context.text(std::move(out));
}

Result<Value> tojson(Call& call) {
  JsonStyle style;
  style.is_ascii = call.flag(1);
  if (call.has_value(2)) {
    TRIPOS_TRY(style.indent, indentation(call, 2, 0));
    style.item_separator = ",";
  }
  if (call.has_value(3)) {
    const List* separators = as_list(call[3]);
    if (separators == nullptr || separators->items.size() != 2 || as_text(separators->items[0]) == nullptr ||
        as_text(separators->items[1]) == nullptr) {
      return refuse("expected two strings as separators");
    }
    style.item_separator = *as_text(separators->items[0]);
    style.key_separator = *as_text(separators->items[1]);
  }
  TRIPOS_TRY(std::string text, to_json(call.context, call[0], style));
  return call.context.text(std::move(text));
}

constexpr Function kMethods[] = {
    {"strip", "/ self chars?", strip<true, true>},
    {"lstrip", "/ self chars?", strip<true, false>},
    {"rstrip", "/ self chars?", strip<false, true>},
    {"split", "self sep? maxsplit?", split<false>},
    {"rsplit", "self sep? maxsplit?", split<true>},
    {"splitlines", "/ self", splitlines},
    {"startswith", "/ self prefix", has_affix<true>},
    {"endswith", "/ self suffix", has_affix<false>},
    {"removeprefix", "/ self prefix", remove_affix<true>},
    {"removesuffix", "/ self suffix", remove_affix<false>},
    {"upper", "/ self", with_case<upper>},
    {"lower", "/ self", with_case<lower>},
    {"capitalize", "/ self", with_case<capitalized>},
    {"title", "/ self", with_case<titled>},
    {"replace", "/ self old new count?", replace},
    {"find", "/ self sub", find<false>},
    {"rfind", "/ self sub", find<true>},
    {"count", "/ self sub", count},
    {"isdigit", "/ self", isdigit},
    {"join", "/ self iterable", join_method},
};
constexpr Function kFilters[] = {
    {"string", "value", of_text<string>},
    {"trim", "value chars?", of_text<strip<true, true>>},
    {"upper", "value", of_text<with_case<upper>>},
    {"lower", "value", of_text<with_case<lower>>},
    {"capitalize", "value", of_text<with_case<capitalized>>},
    {"title", "value", of_text<with_case<titled_words>>},
    {"replace", "value old new count?", of_text<replace>},
    {"join", "value d? attribute?", join_filter},
    {"indent", "value width? first? blank?", indent},
    {"tojson", "value ensure_ascii? indent? separators?", tojson},
};

}  // namespace

std::span<const Function> text_methods() { return kMethods; }
std::span<const Function> text_filters() { return kFilters; }

}  // namespace tripos::moe::jinja
