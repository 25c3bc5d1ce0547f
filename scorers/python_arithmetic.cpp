#include "scorers/python_arithmetic.h"

#include <gmpxx.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <compare>
#include <cstdint>
#include <variant>

#include "scorers/python_float.h"

namespace tripos::scorers {
namespace {

constexpr std::size_t kMaxLength = 4096;
constexpr std::size_t kMaxBits = 1 << 13;
constexpr int kMaxDepth = 100;

// What an operand comes to. An exception is a value too: "1/2 or 1/0" never looks at its right side.
struct Raised {};
using Value = std::variant<Raised, mpz_class, double>;

bool is_raised(const Value& value) { return std::holds_alternative<Raised>(value); }

std::size_t bits(const mpz_class& value) { return mpz_sizeinbase(value.get_mpz_t(), 2); }

Value bounded(mpz_class value) { return bits(value) <= kMaxBits ? Value(std::move(value)) : Value(); }

// a / b to the nearest double, as Python divides integers; infinite where no double is near. `b` is not 0.
double nearest_quotient(const mpz_class& a, const mpz_class& b) {
  const bool is_negative = (sgn(a) < 0) != (sgn(b) < 0);
  mpz_class dividend = abs(a);
  mpz_class divisor = abs(b);
  const long shift = static_cast<long>(bits(divisor)) - static_cast<long>(bits(dividend)) + 63;
  (shift > 0 ? dividend : divisor) <<= static_cast<unsigned long>(std::abs(shift));
  mpz_class rest;
  mpz_class quotient;
  mpz_tdiv_qr(quotient.get_mpz_t(), rest.get_mpz_t(), dividend.get_mpz_t(), divisor.get_mpz_t());
  std::uint64_t leading = quotient.get_ui();  // 63 or 64 bits
  if (rest != 0) leading |= 1;
  const double value = std::ldexp(static_cast<double>(leading), static_cast<int>(-shift));
  return is_negative ? -value : value;
}

// Infinite where Python raises OverflowError.
double as_double(const Value& number) {
  if (const auto* real = std::get_if<double>(&number)) return *real;
  return nearest_quotient(std::get<mpz_class>(number), 1);
}

// The operands of a binary operation on doubles. `ok` is false where an integer is too large to be one.
struct Doubles {
  Doubles(const Value& x, const Value& y) : a(as_double(x)), b(as_double(y)) {
    ok = (std::isfinite(a) || std::holds_alternative<double>(x)) &&
         (std::isfinite(b) || std::holds_alternative<double>(y));
  }
  double a;
  double b;
  bool ok;
};

// Quotient rounded down and the remainder with the divisor's sign, as float.__divmod__ finds them.
Value floor_divide(double a, double b, bool wants_rest) {
  double rest = std::fmod(a, b);
  double quotient = (a - rest) / b;
  if (rest == 0) {
    rest = std::copysign(0.0, b);
  } else if ((b < 0) != (rest < 0)) {
    rest += b;
    quotient -= 1;
  }
  if (wants_rest) return rest;
  if (quotient == 0) return std::copysign(0.0, a / b);
  const double floor = std::floor(quotient);
  return quotient - floor > 0.5 ? floor + 1 : floor;
}

Value integer_power(const mpz_class& base, const mpz_class& exponent) {
  const bool is_unit = abs(base) <= 1;
  if (!is_unit && (!exponent.fits_ulong_p() || exponent.get_ui() > kMaxBits / (bits(base) - 1))) return Raised{};
  mpz_class result;
  const unsigned long times = is_unit ? (exponent == 0 ? 0 : exponent.get_ui() % 2 + 2) : exponent.get_ui();
  mpz_pow_ui(result.get_mpz_t(), base.get_mpz_t(), times);
  return bounded(std::move(result));
}

Value real_power(double base, double exponent) {
  if (base == 0 && exponent < 0) return Raised{};
  const double result = std::pow(base, exponent);
  const bool overflows = std::isinf(result) && std::isfinite(base) && std::isfinite(exponent);
  const bool is_complex = std::isnan(result) && !std::isnan(base) && !std::isnan(exponent);
  return overflows || is_complex ? Value() : Value(result);
}

enum class Operator { kXor, kAdd, kSubtract, kMultiply, kDivide, kFloorDivide, kRemainder, kPower };

Value calculate_integers(Operator operation, const mpz_class& a, const mpz_class& b) {
  switch (operation) {
    case Operator::kXor:
      return mpz_class(a ^ b);
    case Operator::kAdd:
      return bounded(a + b);
    case Operator::kSubtract:
      return bounded(a - b);
    case Operator::kMultiply:
      return bounded(a * b);
    case Operator::kPower:
      return b < 0 ? real_power(as_double(a), as_double(b)) : integer_power(a, b);
    default:
      break;
  }
  if (b == 0) return Raised{};
  if (operation == Operator::kDivide) {
    const double quotient = nearest_quotient(a, b);
    return std::isinf(quotient) ? Value() : Value(quotient);
  }
  mpz_class result;
  const auto divide = operation == Operator::kRemainder ? mpz_fdiv_r : mpz_fdiv_q;
  divide(result.get_mpz_t(), a.get_mpz_t(), b.get_mpz_t());
  return result;
}

Value calculate(Operator operation, const Value& left, const Value& right) {
  if (is_raised(left) || is_raised(right)) return Raised{};
  const auto* x = std::get_if<mpz_class>(&left);
  const auto* y = std::get_if<mpz_class>(&right);
  if (x && y) return calculate_integers(operation, *x, *y);
  const Doubles doubles(left, right);
  const auto [a, b, ok] = doubles;
  if (!ok) return Raised{};
  switch (operation) {
    case Operator::kXor:
      return Raised{};
    case Operator::kAdd:
      return a + b;
    case Operator::kSubtract:
      return a - b;
    case Operator::kMultiply:
      return a * b;
    case Operator::kPower:
      return real_power(a, b);
    case Operator::kDivide:
      return b == 0 ? Value() : Value(a / b);
    case Operator::kFloorDivide:
      return b == 0 ? Value() : floor_divide(a, b, false);
    case Operator::kRemainder:
      return b == 0 ? Value() : floor_divide(a, b, true);
  }
  return Raised{};
}

std::partial_ordering compare(const Value& left, const Value& right) {
  const auto* x = std::get_if<mpz_class>(&left);
  const auto* y = std::get_if<mpz_class>(&right);
  if (x && y) return cmp(*x, *y) <=> 0;
  if (!x && !y) return std::get<double>(left) <=> std::get<double>(right);
  const double real = std::get<double>(x ? right : left);
  if (std::isnan(real)) return std::partial_ordering::unordered;
  const int order = mpz_cmp_d((x ? x : y)->get_mpz_t(), real);
  return (x ? order : -order) <=> 0;
}

bool is_true(const Value& value) {
  const auto* integer = std::get_if<mpz_class>(&value);
  return integer ? *integer != 0 : std::get<double>(value) != 0;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_name_character(char c) { return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }

// Words of the grammar that no name can be.
constexpr std::array<std::string_view, 12> kKeywords = {"and", "or",     "not",   "if",    "else", "is",
                                                        "in",  "lambda", "await", "async", "for",  "None"};

// Recursive descent over Python's grammar. Once `failed_`, the text is no arithmetic and every value is void.
class Parser {
 public:
  explicit Parser(std::string_view text) : rest_(text) {}

  Value parse() {
    Value value = disjunction();
    skip_space();
    return failed_ || !rest_.empty() ? Value() : value;
  }

 private:
  using Rule = Value (Parser::*)();
  struct Symbol {
    std::string_view token;
    Operator operation;
  };

  Value fail() {
    failed_ = true;
    return Raised{};
  }

  void skip_space() {
    // Inside parentheses Python reads on over line ends.
    const std::string_view spaces = parentheses_ > 0 ? " \t\f\r\n" : " \t\f";
    rest_.remove_prefix(std::min(rest_.find_first_not_of(spaces), rest_.size()));
  }

  bool take(std::string_view token) {
    skip_space();
    if (!rest_.starts_with(token)) return false;
    rest_.remove_prefix(token.size());
    return true;
  }

  std::string_view word() {
    skip_space();
    if (rest_.empty() || is_digit(rest_[0])) return {};
    std::size_t end = 0;
    while (end < rest_.size() && is_name_character(rest_[end])) ++end;
    return rest_.substr(0, end);
  }

  bool take_word(std::string_view expected) { return word() == expected && take(expected); }

  Value disjunction() {
    Value value = conjunction();
    while (!failed_ && take_word("or")) {
      Value right = conjunction();
      if (!is_raised(value) && !is_true(value)) value = std::move(right);
    }
    return value;
  }

  Value conjunction() {
    Value value = negation();
    while (!failed_ && take_word("and")) {
      Value right = negation();
      if (!is_raised(value) && is_true(value)) value = std::move(right);
    }
    return value;
  }

  Value negation() {
    if (!take_word("not")) return comparison();
    const Value value = nested(&Parser::negation);
    return is_raised(value) ? value : mpz_class(is_true(value) ? 0 : 1);
  }

  // a < b < c is (a < b) and (b < c).
  Value comparison() {
    Value left = exclusive_or();
    std::optional<Value> result;
    while (!failed_) {
      const auto relation = take_relation();
      if (!relation) break;
      Value right = exclusive_or();
      const bool is_settled = result && (is_raised(*result) || !is_true(*result));
      if (!is_settled) result = related(left, right, *relation);
      left = std::move(right);
    }
    return result.value_or(std::move(left));
  }

  static Value related(const Value& left, const Value& right, std::string_view relation) {
    if (is_raised(left) || is_raised(right)) return Raised{};
    const auto order = compare(left, right);
    const bool holds = relation == "=="   ? order == 0
                       : relation == "!=" ? order != 0
                       : relation == "<=" ? order <= 0
                       : relation == ">=" ? order >= 0
                       : relation == "<"  ? order < 0
                                          : order > 0;
    return mpz_class(holds ? 1 : 0);
  }

  std::optional<std::string_view> take_relation() {
    for (const std::string_view relation : {"==", "!=", "<=", ">=", "<", ">"}) {
      if (take(relation)) return relation;
    }
    return std::nullopt;
  }

  // operand (symbol operand)*, from the left.
  template <std::size_t N>
  Value chain(Rule operand, const std::array<Symbol, N>& symbols) {
    Value value = (this->*operand)();
    while (!failed_) {
      const auto symbol = std::find_if(symbols.begin(), symbols.end(), [&](const Symbol& s) { return take(s.token); });
      if (symbol == symbols.end()) break;
      value = calculate(symbol->operation, value, (this->*operand)());
    }
    return value;
  }

  Value exclusive_or() { return chain(&Parser::sum, std::array{Symbol{"^", Operator::kXor}}); }

  Value sum() {
    return chain(&Parser::product, std::array{Symbol{"+", Operator::kAdd}, Symbol{"-", Operator::kSubtract}});
  }

  Value product() {
    return chain(&Parser::signed_power,
                 std::array{Symbol{"//", Operator::kFloorDivide}, Symbol{"/", Operator::kDivide},
                            Symbol{"%", Operator::kRemainder}, Symbol{"*", Operator::kMultiply}});
  }

  // A sign binds looser than the power behind it: -2**2 is -4.
  Value signed_power() {
    if (take("+")) return nested(&Parser::signed_power);
    if (take("~")) return inverted(nested(&Parser::signed_power));
    if (!take("-")) return powered();
    const Value value = nested(&Parser::signed_power);
    if (const auto* real = std::get_if<double>(&value)) return -*real;
    return calculate(Operator::kSubtract, mpz_class(0), value);
  }

  // ~ is for integers alone; "~3/4" is not about three quarters.
  static Value inverted(const Value& value) {
    const auto* integer = std::get_if<mpz_class>(&value);
    return integer ? Value(mpz_class(-*integer - 1)) : Value();
  }

  Value powered() {
    Value base = atom();
    if (failed_ || !take("**")) return base;
    return calculate(Operator::kPower, base, nested(&Parser::signed_power));
  }

  Value nested(Rule rule) {
    if (++depth_ > kMaxDepth) return fail();
    Value value = (this->*rule)();
    --depth_;
    return value;
  }

  Value atom() {
    if (take("(")) {
      ++parentheses_;
      Value value = nested(&Parser::disjunction);
      const bool closed = !failed_ && take(")");
      --parentheses_;
      return closed ? value : fail();
    }
    const std::string_view name = word();
    if (name.empty()) return number();
    if (std::find(kKeywords.begin(), kKeywords.end(), name) != kKeywords.end()) return fail();
    rest_.remove_prefix(name.size());
    if (name == "True") return mpz_class(1);
    if (name == "False") return mpz_class(0);
    return Raised{};
  }

  Value number() {
    const std::size_t whole = digits(0);
    std::size_t end = whole;
    if (rest_.substr(end, 1) == ".") end = digits(end + 1);
    if (end == 0 || rest_.substr(0, end) == ".") return fail();
    if (rest_.substr(end, 1) == "e" || rest_.substr(end, 1) == "E") {
      const std::string_view sign = rest_.substr(end + 1, 1);
      const std::size_t from = end + 1 + (sign == "+" || sign == "-" ? 1 : 0);
      if (digits(from) == from) return fail();
      end = digits(from);
    }
    const std::string_view token = rest_.substr(0, end);
    rest_.remove_prefix(end);
    return end == whole ? integer(token) : read_python_float(token);
  }

  std::size_t digits(std::size_t from) const {
    return std::min(rest_.find_first_not_of("0123456789", from), rest_.size());
  }

  Value integer(std::string_view token) {
    const bool is_zero = token.find_first_not_of('0') == std::string_view::npos;
    if (token[0] == '0' && !is_zero) return fail();  // 007 is a syntax error
    return mpz_class(std::string(token), 10);
  }

  std::string_view rest_;
  bool failed_ = false;
  int parentheses_ = 0;
  int depth_ = 0;  // of everything
};

}  // namespace

std::optional<std::string> python_arithmetic(std::string_view text) {
  if (text.size() > kMaxLength) return std::nullopt;
  const Value value = Parser(text).parse();
  if (is_raised(value)) return std::nullopt;
  const double real = as_double(value);
  if (std::isinf(real) && !std::holds_alternative<double>(value)) return std::nullopt;
  return show_python_float(real);
}

}  // namespace tripos::scorers
