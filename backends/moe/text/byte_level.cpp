#include "backends/moe/text/byte_level.h"

namespace tripos::moe {
namespace {

// Printable characters of Latin-1 stand for themselves; the other bytes, in order, are U+0100 and what follows.
std::optional<unsigned char> byte_of(unsigned character) {
  const bool is_itself = (character >= 0x21 && character <= 0x7E) || (character >= 0xA1 && character <= 0xAC) ||
                         (character >= 0xAE && character <= 0xFF);
  if (is_itself) return static_cast<unsigned char>(character);
  if (character >= 0x100 && character <= 0x120) return static_cast<unsigned char>(character - 0x100);
  if (character >= 0x121 && character <= 0x142) return static_cast<unsigned char>(character - 0x121 + 0x7F);
  if (character == 0x143) return static_cast<unsigned char>(0xAD);
  return std::nullopt;
}

std::optional<unsigned> hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return std::nullopt;
}

}  // namespace

std::size_t utf8_length(char first) {
  const auto byte = static_cast<unsigned char>(first);
  if (byte < 0xC0) return 1;
  if (byte < 0xE0) return 2;
  return byte < 0xF0 ? 3 : 4;
}

std::optional<std::string> from_byte_level(std::string_view token) {
  std::string bytes;
  while (!token.empty()) {
    const auto first = static_cast<unsigned char>(token[0]);
    const std::size_t length = utf8_length(token[0]);
    if (length > 2 || length > token.size()) return std::nullopt;
    const unsigned character =
        length == 1 ? first : (first & 0x1Fu) << 6 | (static_cast<unsigned char>(token[1]) & 0x3Fu);
    const std::optional<unsigned char> byte = byte_of(character);
    if (!byte) return std::nullopt;
    bytes.push_back(static_cast<char>(*byte));
    token.remove_prefix(length);
  }
  return bytes;
}

std::optional<unsigned char> from_byte_token(std::string_view token) {
  if (token.size() != 6 || !token.starts_with("<0x") || token[5] != '>') return std::nullopt;
  const std::optional<unsigned> high = hex_digit(token[3]);
  const std::optional<unsigned> low = hex_digit(token[4]);
  if (!high || !low) return std::nullopt;
  return static_cast<unsigned char>(*high << 4 | *low);
}

}  // namespace tripos::moe
