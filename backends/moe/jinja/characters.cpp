#include "backends/moe/jinja/characters.h"

#include <fmt/format.h>
#include <utf8proc.h>

#include <algorithm>

namespace tripos::moe::jinja {
namespace {

Character first_character(std::string_view text) {
  utf8proc_int32_t code = 0;
  const auto size = utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                                     static_cast<utf8proc_ssize_t>(text.size()), &code);
  return {static_cast<char32_t>(code), text.substr(0, size > 0 ? static_cast<std::size_t>(size) : 1)};
}

utf8proc_category_t category(char32_t code) { return utf8proc_category(static_cast<utf8proc_int32_t>(code)); }

// The characters of Unicode's SpecialCasing.txt: their full case mapping is more than one character, or depends on the
// context (the final sigma).
bool has_special_case(char32_t code) {
  constexpr struct {
    char32_t first, last;
  } kRanges[] = {{0xDF, 0xDF},     {0x130, 0x130},   {0x149, 0x149},   {0x1F0, 0x1F0},  {0x345, 0x345},
                 {0x390, 0x390},   {0x3A3, 0x3A3},   {0x3B0, 0x3B0},   {0x587, 0x587},  {0x1E96, 0x1E9A},
                 {0x1E9E, 0x1E9E}, {0x1F50, 0x1F57}, {0x1F80, 0x1FFF}, {0xFB00, 0xFB17}};
  return std::any_of(std::begin(kRanges), std::end(kRanges),
                     [code](const auto& range) { return range.first <= code && code <= range.last; });
}

enum class Case { kUpper, kLower, kTitle };

Result<void> append(const Character& c, Case wanted, std::string& out) {
  if (has_special_case(c.code)) {
    return fail(Error::Kind::kData, fmt::format("the upper and lower case of \"{}\" are not supported", c.bytes));
  }
  const auto code = static_cast<utf8proc_int32_t>(c.code);
  const auto mapped = wanted == Case::kUpper   ? utf8proc_toupper(code)
                      : wanted == Case::kLower ? utf8proc_tolower(code)
                                               : utf8proc_totitle(code);
  out += to_utf8(static_cast<char32_t>(mapped));
  return {};
}

template <typename CaseOf>
Result<std::string> mapped(std::string_view text, CaseOf case_of) {
  std::string out;
  out.reserve(text.size());
  for (const Character& c : characters(text)) TRIPOS_CHECK(append(c, case_of(c), out));
  return out;
}

}  // namespace

std::vector<Character> characters(std::string_view text) {
  std::vector<Character> all;
  while (!text.empty()) {
    all.push_back(first_character(text));
    text.remove_prefix(all.back().bytes.size());
  }
  return all;
}

std::size_t length(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

bool is_printable(char32_t code) {
  switch (category(code)) {
    case UTF8PROC_CATEGORY_CN:
    case UTF8PROC_CATEGORY_CC:
    case UTF8PROC_CATEGORY_CF:
    case UTF8PROC_CATEGORY_CS:
    case UTF8PROC_CATEGORY_CO:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP:
      return false;
    case UTF8PROC_CATEGORY_ZS:
      return code == ' ';
    default:
      return true;
  }
}

// str.isspace() of Python: White_Space, and the separators U+001C to U+001F.
bool is_space(char32_t code) {
  return (code >= 0x9 && code <= 0xD) || (code >= 0x1C && code <= 0x20) || code == 0x85 || code == 0xA0 ||
         code == 0x1680 || (code >= 0x2000 && code <= 0x200A) || code == 0x2028 || code == 0x2029 || code == 0x202F ||
         code == 0x205F || code == 0x3000;
}

bool is_decimal(char32_t code) { return category(code) == UTF8PROC_CATEGORY_ND; }
bool is_upper(char32_t code) { return category(code) == UTF8PROC_CATEGORY_LU; }
bool is_lower(char32_t code) { return category(code) == UTF8PROC_CATEGORY_LL; }
bool is_cased(char32_t code) { return is_upper(code) || is_lower(code) || category(code) == UTF8PROC_CATEGORY_LT; }

std::string to_utf8(char32_t code) {
  utf8proc_uint8_t bytes[4];
  const auto size = utf8proc_encode_char(static_cast<utf8proc_int32_t>(code), bytes);
  return std::string(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size));
}

Result<std::string> upper(std::string_view text) {
  return mapped(text, [](const Character&) { return Case::kUpper; });
}

Result<std::string> lower(std::string_view text) {
  return mapped(text, [](const Character&) { return Case::kLower; });
}

Result<std::string> capitalized(std::string_view text) {
  return mapped(text, [&](const Character& c) { return c.bytes.data() == text.data() ? Case::kTitle : Case::kLower; });
}

Result<std::string> titled(std::string_view text) {
  bool after_cased = false;
  return mapped(text, [&](const Character& c) {
    const Case wanted = after_cased ? Case::kLower : Case::kTitle;
    after_cased = is_cased(c.code);
    return wanted;
  });
}

std::string_view stripped(std::string_view text, const std::optional<std::string>& set, bool left, bool right) {
  const std::vector<Character> all = characters(text);
  const auto goes = [&](const Character& c) {
    return set ? set->find(c.bytes) != std::string::npos : is_space(c.code);
  };
  std::size_t first = 0;
  std::size_t last = all.size();
  while (left && first < last && goes(all[first])) ++first;
  while (right && last > first && goes(all[last - 1])) --last;
  if (first == last) return {};
  const char* begin = all[first].bytes.data();
  const char* end = all[last - 1].bytes.data() + all[last - 1].bytes.size();
  return {begin, static_cast<std::size_t>(end - begin)};
}

}  // namespace tripos::moe::jinja
