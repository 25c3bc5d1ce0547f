#include "scorers/exact/surds.h"

#include <map>

namespace tripos::scorers {
namespace {

constexpr std::size_t kMaxTerms = 256;
constexpr std::size_t kMaxProducts = 16'384;  // of terms, in one expression
constexpr std::size_t kMaxCoefficientBits = 10'000;
constexpr std::size_t kMaxRadicandBits = 128;
constexpr unsigned long kLargestDivisor = 1000;
constexpr int kMaxPower = 64;

// Coefficients, none 0, of the square roots of squarefree positive integers.
using Surds = std::map<mpz_class, mpq_class>;

struct Unknown {};

std::size_t bits(const mpz_class& number) { return mpz_sizeinbase(number.get_mpz_t(), 2); }

void add_term(Surds& sum, const mpz_class& radicand, const mpq_class& coefficient) {
  if (bits(coefficient.get_num()) + bits(coefficient.get_den()) > kMaxCoefficientBits) throw Unknown();
  mpq_class& total = sum[radicand];
  total += coefficient;
  if (total == 0) sum.erase(radicand);
  if (sum.size() > kMaxTerms) throw Unknown();
}

Surds constant(const mpq_class& value) {
  Surds surds;
  if (value != 0) add_term(surds, 1, value);
  return surds;
}

// number = root^2 * squarefree, where small divisors show it.
struct Radicand {
  mpz_class root = 1;
  mpz_class squarefree = 1;
};

Radicand split(mpz_class number) {
  if (bits(number) > kMaxRadicandBits) throw Unknown();
  Radicand radicand;
  for (unsigned long divisor = 2; divisor <= kLargestDivisor && number > 1; ++divisor) {
    for (bool odd = true; mpz_divisible_ui_p(number.get_mpz_t(), divisor) != 0; odd = !odd) {
      number /= divisor;
      if (odd) {
        radicand.squarefree *= divisor;
      } else {
        radicand.squarefree /= divisor;
        radicand.root *= divisor;
      }
    }
  }
  // What is left has no factor up to 1000: below 1000^3 it is a square or squarefree.
  if (mpz_perfect_square_p(number.get_mpz_t()) != 0) {
    radicand.root *= sqrt(number);
  } else if (number < mpz_class(kLargestDivisor) * kLargestDivisor * kLargestDivisor) {
    radicand.squarefree *= number;
  } else {
    throw Unknown();
  }
  return radicand;
}

Surds square_root(const mpq_class& value) {
  if (value < 0) throw Unknown();
  if (value == 0) return {};
  const Radicand radicand = split(value.get_num() * value.get_den());
  mpq_class coefficient(radicand.root, value.get_den());
  coefficient.canonicalize();
  Surds surds;
  add_term(surds, radicand.squarefree, coefficient);
  return surds;
}

class Expander {
 public:
  Surds of(const Node& node) {
    switch (node.kind) {
      case Kind::kNumber:
        return constant(node.number);
      case Kind::kAdd: {
        Surds total;
        for (const Node& child : node.children) {
          for (const auto& [radicand, coefficient] : of(child)) add_term(total, radicand, coefficient);
        }
        return total;
      }
      case Kind::kNegate:
        return product(constant(-1), of(node.children[0]));
      case Kind::kMultiply: {
        Surds total = constant(1);
        for (const Node& child : node.children) total = product(total, of(child));
        return total;
      }
      case Kind::kDivide:
        return product(of(node.children[0]), inverse(of(node.children[1])));
      case Kind::kPower:
        return power(node);
      case Kind::kCall:
        return node.name == "sqrt" ? square_root(rational(node.children[0])) : constant(rational(node));
      default:
        throw Unknown();
    }
  }

 private:
  static mpq_class rational(const Node& node) {
    const auto number = rational_value(node);
    return number ? *number : throw Unknown();
  }

  Surds product(const Surds& a, const Surds& b) {
    products_ += a.size() * b.size();
    if (products_ > kMaxProducts) throw Unknown();
    Surds result;
    for (const auto& [left, left_coefficient] : a) {
      for (const auto& [right, right_coefficient] : b) {
        const mpz_class common = gcd(left, right);
        add_term(result, left / common * (right / common), left_coefficient * right_coefficient * common);
      }
    }
    return result;
  }

  // Of one term: 1/(c sqrt m) is sqrt m/(c m).
  static Surds inverse(const Surds& surds) {
    if (surds.size() != 1) throw Unknown();
    const auto& [radicand, coefficient] = *surds.begin();
    Surds result;
    add_term(result, radicand, 1 / (coefficient * radicand));
    return result;
  }

  Surds power(const Node& node) {
    if (const auto number = rational_value(node)) return constant(*number);
    const mpq_class exponent = rational(node.children[1]);
    if (exponent == mpq_class(1, 2)) return square_root(rational(node.children[0]));
    if (exponent.get_den() != 1 || abs(exponent) > kMaxPower) throw Unknown();
    Surds base = of(node.children[0]);
    if (exponent < 0) base = inverse(base);
    if (exponent == 0 && base.empty()) throw Unknown();
    Surds result = constant(1);
    for (long i = std::abs(exponent.get_num().get_si()); i > 0; --i) result = product(result, base);
    return result;
  }

  std::size_t products_ = 0;
};

}  // namespace

std::optional<bool> equal_surds(const Node& a, const Node& b) {
  try {
    const Surds left = Expander().of(a);
    return left == Expander().of(b);
  } catch (const Unknown&) {
    return std::nullopt;
  }
}

}  // namespace tripos::scorers
