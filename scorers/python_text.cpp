#include "scorers/python_text.h"

#include "harness/core/text.h"
#include "scorers/characters.h"
#include "scorers/regex.h"

namespace tripos::scorers {

std::size_t count_of(std::string_view text, std::string_view part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string_view::npos; at = text.find(part, at + part.size())) ++count;
  return count;
}

std::optional<std::string> python_integer(std::string_view text) {
  constexpr std::size_t kMostDigits = 4300;
  text = trim_unicode(text);
  const bool is_negative = text.substr(0, 1) == "-";
  if (is_negative || text.substr(0, 1) == "+") text.remove_prefix(1);
  std::string digits;
  bool may_separate = false;
  while (!text.empty()) {
    const std::string_view character = first_character(text);
    text.remove_prefix(character.size());
    if (character == "_" && may_separate && !text.empty()) {
      may_separate = false;
      continue;
    }
    const auto digit = digit_value(character);
    if (!digit || digits.size() == kMostDigits) return std::nullopt;
    digits += static_cast<char>('0' + *digit);
    may_separate = true;
  }
  if (digits.empty()) return std::nullopt;
  digits.erase(0, std::min(digits.find_first_not_of('0'), digits.size() - 1));
  return is_negative && digits != "0" ? "-" + digits : digits;
}

bool is_python_digits(std::string_view text) {
  static const auto kDigits = known_pattern(
      R"([\d²³¹\x{1369}-\x{1371}\x{19da}⁰⁴-⁹₀-₉①-⑨⑴-⑼⒈-⒐⓪\x{24f5}-\x{24fd}\x{24ff}\x{2776}-\x{277e}\x{2780}-\x{2788})"
      R"(\x{278a}-\x{2792}\x{10a40}-\x{10a43}\x{10e60}-\x{10e68}\x{11052}-\x{1105a}\x{1f100}-\x{1f10a}]+)");
  return re2::RE2::FullMatch(to_piece(text), *kDigits);
}

}  // namespace tripos::scorers
