#include <algorithm>

#include "harness/core/text.h"
#include "scorers/latex/number_words.h"
#include "scorers/latex/parser.h"
#include "scorers/latex/spelling.h"

namespace tripos::scorers {
namespace {

constexpr long kMaxExponent = 4000;  // of "1e4000"

bool is_too_large(std::string_view number) {
  const std::size_t e = number.find_first_of("eE");
  if (number.find('\\') != std::string_view::npos || e == std::string_view::npos) return false;
  const std::string_view power = number.substr(e + 1);
  return std::abs(std::stol(std::string(power.substr(power.starts_with('+') ? 1 : 0)))) > kMaxExponent;
}

// "5", "{16}", "\\text{five}"
bool starts_base(std::string_view text) {
  constexpr std::size_t kLongest = 24;
  const std::string words = words_of(text.substr(0, kLongest));
  return starts_with_digit(words) || number_in_words(words).has_value();
}

// The "AB3" of "AB3_{16}" and "(AB3)_{16}"; empty where there is none.
std::string_view based_digits(std::string_view text) {
  const std::size_t begin = text.starts_with('(') ? 1 : 0;
  std::size_t end = begin;
  bool digit = false;
  while (end < text.size() && (is_digit(text[end]) || (text[end] >= 'A' && text[end] <= 'Z'))) {
    digit = digit || is_digit(text[end]);
    ++end;
  }
  const std::string_view close = begin == 1 ? ")_" : "_";
  const std::string_view behind = text.substr(end);
  if (!digit || !behind.starts_with(close) || !starts_base(behind.substr(close.size()))) return {};
  return text.substr(begin, end - begin);
}

// The length of what goes on for ever in "0.333...", "0.7373..." and "0.142857142857...": three times one digit, or
// twice the same digits at the end; 0 where nothing does.
std::size_t repeating_digits(std::string_view number) {
  const std::size_t point = number.find('.');
  if (point == std::string_view::npos || number.find_first_not_of("0123456789", point + 1) != std::string_view::npos) {
    return 0;
  }
  const std::string_view decimals = number.substr(point + 1);
  constexpr std::size_t kLongest = 60;
  for (std::size_t period = 1; period <= std::min(decimals.size() / 2, kLongest); ++period) {
    const std::size_t shown = period == 1 ? 3 : 2 * period;
    if (shown > decimals.size()) continue;
    const std::string_view tail = decimals.substr(decimals.size() - shown);
    if (tail.substr(period) == tail.substr(0, shown - period)) return period;
  }
  return 0;
}

}  // namespace

Node number_from(std::string_view text) {
  std::string digits;
  std::string repeating;
  int decimals = -1;
  long exponent = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (is_digit(c)) {
      digits += c;
      if (decimals >= 0) ++decimals;
    } else if (c == '.') {
      decimals = 0;
    } else if (c == '\\' && i + 1 < text.size() && is_letter(text[i + 1])) {
      const std::size_t open = text.find('{', i);
      const bool braced = open != std::string_view::npos;
      repeating = braced ? text.substr(open + 1, text.size() - open - 2) : text.substr(text.size() - 1);
      break;
    } else if ((c | 32) == 'e') {
      const std::string_view power = text.substr(i + (text[i + 1] == '+' ? 2 : 1));
      exponent = std::stol(std::string(power));
      break;
    }
  }
  Node number;
  mpz_class scale;
  mpz_ui_pow_ui(scale.get_mpz_t(), 10, static_cast<unsigned long>(std::max(decimals, 0)));
  number.number = mpq_class(mpz_class(digits.empty() ? "0" : digits, 10), scale);
  if (!repeating.empty()) {
    mpz_class nines;
    mpz_ui_pow_ui(nines.get_mpz_t(), 10, repeating.size());
    number.number += mpq_class(mpz_class(repeating, 10), scale * (nines - 1));
  } else if (decimals > 0 || exponent < 0) {
    number.decimals = std::max(decimals, 0);
    number.digits = static_cast<int>(digits.size() - std::min(digits.find_first_not_of('0'), digits.size()));
  }
  if (exponent != 0) {
    mpz_class power;
    mpz_ui_pow_ui(power.get_mpz_t(), 10, static_cast<unsigned long>(std::abs(exponent)));
    if (exponent > 0) {
      number.number *= power;
    } else {
      number.number /= power;
    }
    if (number.decimals >= 0) number.decimals = std::max<int>(0, number.decimals - static_cast<int>(exponent));
  }
  number.number.canonicalize();
  return number;
}

std::optional<Node> Parser::read_based() {
  const std::size_t begin = lexer_.peek().begin;
  const std::string_view digits = based_digits(lexer_.text().substr(begin));
  if (digits.empty()) return std::nullopt;
  lexer_.move_to(lexer_.text().find('_', begin) + 1);
  Node base = read_argument();
  return node(Kind::kBased, {std::move(base)}, digits);
}

Node Parser::read_number() {
  const Token token = lexer_.take();
  if (is_too_large(token.text)) throw Unreadable{"a number is too large"};
  if (++nodes_ > kMaxNodes) throw Unreadable{"too many parts"};
  const auto repeating = [](std::string_view before, std::string_view digits) {
    return number_from(std::string(before) + "\\overline{" + std::string(digits) + "}");
  };
  const Token next = lexer_.peek();
  if (next.is_sign("...") || next.is_command("ldots") || next.is_command("dots")) {
    const std::size_t period = repeating_digits(token.text);
    if (period == 0) return number_from(token.text);
    lexer_.take();
    const std::size_t before = token.text.size() - period;
    return repeating(token.text.substr(0, before), token.text.substr(before));
  }
  if (token.text.ends_with('.') && next.is_sign("(") && next.begin == token.end) {  // "0.(73)"
    const std::string_view rest = lexer_.text().substr(next.end);
    const std::size_t end = std::min(rest.find_first_not_of("0123456789"), rest.size());
    if (end > 0 && rest.substr(end).starts_with(')')) {
      lexer_.move_to(next.end + end + 1);
      return repeating(token.text, rest.substr(0, end));
    }
  }
  return number_from(token.text);
}

}  // namespace tripos::scorers
