// json.dumps() of Python, as Hugging Face's tojson filter calls it.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "backends/moe/jinja/characters.h"
#include "backends/moe/jinja/print.h"

namespace tripos::moe::jinja {
namespace {

void append_escaped(const Character& c, std::string& out) {
  const auto unit = [&](std::uint32_t code) { out += fmt::format("\\u{:04x}", code); };
  const auto code = static_cast<std::uint32_t>(c.code);
  if (code >= 0x10000) {
    unit(0xD800 + ((code - 0x10000) >> 10));
    unit(0xDC00 + ((code - 0x10000) & 0x3FF));
  } else {
    unit(code);
  }
}

std::string json_quoted(std::string_view text, bool ascii) {
  constexpr std::string_view kPlain = "\"\\\n\r\t\f\b";
  constexpr std::string_view kLetters = "\"\\nrtfb";
  std::string out = "\"";
  for (const Character c : characters(text)) {
    if (const std::size_t at = c.code < 0x80 ? kPlain.find(c.bytes[0]) : std::string_view::npos;
        at != std::string_view::npos) {
      out += '\\';
      out += kLetters[at];
    } else if (c.code < 0x20 || (ascii && c.code > 0x7E)) {
      append_escaped(c, out);
    } else {
      out += c.bytes;
    }
  }
  return out + '"';
}

std::string json_float(double number) {
  if (std::isnan(number)) return "NaN";
  if (std::isinf(number)) return number > 0 ? "Infinity" : "-Infinity";
  return float_text(number);
}

class JsonWriter {
 public:
  JsonWriter(Context& context, const JsonStyle& style) : context_(context), style_(style) {}

  Result<void> write(const Value& value) {
    TRIPOS_CHECK(context_.spend(1));
    if (const std::string* text = as_text(value)) return write_text(*text);
    if (const List* list = as_list(value)) return write_list(*list);
    if (const Dict* dict = as_dict(value)) return write_dict(*dict);
    TRIPOS_TRY(const std::string text, scalar(value));
    out += text;
    return {};
  }

  std::string out;

 private:
  static Result<std::string> scalar(const Value& value) {
    if (std::holds_alternative<None>(value)) return "null";
    if (const bool* flag = std::get_if<bool>(&value)) return *flag ? "true" : "false";
    if (const auto* number = std::get_if<std::int64_t>(&value)) return fmt::format("{}", *number);
    if (const double* number = std::get_if<double>(&value)) return json_float(*number);
    return refuse(fmt::format("tojson: a value of type {} has no JSON form", type_name(value)));
  }

  Result<void> write_text(const std::string& text) {
    TRIPOS_CHECK(context_.spend(text.size()));
    out += json_quoted(text, style_.ascii);
    return {};
  }

  Result<void> new_line() {
    if (!style_.has_indent) return {};
    const std::size_t level = static_cast<std::size_t>(level_);
    TRIPOS_CHECK(context_.spend(level * style_.indent.size()));
    out += '\n';
    for (std::size_t i = 0; i < level; ++i) out += style_.indent;
    return {};
  }

  template <typename Items, typename WriteItem>
  Result<void> write_items(const Items& items, char open, char close, WriteItem write_item) {
    out += open;
    ++level_;
    for (std::size_t i = 0; i < items.size(); ++i) {
      TRIPOS_CHECK(context_.spend(style_.item_separator.size() + style_.key_separator.size()));
      if (i > 0) out += style_.item_separator;
      TRIPOS_CHECK(new_line());
      TRIPOS_CHECK(write_item(items[i]));
    }
    --level_;
    if (!items.empty()) TRIPOS_CHECK(new_line());
    out += close;
    return {};
  }

  Result<void> write_list(const List& list) {
    if (list.kind != List::Kind::kList && list.kind != List::Kind::kTuple) {
      return refuse("tojson: a range, dict view or iterator has no JSON form");
    }
    return write_items(list.items, '[', ']', [&](const Value& item) { return write(item); });
  }

  Result<void> write_dict(const Dict& dict) {
    using Item = std::pair<Value, Value>;
    std::vector<const Item*> items;
    for (const Item& item : dict.items) items.push_back(&item);
    if (style_.sort_keys) {
      const auto is_text = [](const Item* item) { return as_text(item->first) != nullptr; };
      if (!std::all_of(items.begin(), items.end(), is_text))
        return refuse("tojson: sort_keys takes keys of strings only");
      std::sort(items.begin(), items.end(),
                [](const Item* a, const Item* b) { return *as_text(a->first) < *as_text(b->first); });
    }
    return write_items(items, '{', '}', [&](const Item* item) -> Result<void> {
      const std::string* text = as_text(item->first);
      TRIPOS_TRY(const std::string key, text == nullptr ? scalar(item->first) : Result<std::string>(*text));
      TRIPOS_CHECK(write_text(key));
      out += style_.key_separator;
      return write(item->second);
    });
  }

  Context& context_;
  const JsonStyle& style_;
  int level_ = 0;
};

}  // namespace

Result<std::string> to_json(Context& context, const Value& value, const JsonStyle& style) {
  JsonWriter writer(context, style);
  TRIPOS_CHECK(writer.write(value));
  return std::move(writer.out);
}

}  // namespace tripos::moe::jinja
