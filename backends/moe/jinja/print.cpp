#include "backends/moe/jinja/print.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>

#include "backends/moe/jinja/characters.h"

namespace tripos::moe::jinja {
namespace {

Result<void> append_repr(Context& context, const Value& value, std::string& out);

// repr() of a string: in single quotes unless that alone needs no escapes.
std::string quoted(std::string_view text) {
  const bool has_single = text.find('\'') != std::string_view::npos;
  const char quote = has_single && text.find('"') == std::string_view::npos ? '"' : '\'';
  std::string out(1, quote);
  for (const Character c : characters(text)) {
    if (c.bytes == "\\" || c.bytes == std::string_view(&quote, 1)) {
      out += '\\';
      out += c.bytes;
    } else if (c.bytes == "\n") {
      out += "\\n";
    } else if (c.bytes == "\r") {
      out += "\\r";
    } else if (c.bytes == "\t") {
      out += "\\t";
    } else if (is_printable(c.code)) {
      out += c.bytes;
    } else if (c.code < 0x100) {
      out += fmt::format("\\x{:02x}", static_cast<std::uint32_t>(c.code));
    } else if (c.code < 0x10000) {
      out += fmt::format("\\u{:04x}", static_cast<std::uint32_t>(c.code));
    } else {
      out += fmt::format("\\U{:08x}", static_cast<std::uint32_t>(c.code));
    }
  }
  return out + quote;
}

Result<void> append_list(Context& context, const List& list, std::string& out) {
  if (list.kind != List::Kind::kList && list.kind != List::Kind::kTuple) {
    return fail(Error::Kind::kData, "a range, dict view or iterator is printed", "add the filter \"list\"");
  }
  const bool is_tuple = list.kind == List::Kind::kTuple;
  out += is_tuple ? '(' : '[';
  for (std::size_t i = 0; i < list.items.size(); ++i) {
    if (i > 0) out += ", ";
    TRIPOS_CHECK(append_repr(context, list.items[i], out));
  }
  if (is_tuple && list.items.size() == 1) out += ',';
  out += is_tuple ? ')' : ']';
  return {};
}

Result<void> append_dict(Context& context, const Dict& dict, std::string& out) {
  out += '{';
  for (std::size_t i = 0; i < dict.items.size(); ++i) {
    if (i > 0) out += ", ";
    TRIPOS_CHECK(append_repr(context, dict.items[i].first, out));
    out += ": ";
    TRIPOS_CHECK(append_repr(context, dict.items[i].second, out));
  }
  out += '}';
  return {};
}

// True, numbers and None have the same text in str() and repr().
std::optional<std::string> scalar_text(const Value& value) {
  if (std::holds_alternative<None>(value)) return "None";
  if (const bool* flag = std::get_if<bool>(&value)) return *flag ? "True" : "False";
  if (const auto* number = std::get_if<std::int64_t>(&value)) return fmt::format("{}", *number);
  if (const double* number = std::get_if<double>(&value)) return float_text(*number);
  return std::nullopt;
}

Result<void> append_repr(Context& context, const Value& value, std::string& out) {
  if (const std::string* text = as_text(value)) {
    TRIPOS_CHECK(context.spend(text->size() + 1));
    out += quoted(*text);
    return {};
  }
  TRIPOS_CHECK(context.spend(1));
  if (const List* list = as_list(value)) return append_list(context, *list, out);
  if (const Dict* dict = as_dict(value)) return append_dict(context, *dict, out);
  if (const auto text = scalar_text(value)) {
    out += *text;
    return {};
  }
  if (is_undefined(value)) {
    out += "Undefined";
    return {};
  }
  return refuse(fmt::format("a value of type {} has no text", type_name(value)));
}

}  // namespace

std::string float_text(double number) {
  if (std::isnan(number)) return "nan";
  if (std::isinf(number)) return number > 0 ? "inf" : "-inf";
  char digits[64];
  const auto write = [&](std::chars_format format) {
    return std::string(digits, std::to_chars(digits, digits + sizeof digits, number, format).ptr);
  };
  const double size = std::abs(number);
  if (size != 0 && (size < 1e-4 || size >= 1e16)) return write(std::chars_format::scientific);
  const std::string text = write(std::chars_format::fixed);
  return text.find('.') == std::string::npos ? text + ".0" : text;
}

Result<std::string> to_text(Context& context, const Value& value) {
  if (is_undefined(value)) return std::string();
  if (const std::string* text = as_text(value)) {
    TRIPOS_CHECK(context.spend(text->size()));
    return *text;
  }
  std::string out;
  TRIPOS_CHECK(append_repr(context, value, out));
  return out;
}

}  // namespace tripos::moe::jinja
