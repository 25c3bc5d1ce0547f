// Rational arithmetic with a guard before every operation: nothing grows beyond kMaxBits.

#include <algorithm>
#include <map>
#include <numeric>

#include "scorers/exact/exact.h"

namespace tripos::scorers {
namespace {

constexpr std::size_t kMaxBits = 1'000'000;
constexpr long kMaxFactorial = 10'000;
constexpr long kMaxTerms = 1000;
constexpr int kMaxSteps = 20'000;
constexpr std::size_t kMaxWork = 8 * kMaxBits;  // bits of all results together
constexpr std::size_t kDivisorWork = 32;        // a common divisor takes the time of so many products

using Number = std::optional<mpq_class>;

std::size_t bits(const mpz_class& number) { return mpz_sizeinbase(number.get_mpz_t(), 2); }
std::size_t bits(const mpq_class& number) { return bits(number.get_num()) + bits(number.get_den()); }

std::optional<long> small_integer(const mpq_class& number, long low, long high) {
  if (number.get_den() != 1 || number < low || number > high) return std::nullopt;
  return number.get_num().get_si();
}

// The n-th root of a number that has a rational one.
Number exact_root(const mpq_class& number, unsigned long n) {
  if (number < 0 && n % 2 == 0) return std::nullopt;
  mpz_class numerator;
  mpz_class denominator;
  if (mpz_root(numerator.get_mpz_t(), number.get_num_mpz_t(), n) == 0) return std::nullopt;
  if (mpz_root(denominator.get_mpz_t(), number.get_den_mpz_t(), n) == 0) return std::nullopt;
  return mpq_class(numerator, denominator);
}

Number integer_power(const mpq_class& base, const mpz_class& exponent) {
  if (base == 0) return exponent > 0 ? Number(0) : std::nullopt;
  if (abs(base) == 1) return base == 1 || mpz_even_p(exponent.get_mpz_t()) != 0 ? mpq_class(1) : mpq_class(-1);
  const mpz_class size = abs(exponent);
  if (size > kMaxBits || bits(base) * size.get_ui() > kMaxBits) return std::nullopt;
  mpz_class numerator;
  mpz_class denominator;
  mpz_pow_ui(numerator.get_mpz_t(), base.get_num_mpz_t(), size.get_ui());
  mpz_pow_ui(denominator.get_mpz_t(), base.get_den_mpz_t(), size.get_ui());
  if (exponent > 0) return mpq_class(numerator, denominator);
  mpq_class inverse(denominator, numerator);
  inverse.canonicalize();
  return inverse;
}

// The principal value: a root of a negative number is not real.
Number power(const mpq_class& base, const mpq_class& exponent) {
  if (exponent.get_den() == 1) return integer_power(base, exponent.get_num());
  if (base < 0 || exponent.get_den() > 1000) return std::nullopt;
  const Number root = exact_root(base, exponent.get_den().get_ui());
  return root ? integer_power(*root, exponent.get_num()) : std::nullopt;
}

mpz_class floor_of(const mpq_class& number) {
  mpz_class result;
  mpz_fdiv_q(result.get_mpz_t(), number.get_num_mpz_t(), number.get_den_mpz_t());
  return result;
}

class Calculator {
 public:
  Number of(const Node& node) {
    if (++steps_ > kMaxSteps) return std::nullopt;
    Number number = unguarded(node);
    if (!number) return std::nullopt;
    const std::size_t size = bits(*number);
    work_ += size;
    return size > kMaxBits || work_ > kMaxWork ? std::nullopt : std::move(number);
  }

 private:
  Number unguarded(const Node& node) {
    switch (node.kind) {
      case Kind::kNumber:
        return node.number;
      case Kind::kSymbol: {
        const auto found = bound_.find(node.name);
        return found == bound_.end() ? std::nullopt : Number(found->second);
      }
      case Kind::kAdd:
      case Kind::kMultiply: {
        const bool sum = node.kind == Kind::kAdd;
        mpq_class total = sum ? 0 : 1;
        for (const Node& child : node.children) {
          const Number part = of(child);
          if (!part || bits(total) + bits(*part) > kMaxBits) return std::nullopt;
          if (sum) {
            total += *part;
          } else {
            total *= *part;
          }
        }
        return total;
      }
      case Kind::kNegate: {
        const Number part = of(node.children[0]);
        return part ? Number(-*part) : std::nullopt;
      }
      case Kind::kDivide: {
        const Number dividend = of(node.children[0]);
        const Number divisor = dividend ? of(node.children[1]) : std::nullopt;
        if (!divisor || *divisor == 0) return std::nullopt;
        return Number(*dividend / *divisor);
      }
      case Kind::kPower: {
        const Number base = of(node.children[0]);
        const Number exponent = base ? of(node.children[1]) : std::nullopt;
        return exponent ? power(*base, *exponent) : std::nullopt;
      }
      case Kind::kCall:
        return call(node);
      default:
        return std::nullopt;
    }
  }

  Number call(const Node& node) {
    const std::string_view name = node.name;
    if (name == "sum" || name == "product") return repeated(node);
    std::vector<mpq_class> arguments;
    for (const Node& child : node.children) {
      Number argument = of(child);
      if (!argument) return std::nullopt;
      arguments.push_back(std::move(*argument));
    }
    if (arguments.empty()) return std::nullopt;
    const mpq_class& x = arguments[0];
    if (arguments.size() == 1) {
      if (name == "sqrt") return exact_root(x, 2);
      if (name == "abs") return mpq_class(abs(x));
      if (name == "floor") return mpq_class(floor_of(x));
      if (name == "ceil") return mpq_class(-floor_of(-x));
      if (name == "sign") return mpq_class(sgn(x));
      if (name == "re" || name == "conjugate") return x;
      if (name == "im") return mpq_class(0);
      if (name == "factorial" || name == "double_factorial") return factorial(x, name == "factorial" ? 1 : 2);
    }
    if (arguments.size() == 2) {
      const mpq_class& y = arguments[1];
      if (name == "root") {
        const auto n = small_integer(y, 1, 1000);
        return n ? exact_root(x, static_cast<unsigned long>(*n)) : std::nullopt;
      }
      if (name == "binomial" || name == "permutations") return choose(x, y, name == "binomial");
      if (name == "mod" && x.get_den() == 1 && y.get_den() == 1 && y > 0) return x - y * floor_of(x / y);
    }
    if (name == "max") return *std::max_element(arguments.begin(), arguments.end());
    if (name == "min") return *std::min_element(arguments.begin(), arguments.end());
    if (name == "gcd" || name == "lcm") return common(arguments, name == "gcd");
    return std::nullopt;
  }

  static Number factorial(const mpq_class& x, int step) {
    const auto n = small_integer(x, 0, kMaxFactorial);
    if (!n) return std::nullopt;
    mpz_class result;
    if (step == 1) {
      mpz_fac_ui(result.get_mpz_t(), static_cast<unsigned long>(*n));
    } else {
      mpz_2fac_ui(result.get_mpz_t(), static_cast<unsigned long>(*n));
    }
    return mpq_class(result);
  }

  static Number choose(const mpq_class& x, const mpq_class& y, bool unordered) {
    const auto n = small_integer(x, 0, kMaxFactorial);
    const auto k = small_integer(y, 0, kMaxFactorial);
    if (!n || !k) return std::nullopt;
    mpz_class result;
    mpz_bin_uiui(result.get_mpz_t(), static_cast<unsigned long>(*n), static_cast<unsigned long>(*k));
    if (unordered) return mpq_class(result);
    mpz_class orders;
    mpz_fac_ui(orders.get_mpz_t(), static_cast<unsigned long>(*k));
    return mpq_class(result * orders);
  }

  Number common(const std::vector<mpq_class>& numbers, bool divisor) {
    mpz_class result = divisor ? 0 : 1;
    for (const mpq_class& number : numbers) {
      if (number.get_den() != 1 || bits(result) + bits(number) > kMaxBits) return std::nullopt;
      work_ += kDivisorWork * bits(number);
      if (work_ > kMaxWork) return std::nullopt;
      (divisor ? mpz_gcd : mpz_lcm)(result.get_mpz_t(), result.get_mpz_t(), number.get_num_mpz_t());
    }
    return mpq_class(result);
  }

  Number repeated(const Node& node) {
    if (node.children.size() != 4 || node.children[1].kind != Kind::kSymbol) return std::nullopt;
    const Number from = of(node.children[2]);
    const Number to = from ? of(node.children[3]) : std::nullopt;
    if (!to || from->get_den() != 1 || to->get_den() != 1 || *to - *from >= kMaxTerms) return std::nullopt;
    const bool is_sum = node.name == "sum";
    const std::string& index = node.children[1].name;
    const auto outer = bound_.find(index);
    const Number shadowed = outer == bound_.end() ? std::nullopt : Number(outer->second);
    Number total = mpq_class(is_sum ? 0 : 1);
    for (mpz_class k = from->get_num(); k <= to->get_num() && total; ++k) {
      bound_[index] = k;
      const Number term = of(node.children[0]);
      if (!term || bits(*total) + bits(*term) > kMaxBits) {
        total.reset();
      } else if (is_sum) {
        *total += *term;
      } else {
        *total *= *term;
      }
      work_ += total ? bits(*total) : 0;
      if (work_ > kMaxWork) total.reset();
    }
    bound_.erase(index);
    if (shadowed) bound_.emplace(index, *shadowed);
    return total;
  }

  int steps_ = 0;
  std::size_t work_ = 0;
  std::map<std::string, mpq_class, std::less<>> bound_;  // indices of sums
};

}  // namespace

std::optional<mpq_class> rational_value(const Node& expression) { return Calculator().of(expression); }

}  // namespace tripos::scorers
