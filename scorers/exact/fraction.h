#pragma once
// Expressions as quotients of polynomials with integer coefficients, by FLINT. What is neither a number nor made of
// + - * / and integer powers is a generator of its own: variables, and kernels such as sin(x), pi or sqrt(2).

#include <flint/fmpz_mpoly.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "scorers/latex/tree.h"

namespace tripos::scorers {

// The generators that two expressions share, and their ring.
class Ring {
 public:
  // The generators of both; nothing where there are more than kMaxGenerators.
  static std::optional<Ring> of(const Node& a, const Node& b);

  const fmpz_mpoly_ctx_struct* context() const { return context_.get(); }
  // The number of the generator that a node is, -1 for none.
  slong index_of(const Node& node) const;
  bool has_kernels() const { return has_kernels_; }  // a generator is not just a variable

 private:
  Ring() = default;
  void collect(const Node& node);

  static constexpr std::size_t kMaxGenerators = 16;
  std::vector<std::string> names_;
  bool has_kernels_ = false;
  std::shared_ptr<fmpz_mpoly_ctx_struct> context_;
};

class Polynomial {
 public:
  explicit Polynomial(const Ring& ring) : ring_(&ring) { fmpz_mpoly_init(value_, ring.context()); }
  Polynomial(const Polynomial& other) : Polynomial(*other.ring_) { fmpz_mpoly_set(value_, other.value_, context()); }
  Polynomial& operator=(Polynomial other) noexcept {
    fmpz_mpoly_swap(value_, other.value_, context());
    return *this;
  }
  ~Polynomial() { fmpz_mpoly_clear(value_, context()); }

  fmpz_mpoly_struct* get() { return value_; }
  const fmpz_mpoly_struct* get() const { return value_; }
  const fmpz_mpoly_ctx_struct* context() const { return ring_->context(); }
  slong terms() const { return fmpz_mpoly_length(value_, context()); }
  bool is_zero() const { return fmpz_mpoly_is_zero(value_, context()) != 0; }

 private:
  const Ring* ring_;
  fmpz_mpoly_t value_;
};

struct Fraction {
  Polynomial numerator;
  Polynomial denominator;
};

// Nothing where a limit of terms, degrees or coefficients is reached, and where something is divided by zero.
std::optional<Fraction> fraction_of(const Node& expression, const Ring& ring);

// a.numerator * b.denominator and b.numerator * a.denominator; nothing beyond the limits.
std::optional<std::pair<Polynomial, Polynomial>> cross_multiplied(const Fraction& a, const Fraction& b,
                                                                  const Ring& ring);

}  // namespace tripos::scorers
