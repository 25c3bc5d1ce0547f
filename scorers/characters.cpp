#include "scorers/characters.h"

#include <algorithm>
#include <array>

#include "scorers/regex.h"

namespace tripos::scorers {
namespace {

// The digit 0 of every script; 1 to 9 follow it.
constexpr std::array<char32_t, 66> kZeros = {
    0x30,    0x660,   0x6f0,   0x7c0,   0x966,   0x9e6,   0xa66,   0xae6,   0xb66,   0xbe6,   0xc66,
    0xce6,   0xd66,   0xde6,   0xe50,   0xed0,   0xf20,   0x1040,  0x1090,  0x17e0,  0x1810,  0x1946,
    0x19d0,  0x1a80,  0x1a90,  0x1b50,  0x1bb0,  0x1c40,  0x1c50,  0xa620,  0xa8d0,  0xa900,  0xa9d0,
    0xa9f0,  0xaa50,  0xabf0,  0xff10,  0x104a0, 0x10d30, 0x11066, 0x110f0, 0x11136, 0x111d0, 0x112f0,
    0x11450, 0x114d0, 0x11650, 0x116c0, 0x11730, 0x118e0, 0x11950, 0x11c50, 0x11d50, 0x11da0, 0x16a60,
    0x16ac0, 0x16b50, 0x1d7ce, 0x1d7d8, 0x1d7e2, 0x1d7ec, 0x1d7f6, 0x1e140, 0x1e2f0, 0x1e950, 0x1fbf0};

bool is_continuation(char byte) { return (static_cast<unsigned char>(byte) & 0xc0) == 0x80; }

}  // namespace

std::string_view first_character(std::string_view text) {
  std::size_t end = text.empty() ? 0 : 1;
  while (end < text.size() && is_continuation(text[end])) ++end;
  return text.substr(0, end);
}

std::string_view last_character(std::string_view text) {
  std::size_t start = text.empty() ? 0 : text.size() - 1;
  while (start > 0 && is_continuation(text[start])) --start;
  return text.substr(start);
}

char32_t code_point(std::string_view character) {
  const auto lead = static_cast<unsigned char>(character[0]);
  if (character.size() == 1) return lead;
  char32_t c = lead & (0x7f >> character.size());
  for (const char byte : character.substr(1)) c = c << 6 | (static_cast<unsigned char>(byte) & 0x3f);
  return c;
}

bool is_word(std::string_view character) {
  if (character.empty()) return false;
  const char c = character[0];
  if (character.size() == 1) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_';
  }
  static const auto kWord = known_pattern(R"(\w)");
  return re2::RE2::FullMatch(to_piece(character), *kWord);
}

bool is_printable(std::string_view character) {
  if (character.size() == 1) return character[0] >= ' ' && character[0] < 0x7f;
  static const auto kUnprintable = known_pattern(R"([\p{C}\p{Z}])");
  return !re2::RE2::FullMatch(to_piece(character), *kUnprintable);
}

std::optional<int> digit_value(std::string_view character) {
  if (character.empty()) return std::nullopt;
  const char32_t c = code_point(character);
  const auto above = std::upper_bound(kZeros.begin(), kZeros.end(), c);
  if (above == kZeros.begin() || c - *(above - 1) > 9) return std::nullopt;
  return static_cast<int>(c - *(above - 1));
}

}  // namespace tripos::scorers
