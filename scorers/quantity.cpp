#include "scorers/quantity.h"

#include <algorithm>
#include <array>

#include "harness/core/text.h"

namespace tripos::scorers {
namespace {

constexpr std::size_t kMaxDigits = 4096;
constexpr int kMaxUnitWords = 4;

// Words behind a number, without a plural s, that are no unit: they change it, or are mathematics spelled out.
constexpr std::array<std::string_view, 84> kNoUnits = {
    "one",     "two",     "three",     "four",     "five",       "six",   "seven",     "eight",      "nine",
    "ten",     "eleven",  "twelve",    "twenty",   "thirty",     "forty", "fifty",     "hundred",    "thousand",
    "million", "billion", "trillion",  "dozen",    "half",       "halve", "third",     "fourth",     "quarter",
    "fifth",   "sixth",   "seventh",   "eighth",   "ninth",      "tenth", "hundredth", "thousandth", "millionth",
    "squared", "cubed",   "factorial", "sqrt",     "root",       "sin",   "cos",       "tan",        "log",
    "exp",     "mod",     "modulo",    "alpha",    "beta",       "gamma", "delta",     "theta",      "phi",
    "rho",     "lambda",  "omega",     "infinity", "and",        "not",   "nor",       "but",        "plus",
    "minus",   "times",   "over",      "divided",  "multiplied", "power", "choose",    "point",      "remainder",
    "base",    "more",    "les",       "fewer",    "than",       "least", "most",      "about",      "between",
    "through", "except",  "wrong"};
// Words this short are variables otherwise.
constexpr std::array<std::string_view, 14> kShortUnits = {"cm", "mm", "km", "kg", "mg", "ft", "in",
                                                          "mi", "ml", "hr", "lb", "oz", "yd", "gal"};

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

// "xyz" and "abc" are products of variables; words have a vowel, and none runs along the alphabet.
bool is_spoken(std::string_view word) {
  bool runs = true;
  for (std::size_t i = 1; i < word.size(); ++i) runs = runs && word[i] == word[i - 1] + 1;
  return !runs && word.find_first_of("aeiou") != std::string_view::npos;
}

bool among(std::string_view word, auto& list) { return std::find(list.begin(), list.end(), word) != list.end(); }

class Reader {
 public:
  explicit Reader(std::string_view plain) : plain_(plain), rest_(plain) {}

  std::optional<Quantity> read() {
    Quantity quantity;
    if (rest_.size() > 2 && is_letter(rest_[0]) && rest_[1] == '=') {
      quantity.name = rest_.substr(0, 1);
      rest_.remove_prefix(2);
    }
    bool negative = sign();
    const bool is_money = take("$");
    if (is_money && !negative) negative = sign();
    if (!parenthesised(quantity) && !fraction(quantity) && !number(quantity)) return std::nullopt;
    if (negative) quantity.value = -quantity.value;
    if (!unit(quantity.unit)) return std::nullopt;
    if (is_money && quantity.unit.empty()) quantity.unit = "dollar";
    return quantity;
  }

 private:
  bool take(std::string_view token) {
    if (!rest_.starts_with(token)) return false;
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

  // A decimal, or one in brackets with a sign: {-3}, (-3).
  bool operand(std::string_view open, std::string_view close, mpq_class& value, bool& is_integer) {
    if (!take(open)) return false;
    const bool negative = sign();
    if (!decimal(value, is_integer)) return false;
    if (negative) value = -value;
    return take(close);
  }

  bool divide(Quantity& quantity, const mpq_class& divisor) {
    if (divisor == 0) return false;
    quantity.value /= divisor;
    quantity.is_integer = false;
    return true;
  }

  // An argument of \frac: {a}, or a single digit as in \frac12.
  bool argument(mpq_class& value) {
    take(" ");
    bool is_integer = false;
    if (count_digits(0) == 0) return operand("{", "}", value, is_integer);
    value = rest_[0] - '0';
    rest_.remove_prefix(1);
    return true;
  }

  bool fraction(Quantity& quantity) {
    mpq_class divisor;
    return take("\\frac") && argument(quantity.value) && argument(divisor) && divide(quantity, divisor);
  }

  // a, a/b, (a)/(b), 2\frac12, 2 1/2.
  bool number(Quantity& quantity) {
    if (rest_.starts_with('(')) {
      return operand("(", ")", quantity.value, quantity.is_integer) && take("/") && divide_by_operand(quantity);
    }
    if (!decimal(quantity.value, quantity.is_integer)) return false;
    if (quantity.is_integer && has_proper_part()) return add_proper_part(quantity);
    return !take("/") || divide_by_operand(quantity);
  }

  bool divide_by_operand(Quantity& quantity) {
    mpq_class divisor;
    bool is_integer = false;
    const bool is_bare = !rest_.starts_with('(');
    return (is_bare ? decimal(divisor, is_integer) : operand("(", ")", divisor, is_integer)) &&
           divide(quantity, divisor);
  }

  bool has_proper_part() const {
    return rest_.starts_with("\\frac") || (rest_.size() > 1 && rest_[0] == ' ' && is_digit(rest_[1]));
  }

  bool add_proper_part(Quantity& quantity) {
    Quantity part;
    const bool is_read =
        take(" ") ? decimal(part.value, part.is_integer) && take("/") && divide_by_operand(part) : fraction(part);
    if (!is_read || part.value <= 0 || part.value >= 1) return false;
    quantity.value += part.value;
    quantity.is_integer = false;
    return true;
  }

  // One pair around all of it: (3/4), but not the pair (1,234).
  bool parenthesised(Quantity& quantity) {
    const std::size_t end = rest_.find(')');
    if (!rest_.starts_with('(') || end == std::string_view::npos) return false;
    const std::string_view inside = rest_.substr(1, end - 1);
    const std::string_view behind = rest_.substr(end + 1);
    if (behind.starts_with('/') || inside.find_first_of("(,") != std::string_view::npos) return false;
    auto inner = Reader(inside).read();
    if (!inner || !inner->unit.empty() || !inner->name.empty()) return false;
    quantity.value = std::move(inner->value);
    quantity.is_integer = inner->is_integer;
    rest_ = behind;
    return true;
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

  // The plain form keeps no space there.
  bool is_behind_bracket() const {
    const char before = plain_[plain_.size() - rest_.size() - 1];
    return before == '}' || before == ')';
  }

  bool words(std::string& name) {
    bool is_apart = take(" ") || is_behind_bracket();
    for (int count = 0; !rest_.empty() && is_letter(rest_[0]); ++count, is_apart = take(" ")) {
      std::size_t length = 0;
      while (length < rest_.size() && is_letter(rest_[length])) ++length;
      std::string word = to_lower_ascii(rest_.substr(0, length));
      rest_.remove_prefix(length);
      if (word.size() > 3 && word.back() == 's') word.pop_back();
      const bool is_noun = is_apart && word.size() >= 3 && is_spoken(word) && !among(word, kNoUnits);
      if ((!is_noun && !among(word, kShortUnits)) || count == kMaxUnitWords) return false;
      if (!name.empty()) name += ' ';
      name += word;
    }
    if (name == "percent") name = "%";
    if (name.empty() || rest_.empty()) return rest_.empty();
    const bool is_square = rest_ == "^2" || rest_ == "^{2}";
    name += is_square ? "^2" : "^3";
    return is_square || rest_ == "^3" || rest_ == "^{3}";
  }

  std::string_view plain_;
  std::string_view rest_;
};

}  // namespace

std::optional<Quantity> read_quantity(std::string_view plain) { return Reader(plain).read(); }

}  // namespace tripos::scorers
