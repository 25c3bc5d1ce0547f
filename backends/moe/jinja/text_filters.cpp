// Filters that make text.

#include <algorithm>

#include "backends/moe/jinja/characters.h"
#include "backends/moe/jinja/filters.h"
#include "backends/moe/jinja/operators.h"
#include "backends/moe/jinja/print.h"
#include "backends/moe/jinja/sequences.h"
#include "backends/moe/jinja/text_functions.h"

namespace tripos::moe::jinja {
namespace {

bool is_given(const Call& call, std::size_t i) { return call.has(i) && !std::holds_alternative<None>(call[i]); }

Result<Value> trim_text(Call& call) {
  TRIPOS_TRY(const std::string text, to_text(call.context, call[0]));
  std::optional<std::string> set;
  if (is_given(call, 1)) {
    TRIPOS_TRY(set, call.text(1));
  }
  return strip(call.context, text, set, true, true);
}

Result<Value> string(Call& call) {
  TRIPOS_TRY(std::string text, to_text(call.context, call[0]));
  return call.context.text(std::move(text));
}

Result<Value> with_case(Call& call, Result<std::string> (*map)(std::string_view)) {
  TRIPOS_TRY(const std::string text, to_text(call.context, call[0]));
  TRIPOS_TRY(std::string mapped, map(text));
  return call.context.text(std::move(mapped));
}
Result<Value> upper_case(Call& call) { return with_case(call, upper); }
Result<Value> lower_case(Call& call) { return with_case(call, lower); }
Result<Value> capitalize(Call& call) { return with_case(call, capitalized); }

// Unlike in str.title(), words begin after white space, hyphens and opening brackets only.
Result<std::string> titled_words(std::string_view text) {
  const auto breaks = [](const Character& c) {
    return is_space(c.code) || (c.code < 0x80 && std::string_view("-({[<").find(c.bytes[0]) != std::string_view::npos);
  };
  std::string out;
  bool at_start = true;
  for (const Character& c : characters(text)) {
    TRIPOS_TRY(const std::string mapped, at_start ? upper(c.bytes) : lower(c.bytes));
    out += mapped;
    at_start = breaks(c);
  }
  return out;
}

Result<Value> title(Call& call) { return with_case(call, titled_words); }

Result<Value> replace(Call& call) {
  TRIPOS_TRY(const std::string text, to_text(call.context, call[0]));
  TRIPOS_TRY(const std::string from, to_text(call.context, call[1]));
  TRIPOS_TRY(const std::string to, to_text(call.context, call[2]));
  std::int64_t limit = -1;
  if (is_given(call, 3)) {
    TRIPOS_TRY(limit, call.integer(3, -1));
  }
  return replaced(call.context, text, from, to, limit);
}

Result<Value> join(Call& call) {
  TRIPOS_TRY(const auto items, items_of(call.context, call[0]));
  std::string separator;
  if (call.has(1)) {
    TRIPOS_TRY(separator, to_text(call.context, call[1]));
  }
  std::string text;
  for (std::size_t i = 0; i < items->items.size(); ++i) {
    Value item = items->items[i];
    if (is_given(call, 2)) {
      TRIPOS_TRY(item, attribute_at(call.context, item, call[2], std::nullopt));
    }
    TRIPOS_TRY(const std::string part, to_text(call.context, item));
    TRIPOS_CHECK(call.context.spend(separator.size() + part.size()));
    if (i > 0) text += separator;
    text += part;
  }
  return call.context.text(std::move(text));
}

Result<std::string> indentation(Call& call, std::size_t i) {
  if (call.has(i) && as_text(call[i]) != nullptr) return call.text(i);
  TRIPOS_TRY(const std::int64_t width, call.integer(i, 4));
  const auto size = static_cast<std::uint64_t>(std::max<std::int64_t>(width, 0));
  TRIPOS_CHECK(call.context.spend(size));
  return std::string(size, ' ');
}

Result<Value> indent(Call& call) {
  TRIPOS_TRY(std::string text, call.text(0));
  text += '\n';
  TRIPOS_TRY(const std::string indention, indentation(call, 1));
  const bool indents_blank = call.flag(3, false);
  std::string out = call.flag(2, false) ? indention : "";
  bool is_first = true;
  for (const std::string_view line : lines_of(text, false)) {
    TRIPOS_CHECK(call.context.spend(line.size() + indention.size() + 1));
    if (!is_first) {
      out += '\n';
      if (indents_blank || !line.empty()) out += indention;
    }
    out += line;
    is_first = false;
  }
  return call.context.text(std::move(out));
}

Result<Value> tojson(Call& call) {
  JsonStyle style;
  style.ascii = call.flag(1, false);
  if (is_given(call, 2)) {
    style.has_indent = true;
    style.item_separator = ",";
    TRIPOS_TRY(style.indent, indentation(call, 2));
  }
  if (is_given(call, 3)) {
    const List* separators = as_list(call[3]);
    if (separators == nullptr || separators->items.size() != 2 || as_text(separators->items[0]) == nullptr ||
        as_text(separators->items[1]) == nullptr) {
      return refuse("tojson: expected two strings as separators");
    }
    style.item_separator = *as_text(separators->items[0]);
    style.key_separator = *as_text(separators->items[1]);
  }
  style.sort_keys = call.flag(4, false);
  TRIPOS_TRY(std::string text, to_json(call.context, call[0], style));
  return call.context.text(std::move(text));
}

constexpr Function kFilters[] = {
    {"trim", "value chars?", trim_text},
    {"string", "value", string},
    {"upper", "value", upper_case},
    {"lower", "value", lower_case},
    {"capitalize", "value", capitalize},
    {"title", "value", title},
    {"replace", "value old new count?", replace},
    {"join", "value d? attribute?", join},
    {"indent", "value width? first? blank?", indent},
    {"tojson", "value ensure_ascii? indent? separators? sort_keys?", tojson},
};

}  // namespace

std::span<const Function> text_filters() { return kFilters; }

}  // namespace tripos::moe::jinja
