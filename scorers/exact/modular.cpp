#include "scorers/exact/modular.h"

#include <array>
#include <cstdint>

namespace tripos::scorers {
namespace {

// The greatest primes below 2^61.
constexpr std::array<std::uint64_t, 3> kPrimes = {2305843009213693951U, 2305843009213693921U, 2305843009213693907U};

class Residues {
 public:
  explicit Residues(std::uint64_t prime) : prime_(prime) {}

  std::optional<std::uint64_t> of(const Node& node) const {
    switch (node.kind) {
      case Kind::kNumber:
        return quotient(residue(node.number.get_num()), residue(node.number.get_den()));
      case Kind::kNegate: {
        const auto part = of(node.children[0]);
        return part ? std::optional((prime_ - *part) % prime_) : std::nullopt;
      }
      case Kind::kAdd:
      case Kind::kMultiply: {
        std::uint64_t total = node.kind == Kind::kAdd ? 0 : 1;
        for (const Node& child : node.children) {
          const auto part = of(child);
          if (!part) return std::nullopt;
          total = node.kind == Kind::kAdd ? (total + *part) % prime_ : product(total, *part);
        }
        return total;
      }
      case Kind::kDivide: {
        const auto dividend = of(node.children[0]);
        const auto divisor = of(node.children[1]);
        return dividend && divisor ? quotient(*dividend, *divisor) : std::nullopt;
      }
      case Kind::kPower: {
        const auto base = of(node.children[0]);
        const auto exponent = rational_value(node.children[1]);
        if (!base || *base == 0 || !exponent || exponent->get_den() != 1) return std::nullopt;
        const mpz_class order = prime_ - 1;
        mpz_class reduced;
        mpz_fdiv_r(reduced.get_mpz_t(), exponent->get_num_mpz_t(), order.get_mpz_t());
        return power(*base, reduced.get_ui());
      }
      default:
        return std::nullopt;
    }
  }

 private:
  std::uint64_t residue(const mpz_class& number) const { return mpz_fdiv_ui(number.get_mpz_t(), prime_); }

  std::uint64_t product(std::uint64_t a, std::uint64_t b) const {
    return static_cast<std::uint64_t>(static_cast<unsigned __int128>(a) * b % prime_);
  }

  std::uint64_t power(std::uint64_t base, std::uint64_t exponent) const {
    std::uint64_t result = 1;
    for (; exponent > 0; exponent >>= 1) {
      if ((exponent & 1) != 0) result = product(result, base);
      base = product(base, base);
    }
    return result;
  }

  std::optional<std::uint64_t> quotient(std::uint64_t a, std::uint64_t b) const {
    if (b == 0) return std::nullopt;
    return product(a, power(b, prime_ - 2));
  }

  std::uint64_t prime_;
};

}  // namespace

Truth compare_modulo_primes(const Node& a, const Node& b) {
  for (const std::uint64_t prime : kPrimes) {
    const Residues residues(prime);
    const auto left = residues.of(a);
    const auto right = residues.of(b);
    if (!left || !right) return Truth::kUnknown;
    if (*left != *right) return Truth::kFalse;
  }
  return Truth::kTrue;
}

}  // namespace tripos::scorers
