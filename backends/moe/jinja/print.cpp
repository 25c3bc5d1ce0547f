#include "backends/moe/jinja/print.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "backends/moe/jinja/characters.h"

namespace tripos::moe::jinja {
namespace {

// Python's repr() of a float: the shortest digits that read back the same.
std::string float_text(double number) {
  char digits[64];
  const auto write = [&](std::chars_format format) {
    return std::string(digits, std::to_chars(digits, digits + sizeof digits, number, format).ptr);
  };
  const double size = std::abs(number);
  if (size != 0 && (size < 1e-4 || size >= 1e16)) return write(std::chars_format::scientific);
  const std::string text = write(std::chars_format::fixed);
  return text.find('.') == std::string::npos ? text + ".0" : text;
}

// The escape of a character that has a letter of its own among `letters`; empty for one that has none.
std::string letter_escape(const Character& c, std::string_view plain, std::string_view letters) {
  const std::size_t at = c.code < 0x80 ? plain.find(c.bytes) : std::string_view::npos;
  return at == std::string_view::npos ? "" : std::string{'\\', letters[at]};
}

// repr() of a string: in single quotes unless that alone needs no escapes.
std::string python_quoted(std::string_view text) {
  const bool has_single = text.find('\'') != std::string_view::npos;
  const char quote = has_single && text.find('"') == std::string_view::npos ? '"' : '\'';
  std::string out(1, quote);
  for (const Character& c : characters(text)) {
    const auto code = static_cast<std::uint32_t>(c.code);
    if (const std::string escape = letter_escape(c, std::string("\\\n\r\t") + quote, std::string("\\nrt") + quote);
        !escape.empty()) {
      out += escape;
    } else if (is_printable(c.code)) {
      out += c.bytes;
    } else {
      out += code < 0x100     ? fmt::format("\\x{:02x}", code)
             : code < 0x10000 ? fmt::format("\\u{:04x}", code)
                              : fmt::format("\\U{:08x}", code);
    }
  }
  return out + quote;
}

std::string json_quoted(std::string_view text, bool is_ascii) {
  std::string out = "\"";
  for (const Character& c : characters(text)) {
    const auto code = static_cast<std::uint32_t>(c.code);
    if (const std::string escape = letter_escape(c, "\"\\\n\r\t\f\b", "\"\\nrtfb"); !escape.empty()) {
      out += escape;
    } else if (code >= 0x20 && (!is_ascii || code < 0x7F)) {
      out += c.bytes;
    } else {
      out += code < 0x10000 ? fmt::format("\\u{:04x}", code)
                            : fmt::format("\\u{:04x}\\u{:04x}", 0xD7C0 + (code >> 10), 0xDC00 + (code & 0x3FF));
    }
  }
  return out + '"';
}

// Writes values as Python does, or as JSON where there is a style.
class Writer {
 public:
  Writer(Context& context, const JsonStyle* json) : context_(context), json_(json) {
    if (json != nullptr) style_ = *json;
  }

  Result<void> write(const Value& value) {
    TRIPOS_CHECK(context_.spend(1));
    if (const std::string* text = as_text(value)) return write_text(*text);
    if (const List* list = as_list(value)) return write_list(*list);
    if (const Dict* dict = as_dict(value)) return write_dict(*dict);
    if (std::holds_alternative<None>(value)) {
      out += json_ == nullptr ? "None" : "null";
    } else if (const bool* flag = std::get_if<bool>(&value)) {
      out += json_ == nullptr ? (*flag ? "True" : "False") : (*flag ? "true" : "false");
    } else if (const auto* integer = std::get_if<std::int64_t>(&value)) {
      out += fmt::format("{}", *integer);
    } else if (const double* number = std::get_if<double>(&value)) {
      out += float_text(*number);
    } else if (is_undefined(value) && json_ == nullptr) {
      out += "Undefined";
    } else {
      return refuse(fmt::format("a value of type {} has no text", type_name(value)));
    }
    return {};
  }

  std::string out;

 private:
  Result<void> write_text(const std::string& text) {
    TRIPOS_CHECK(context_.spend(text.size()));
    out += json_ == nullptr ? python_quoted(text) : json_quoted(text, style_.is_ascii);
    return {};
  }

  Result<void> new_line() {
    if (!style_.indent) return {};
    TRIPOS_CHECK(context_.spend(level_ * style_.indent->size() + 1));
    out += '\n';
    for (std::size_t i = 0; i < level_; ++i) out += *style_.indent;
    return {};
  }

  template <typename Items, typename WriteItem>
  Result<void> write_items(const Items& items, std::string_view open, std::string_view close, WriteItem write_item) {
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
    const bool is_tuple = list.kind == List::Kind::kTuple;
    if (!is_tuple && list.kind != List::Kind::kList) {
      return fail(Error::Kind::kData, "a range, dict view or iterator is printed", "add the filter \"list\"");
    }
    const auto write_item = [&](const Value& item) { return write(item); };
    if (!is_tuple || json_ != nullptr) return write_items(list.items, "[", "]", write_item);
    return write_items(list.items, "(", list.items.size() == 1 ? ",)" : ")", write_item);
  }

  Result<void> write_dict(const Dict& dict) {
    return write_items(dict.items, "{", "}", [&](const auto& item) -> Result<void> {
      if (json_ != nullptr && as_text(item.first) == nullptr) return refuse("a key of JSON that is no string");
      TRIPOS_CHECK(write(item.first));
      out += style_.key_separator;
      return write(item.second);
    });
  }

  Context& context_;
  const JsonStyle* json_;
  JsonStyle style_;
  std::size_t level_ = 0;
};

}  // namespace

Result<std::string> to_text(Context& context, const Value& value) {
  if (is_undefined(value)) return std::string();
  if (const auto* markup = std::get_if<Markup>(&value)) return to_text(context, markup->text);
  if (const std::string* text = as_text(value)) {
    TRIPOS_CHECK(context.spend(text->size()));
    return *text;
  }
  Writer writer(context, nullptr);
  TRIPOS_CHECK(writer.write(value));
  return std::move(writer.out);
}

Result<std::string> to_json(Context& context, const Value& value, const JsonStyle& style) {
  Writer writer(context, &style);
  TRIPOS_CHECK(writer.write(value));
  return std::move(writer.out);
}

}  // namespace tripos::moe::jinja
