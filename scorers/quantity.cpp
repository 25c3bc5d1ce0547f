#include "scorers/quantity.h"

#include <algorithm>
#include <array>

#include "harness/core/text.h"

namespace tripos::scorers {
namespace {

constexpr std::size_t kMaxDigits = 4096;

// Words that change the number, or that are mathematics spelled out.
constexpr std::array<std::string_view, 36> kNoUnits = {
    "hundred", "thousand", "million", "billion",  "trillion",  "dozen", "half",  "third", "quarter",
    "fifth",   "tenth",    "squared", "cubed",    "factorial", "sqrt",  "sin",   "cos",   "tan",
    "log",     "exp",      "mod",     "alpha",    "beta",      "gamma", "delta", "theta", "phi",
    "rho",     "lambda",   "omega",   "infinity", "and",       "plus",  "minus", "times", "base"};
// Words this short are variables otherwise.
constexpr std::array<std::string_view, 9> kShortUnits = {"cm", "mm", "km", "kg", "ft", "in", "mi", "ml", "hr"};

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

bool is_unit_word(std::string_view word) {
  const auto among = [&](const auto& list) { return std::find(list.begin(), list.end(), word) != list.end(); };
  return word.size() >= 3 ? !among(kNoUnits) : among(kShortUnits);
}

class Reader {
 public:
  explicit Reader(std::string_view plain) : rest_(plain) {}

  std::optional<Quantity> read() {
    Quantity quantity;
    bool negative = sign();
    const bool is_money = take("$");
    if (is_money && !negative) negative = sign();
    if (!fraction(quantity) && !quotient(quantity)) return std::nullopt;
    if (negative) quantity.value = -quantity.value;
    if (!unit(quantity.unit)) return std::nullopt;
    if (is_money && quantity.unit.empty()) quantity.unit = "dollar";
    return quantity;
  }

 private:
  bool take(std::string_view token) {
    if (rest_.substr(0, token.size()) != token) return false;
    rest_.remove_prefix(token.size());
    return true;
  }

  bool sign() {
    if (take("-")) return true;
    take("+");
    return false;
  }

  std::size_t count_digits(std::size_t from) const {
    std::size_t end = from;
    while (end < rest_.size() && is_digit(rest_[end])) ++end;
    return end - from;
  }

  // "1,000,000": a group of three after the same separator, and no fourth digit.
  bool has_group(char separator) const { return rest_.size() > 3 && rest_[0] == separator && count_digits(1) == 3; }

  void take_digits(std::string& digits, std::size_t count) {
    digits += rest_.substr(0, count);
    rest_.remove_prefix(count);
  }

  bool decimal(mpq_class& value, bool& is_integer) {
    std::string digits;
    take_digits(digits, count_digits(0));
    if (!digits.empty() && digits.size() <= 3 && digits[0] != '0' && !rest_.empty()) {
      const char separator = rest_[0];
      while ((separator == ',' || separator == ' ') && has_group(separator)) {
        rest_.remove_prefix(1);
        take_digits(digits, 3);
      }
    }
    std::size_t places = 0;
    is_integer = true;
    if (!rest_.empty() && rest_[0] == '.' && (!digits.empty() || count_digits(1) > 0)) {
      is_integer = false;
      rest_.remove_prefix(1);
      places = count_digits(0);
      take_digits(digits, places);
    }
    if (digits.empty() || digits.size() > kMaxDigits) return false;
    mpz_class scale;
    mpz_ui_pow_ui(scale.get_mpz_t(), 10, places);
    value = mpq_class(mpz_class(digits, 10), scale);
    value.canonicalize();
    return true;
  }

  bool divide(Quantity& quantity, const mpq_class& divisor) {
    if (divisor == 0) return false;
    quantity.value /= divisor;
    quantity.is_integer = false;
    return true;
  }

  bool quotient(Quantity& quantity) {
    if (!decimal(quantity.value, quantity.is_integer)) return false;
    mpq_class divisor;
    bool is_integer = false;
    return !take("/") || (decimal(divisor, is_integer) && divide(quantity, divisor));
  }

  // {a}, or a single digit as in \frac12.
  bool argument(mpq_class& value) {
    take(" ");
    if (count_digits(0) > 0) {
      value = rest_[0] - '0';
      rest_.remove_prefix(1);
      return true;
    }
    if (!take("{")) return false;
    const bool negative = sign();
    bool is_integer = false;
    if (!decimal(value, is_integer)) return false;
    if (negative) value = -value;
    return take("}");
  }

  bool fraction(Quantity& quantity) {
    mpq_class divisor;
    return take("\\frac") && argument(quantity.value) && argument(divisor) && divide(quantity, divisor);
  }

  // All of the rest, or false.
  bool unit(std::string& name) {
    if (rest_.empty()) return true;
    if (take("%"))
      name = "%";
    else if (take("°"))
      name = "degree";
    if (!name.empty()) return rest_.empty();
    return words(name);
  }

  bool words(std::string& name) {
    for (take(" "); !rest_.empty() && is_letter(rest_[0]); take(" ")) {
      std::size_t length = 0;
      while (length < rest_.size() && is_letter(rest_[length])) ++length;
      const std::string word = to_lower_ascii(rest_.substr(0, length));
      if (!is_unit_word(word)) return false;
      if (!name.empty()) name += ' ';
      name += word.back() == 's' && word.size() > 3 ? word.substr(0, word.size() - 1) : word;
      rest_.remove_prefix(length);
    }
    if (name == "percent") name = "%";
    if (name.empty() || rest_.empty()) return rest_.empty();
    for (const std::string_view power : {"^2", "^{2}", "^3", "^{3}"}) {
      if (rest_ != power) continue;
      name += power.find('2') == power.npos ? "^3" : "^2";
      return true;
    }
    return false;
  }

  std::string_view rest_;
};

}  // namespace

std::optional<Quantity> read_quantity(std::string_view plain) { return Reader(plain).read(); }

}  // namespace tripos::scorers
