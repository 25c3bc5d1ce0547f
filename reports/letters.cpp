#include "reports/letters.h"

namespace tripos::reports {
namespace {

bool is_letter(char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); }

// Digits and everything beyond ASCII may be part of a word.
bool is_mark(char c) { return static_cast<unsigned char>(c) < 0x80 && !is_letter(c) && !(c >= '0' && c <= '9'); }

}  // namespace

std::optional<char> only_letter(std::string_view text) {
  std::optional<char> letter;
  for (const char c : text) {
    if (is_mark(c)) continue;
    if (letter || !is_letter(c)) return std::nullopt;
    letter = c;
  }
  return letter;
}

void keep_letter(std::string& text) {
  const std::optional<char> letter = only_letter(text);
  text = letter ? std::string(1, *letter) : "";
}

}  // namespace tripos::reports
