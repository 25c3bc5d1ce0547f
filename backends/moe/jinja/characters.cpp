#include "backends/moe/jinja/characters.h"

#include <fmt/format.h>
#include <utf8proc.h>

#include <algorithm>

namespace tripos::moe::jinja {
namespace {

utf8proc_category_t category(char32_t code) { return utf8proc_category(static_cast<utf8proc_int32_t>(code)); }

Character last_character(std::string_view text) {
  std::size_t at = text.size() - 1;
  while (at > 0 && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80) --at;
  return first_character(text.substr(at));
}

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

using Mapping = utf8proc_int32_t (*)(utf8proc_int32_t);

// Each character mapped by what `mapping_of` says for it.
template <typename MappingOf>
Result<std::string> mapped(std::string_view text, MappingOf mapping_of) {
  std::string out;
  out.reserve(text.size());
  for (const Character& c : characters(text)) {
    if (has_special_case(c.code)) {
      return fail(Error::Kind::kData, fmt::format("the upper and lower case of \"{}\" are not supported", c.bytes));
    }
    const Mapping mapping = mapping_of(c);
    out += to_utf8(static_cast<char32_t>(mapping(static_cast<utf8proc_int32_t>(c.code))));
  }
  return out;
}

// Lower case but for the first character of each word; `continues` tells whether a word goes on behind a character.
template <typename Continues>
Result<std::string> with_capitals(std::string_view text, Mapping capital, Continues continues) {
  bool in_word = false;
  return mapped(text, [&](const Character& c) {
    const Mapping mapping = in_word ? &utf8proc_tolower : capital;
    in_word = continues(c);
    return mapping;
  });
}

}  // namespace

Character first_character(std::string_view text) {
  utf8proc_int32_t code = 0;
  const auto size = utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                                     static_cast<utf8proc_ssize_t>(text.size()), &code);
  return {static_cast<char32_t>(code), text.substr(0, size > 0 ? static_cast<std::size_t>(size) : 1)};
}

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

std::string to_utf8(char32_t code) {
  utf8proc_uint8_t bytes[4];
  const auto size = utf8proc_encode_char(static_cast<utf8proc_int32_t>(code), bytes);
  return std::string(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size));
}

bool is_printable(char32_t code) {
  constexpr utf8proc_category_t kOthers[] = {UTF8PROC_CATEGORY_CN, UTF8PROC_CATEGORY_CC, UTF8PROC_CATEGORY_CF,
                                             UTF8PROC_CATEGORY_CS, UTF8PROC_CATEGORY_CO, UTF8PROC_CATEGORY_ZL,
                                             UTF8PROC_CATEGORY_ZP, UTF8PROC_CATEGORY_ZS};
  return code == ' ' || std::find(std::begin(kOthers), std::end(kOthers), category(code)) == std::end(kOthers);
}

bool is_decimal(char32_t code) { return category(code) == UTF8PROC_CATEGORY_ND; }

// White_Space, and the separators U+001C to U+001F.
bool is_space(char32_t code) {
  return (code >= 0x9 && code <= 0xD) || (code >= 0x1C && code <= 0x20) || code == 0x85 || code == 0xA0 ||
         code == 0x1680 || (code >= 0x2000 && code <= 0x200A) || code == 0x2028 || code == 0x2029 || code == 0x202F ||
         code == 0x205F || code == 0x3000;
}

Result<std::string> upper(std::string_view text) {
  return mapped(text, [](const Character&) { return &utf8proc_toupper; });
}

Result<std::string> lower(std::string_view text) {
  return mapped(text, [](const Character&) { return &utf8proc_tolower; });
}

Result<std::string> capitalized(std::string_view text) {
  return with_capitals(text, &utf8proc_totitle, [](const Character&) { return true; });
}

Result<std::string> titled(std::string_view text) {
  return with_capitals(text, &utf8proc_totitle, [](const Character& c) {
    const auto type = category(c.code);
    return type == UTF8PROC_CATEGORY_LU || type == UTF8PROC_CATEGORY_LL || type == UTF8PROC_CATEGORY_LT;
  });
}

Result<std::string> titled_words(std::string_view text) {
  return with_capitals(text, &utf8proc_toupper, [](const Character& c) {
    return !is_space(c.code) && std::string_view("-({[<").find(c.bytes) == std::string_view::npos;
  });
}

std::string_view stripped(std::string_view text, const std::optional<std::string>& set, bool left, bool right) {
  const auto goes = [&](const Character& c) {
    return set ? set->find(c.bytes) != std::string::npos : is_space(c.code);
  };
  while (left && !text.empty() && goes(first_character(text))) text.remove_prefix(first_character(text).bytes.size());
  while (right && !text.empty() && goes(last_character(text))) text.remove_suffix(last_character(text).bytes.size());
  return text;
}

}  // namespace tripos::moe::jinja
