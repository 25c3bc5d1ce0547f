#include "backends/moe/jinja/escapes.h"

#include <fmt/format.h>

#include <charconv>

#include "backends/moe/jinja/characters.h"
#include "backends/moe/jinja/value.h"

namespace tripos::moe::jinja {
namespace {

Result<char32_t> code_of(std::string_view digits, int base) {
  std::uint32_t code = 0;
  const auto end = std::from_chars(digits.data(), digits.data() + digits.size(), code, base).ptr;
  if (digits.empty() || end != digits.data() + digits.size()) return refuse("an incomplete escape in a string");
  if (code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) {
    return refuse(fmt::format("the escape of U+{:04X}, which is no character", code));
  }
  return static_cast<char32_t>(code);
}

// Takes the escape that `rest` begins with, behind its backslash.
Result<std::string> take_escape(std::string_view& rest) {
  constexpr std::string_view kLetters = "\\'\"abfnrtv";
  constexpr std::string_view kValues = "\\'\"\a\b\f\n\r\t\v";
  const char c = rest[0];
  if (const std::size_t at = kLetters.find(c); at != std::string_view::npos) {
    rest.remove_prefix(1);
    return std::string(1, kValues[at]);
  }
  if (c == 'N') return refuse("the escape \\N in a string");
  if (c == '\n') {
    rest.remove_prefix(1);
    return std::string();
  }
  std::size_t first = 1, size = c == 'x' ? 2 : c == 'u' ? 4 : c == 'U' ? 8 : 0;
  int base = 16;
  if (c >= '0' && c <= '7') {
    first = 0;
    base = 8;
    while (size < 3 && size < rest.size() && rest[size] >= '0' && rest[size] <= '7') ++size;
  }
  if (size == 0) return std::string("\\");  // Python keeps the backslash of what is no escape
  const std::string_view digits = rest.substr(first, size);
  if (digits.size() < size) return refuse("an incomplete escape in a string");
  TRIPOS_TRY(const char32_t code, code_of(digits, base));
  rest.remove_prefix(first + size);
  return to_utf8(code);
}

}  // namespace

Result<std::string> unescaped(std::string_view literal) {
  std::string value;
  while (!literal.empty()) {
    const std::size_t backslash = std::min(literal.find('\\'), literal.size());
    value += literal.substr(0, backslash);
    literal.remove_prefix(backslash);
    if (literal.empty()) break;
    literal.remove_prefix(1);
    if (literal.empty()) return refuse("an incomplete escape in a string");
    TRIPOS_TRY(const std::string escaped, take_escape(literal));
    value += escaped;
  }
  return value;
}

}  // namespace tripos::moe::jinja
