#include "scorers/python_arithmetic.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <variant>

namespace tripos::scorers {
namespace {

using Number = std::variant<std::int64_t, double>;
using Value = std::optional<Number>;

constexpr int kMaxDepth = 100;

double as_double(const Number& number) {
  return std::visit([](auto value) { return static_cast<double>(value); }, number);
}

// Quotients below 2^53 are correctly rounded as in Python; beyond, the extended format makes it nearly always so.
Value divide(const Number& a, const Number& b) {
  const double divisor = as_double(b);
  if (divisor == 0) return std::nullopt;
  if (const auto* x = std::get_if<std::int64_t>(&a), *y = std::get_if<std::int64_t>(&b); x && y) {
    return static_cast<double>(static_cast<long double>(*x) / static_cast<long double>(*y));
  }
  return as_double(a) / divisor;
}

// Python rounds quotients down and gives remainders the sign of the divisor.
Value floor_divide(const Number& a, const Number& b, bool remainder) {
  if (as_double(b) == 0) return std::nullopt;
  if (const auto* x = std::get_if<std::int64_t>(&a), *y = std::get_if<std::int64_t>(&b); x && y) {
    if (*y == -1) return remainder ? Number{std::int64_t{0}} : divide(a, b);
    const bool adjusts = *x % *y != 0 && (*x < 0) != (*y < 0);
    return remainder ? *x % *y + (adjusts ? *y : 0) : *x / *y - (adjusts ? 1 : 0);
  }
  const double divisor = as_double(b);
  double rest = std::fmod(as_double(a), divisor);
  double quotient = (as_double(a) - rest) / divisor;
  if (rest != 0 && (divisor < 0) != (rest < 0)) {
    rest += divisor;
    quotient -= 1;
  }
  return remainder ? rest : std::round(quotient);
}

Value power(const Number& base, const Number& exponent) {
  const auto* integer_base = std::get_if<std::int64_t>(&base);
  const auto* integer_exponent = std::get_if<std::int64_t>(&exponent);
  if (as_double(base) == 0 && as_double(exponent) < 0) return std::nullopt;
  if (!integer_base || !integer_exponent || *integer_exponent < 0) {
    const double result = std::pow(as_double(base), as_double(exponent));
    if (!std::isfinite(result)) return std::nullopt;  // OverflowError, or a complex number
    return result;
  }
  if (*integer_base == 0 || *integer_base == 1) return *integer_exponent == 0 ? std::int64_t{1} : *integer_base;
  if (*integer_base == -1) return std::int64_t{*integer_exponent % 2 == 0 ? 1 : -1};
  std::int64_t result = 1;
  for (std::int64_t i = 0; i < *integer_exponent; ++i) {  // at most 63 steps until it overflows
    if (__builtin_mul_overflow(result, *integer_base, &result)) return std::nullopt;
  }
  return result;
}

Value calculate(char operation, const Number& a, const Number& b) {
  const auto *x = std::get_if<std::int64_t>(&a), *y = std::get_if<std::int64_t>(&b);
  std::int64_t result = 0;
  switch (operation) {
    case '+':
      if (!x || !y) return as_double(a) + as_double(b);
      return __builtin_add_overflow(*x, *y, &result) ? Value{} : Value{result};
    case '-':
      if (!x || !y) return as_double(a) - as_double(b);
      return __builtin_sub_overflow(*x, *y, &result) ? Value{} : Value{result};
    case '*':
      if (!x || !y) return as_double(a) * as_double(b);
      return __builtin_mul_overflow(*x, *y, &result) ? Value{} : Value{result};
    default:  // '^', exclusive or of integers
      return x && y ? Value{*x ^ *y} : Value{};
  }
}

// Recursive descent over Python's grammar. Once `failed_`, everything returns nothing.
class Parser {
 public:
  explicit Parser(std::string_view text) : rest_(text) {}

  Value parse() {
    const Value value = exclusive_or();
    skip_space();
    return rest_.empty() ? value : Value{};
  }

 private:
  void skip_space() {
    // Inside parentheses Python reads on over line ends.
    const std::string_view spaces = depth_ > 0 ? " \t\f\r\n" : " \t\f";
    rest_.remove_prefix(std::min(rest_.find_first_not_of(spaces), rest_.size()));
  }

  bool take(std::string_view token) {
    skip_space();
    if (rest_.substr(0, token.size()) != token) return false;
    rest_.remove_prefix(token.size());
    return true;
  }

  Value exclusive_or() {
    Value value = sum();
    while (value && take("^")) {
      const Value right = sum();
      value = right ? calculate('^', *value, *right) : Value{};
    }
    return value;
  }

  Value sum() {
    Value value = product();
    while (value) {
      const char operation = take("+") ? '+' : take("-") ? '-' : '\0';
      if (operation == '\0') break;
      const Value right = product();
      value = right ? calculate(operation, *value, *right) : Value{};
    }
    return value;
  }

  Value product() {
    Value value = signed_power();
    while (value) {
      const char operation = take("//") ? 'f' : take("/") ? '/' : take("%") ? '%' : take("*") ? '*' : '\0';
      if (operation == '\0') break;
      const Value right = signed_power();
      if (!right) return right;
      if (operation == '*')
        value = calculate('*', *value, *right);
      else if (operation == '/')
        value = divide(*value, *right);
      else
        value = floor_divide(*value, *right, operation == '%');
    }
    return value;
  }

  // A sign binds looser than the power behind it: -2**2 is -4.
  Value signed_power() {
    if (!take("-")) {
      if (!take("+")) return powered();
      return nested(&Parser::signed_power);
    }
    const Value value = nested(&Parser::signed_power);
    return value ? calculate('*', std::int64_t{-1}, *value) : value;
  }

  Value powered() {
    const Value base = atom();
    if (!base || !take("**")) return base;
    const Value exponent = nested(&Parser::signed_power);
    return exponent ? power(*base, *exponent) : exponent;
  }

  Value nested(Value (Parser::*rule)()) {
    ++recursion_;
    const Value value = recursion_ < kMaxDepth ? (this->*rule)() : Value{};
    --recursion_;
    return value;
  }

  Value atom() {
    if (take("(")) {
      ++depth_;
      const Value value = nested(&Parser::exclusive_or);
      const bool closed = value && take(")");
      --depth_;
      return closed ? value : Value{};
    }
    return number();
  }

  Value number() {
    skip_space();
    const std::size_t whole = digits(0);
    std::size_t end = whole;
    if (rest_.substr(end, 1) == ".") end = digits(end + 1);
    if (end == whole + 1 && whole == 0) return std::nullopt;  // a lone point
    if (end == 0) return std::nullopt;
    if (rest_.substr(end, 1) == "e" || rest_.substr(end, 1) == "E") {
      const std::size_t sign = rest_.substr(end + 1, 1) == "+" || rest_.substr(end + 1, 1) == "-" ? 1 : 0;
      const std::size_t exponent = digits(end + 1 + sign);
      if (exponent == end + 1 + sign) return std::nullopt;
      end = exponent;
    }
    const std::string_view token = rest_.substr(0, end);
    rest_.remove_prefix(end);
    return end == whole ? integer(token) : real(token);
  }

  std::size_t digits(std::size_t from) const {
    return std::min(rest_.find_first_not_of("0123456789", from), rest_.size());
  }

  static Value integer(std::string_view token) {
    const bool zero = token.find_first_not_of('0') == std::string_view::npos;
    if (token[0] == '0' && !zero) return std::nullopt;  // 007 is a syntax error
    std::int64_t value = 0;
    if (std::from_chars(token.data(), token.data() + token.size(), value).ec != std::errc()) return std::nullopt;
    return value;
  }

  static Value real(std::string_view token) {
    double value = 0;
    if (std::from_chars(token.data(), token.data() + token.size(), value).ec != std::errc()) return std::nullopt;
    return value;
  }

  std::string_view rest_;
  int depth_ = 0;      // of parentheses
  int recursion_ = 0;  // of everything
};

}  // namespace

std::optional<std::string> python_arithmetic(std::string_view text) {
  const Value value = Parser(text).parse();
  if (!value) return std::nullopt;
  std::string shown = fmt::format("{}", as_double(*value));
  if (shown.find_first_not_of("-0123456789") == std::string::npos) shown += ".0";
  return shown;
}

}  // namespace tripos::scorers
