#include "scorers/exact/modular.h"

#include <array>
#include <cstdint>
#include <string_view>

#include "scorers/latex/reader.h"

namespace tripos::scorers {
namespace {

// FNV-1a (Fowler, Noll and Vo).
std::uint64_t hash_of(std::string_view text) {
  std::uint64_t hash = 0xCBF29CE484222325U;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3U;
  return hash;
}

// Primes between 2^60 and 2^61, the same for a and b as for b and a. With fixed ones, a number and its sum with their
// product would pass for equal.
std::array<std::uint64_t, 3> primes_for(const Node& a, const Node& b) {
  constexpr std::uint64_t kLeast = std::uint64_t{1} << 60;
  std::array<std::uint64_t, 3> primes{};
  std::uint64_t seed = hash_of(to_text(a)) + hash_of(to_text(b));
  for (std::uint64_t& prime : primes) {
    seed = seed * 6364136223846793005U + 1442695040888963407U;  // Knuth's linear congruential generator
    mpz_class next = kLeast + seed % (kLeast - 1000);
    mpz_nextprime(next.get_mpz_t(), next.get_mpz_t());
    prime = next.get_ui();
  }
  return primes;
}

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
  for (const std::uint64_t prime : primes_for(a, b)) {
    const Residues residues(prime);
    const auto left = residues.of(a);
    const auto right = residues.of(b);
    if (!left || !right) return Truth::kUnknown;
    if (*left != *right) return Truth::kFalse;
  }
  return Truth::kTrue;
}

}  // namespace tripos::scorers
