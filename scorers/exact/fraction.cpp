#include "scorers/exact/fraction.h"

#include <algorithm>

#include "scorers/exact/exact.h"
#include "scorers/latex/reader.h"

namespace tripos::scorers {
namespace {

constexpr slong kMaxTerms = 20'000;  // of a product before like terms meet
constexpr long kMaxPower = 64;
constexpr std::size_t kMaxCoefficientBits = 20'000;
// Of all products: words of coefficients that are multiplied, and four for a term itself. A unit takes about 5 ns.
constexpr std::size_t kMaxWork = 1'000'000;

struct TooLarge {};

std::optional<long> integer_exponent(const Node& power) {
  const auto exponent = rational_value(power.children[1]);
  if (!exponent || exponent->get_den() != 1 || abs(*exponent) > kMaxPower) return std::nullopt;
  return exponent->get_num().get_si();
}

bool is_arithmetic(const Node& node) {
  switch (node.kind) {
    case Kind::kNumber:
    case Kind::kAdd:
    case Kind::kNegate:
    case Kind::kMultiply:
    case Kind::kDivide:
      return true;
    case Kind::kPower:
      return integer_exponent(node).has_value();
    default:
      return false;
  }
}

class Builder {
 public:
  explicit Builder(const Ring& ring) : ring_(ring) {}

  Fraction of(const Node& node) {
    switch (node.kind) {
      case Kind::kNumber:
        return number(node.number);
      case Kind::kNegate: {
        Fraction value = of(node.children[0]);
        fmpz_mpoly_neg(value.numerator.get(), value.numerator.get(), ring_.context());
        return value;
      }
      case Kind::kAdd: {
        Fraction total = of(node.children[0]);
        for (std::size_t i = 1; i < node.children.size(); ++i) total = sum(total, of(node.children[i]));
        return total;
      }
      case Kind::kMultiply: {
        Fraction total = of(node.children[0]);
        for (std::size_t i = 1; i < node.children.size(); ++i) total = product(total, of(node.children[i]));
        return total;
      }
      case Kind::kDivide:
        return product(of(node.children[0]), inverse(of(node.children[1])));
      case Kind::kPower:
        if (const auto exponent = integer_exponent(node)) return power(of(node.children[0]), *exponent);
        return generator(node);
      default:
        return generator(node);
    }
  }

  Polynomial product(const Polynomial& a, const Polynomial& b) {
    if (a.terms() * b.terms() > kMaxTerms) throw TooLarge();
    const std::size_t words = (coefficient_bits(a) + coefficient_bits(b)) / 64;
    work_ += static_cast<std::size_t>(a.terms() * b.terms()) * (4 + words);
    if (work_ > kMaxWork) throw TooLarge();
    Polynomial result(ring_);
    fmpz_mpoly_mul(result.get(), a.get(), b.get(), ring_.context());
    if (result.terms() > 0 && coefficient_bits(result) > kMaxCoefficientBits) throw TooLarge();
    return result;
  }

 private:
  std::size_t coefficient_bits(const Polynomial& polynomial) const {
    return static_cast<std::size_t>(std::abs(fmpz_mpoly_max_bits(polynomial.get())));
  }

  Polynomial constant(const mpz_class& value) {
    if (mpz_sizeinbase(value.get_mpz_t(), 2) > kMaxCoefficientBits) throw TooLarge();
    Polynomial result(ring_);
    fmpz_t coefficient;
    fmpz_init(coefficient);
    fmpz_set_mpz(coefficient, value.get_mpz_t());
    fmpz_mpoly_set_fmpz(result.get(), coefficient, ring_.context());
    fmpz_clear(coefficient);
    return result;
  }

  Fraction number(const mpq_class& value) { return {constant(value.get_num()), constant(value.get_den())}; }

  Fraction generator(const Node& node) {
    const slong index = ring_.index_of(node);
    if (index < 0) throw TooLarge();
    Fraction value{Polynomial(ring_), constant(1)};
    fmpz_mpoly_gen(value.numerator.get(), index, ring_.context());
    return value;
  }

  Fraction sum(const Fraction& a, const Fraction& b) {
    const bool same = fmpz_mpoly_equal(a.denominator.get(), b.denominator.get(), ring_.context()) != 0;
    Polynomial left = same ? a.numerator : product(a.numerator, b.denominator);
    const Polynomial right = same ? b.numerator : product(b.numerator, a.denominator);
    fmpz_mpoly_add(left.get(), left.get(), right.get(), ring_.context());
    return {std::move(left), same ? a.denominator : product(a.denominator, b.denominator)};
  }

  Fraction product(const Fraction& a, const Fraction& b) {
    return {product(a.numerator, b.numerator), product(a.denominator, b.denominator)};
  }

  Fraction inverse(Fraction value) {
    if (value.numerator.is_zero()) throw TooLarge();
    std::swap(value.numerator, value.denominator);
    return value;
  }

  Fraction power(Fraction base, long exponent) {
    if (exponent < 0) return power(inverse(std::move(base)), -exponent);
    if (exponent == 0 && base.numerator.is_zero()) throw TooLarge();
    Fraction result = number(1);
    for (long i = 0; i < exponent; ++i) result = product(result, base);
    return result;
  }

  const Ring& ring_;
  std::size_t work_ = 0;
};

}  // namespace

void Ring::collect(const Node& node) {
  if (is_arithmetic(node)) {
    const std::size_t parts = node.kind == Kind::kPower ? 1 : node.children.size();
    for (std::size_t i = 0; i < parts; ++i) collect(node.children[i]);
    return;
  }
  has_kernels_ = has_kernels_ || node.kind != Kind::kSymbol;
  std::string name = to_text(node);
  if (std::find(names_.begin(), names_.end(), name) == names_.end()) names_.push_back(std::move(name));
}

std::optional<Ring> Ring::of(const Node& a, const Node& b) {
  Ring ring;
  ring.collect(a);
  ring.collect(b);
  if (ring.names_.size() > kMaxGenerators) return std::nullopt;
  ring.context_ = std::shared_ptr<fmpz_mpoly_ctx_struct>(new fmpz_mpoly_ctx_struct, [](fmpz_mpoly_ctx_struct* context) {
    fmpz_mpoly_ctx_clear(context);
    delete context;
  });
  fmpz_mpoly_ctx_init(ring.context_.get(), static_cast<slong>(std::max<std::size_t>(1, ring.names_.size())), ORD_LEX);
  return ring;
}

slong Ring::index_of(const Node& node) const {
  const auto found = std::find(names_.begin(), names_.end(), to_text(node));
  return found == names_.end() ? -1 : static_cast<slong>(found - names_.begin());
}

std::optional<Fraction> fraction_of(const Node& expression, const Ring& ring) {
  try {
    return Builder(ring).of(expression);
  } catch (const TooLarge&) {
    return std::nullopt;
  }
}

std::optional<std::pair<Polynomial, Polynomial>> cross_multiplied(const Fraction& a, const Fraction& b,
                                                                  const Ring& ring) {
  try {
    Builder builder(ring);
    return std::pair(builder.product(a.numerator, b.denominator), builder.product(b.numerator, a.denominator));
  } catch (const TooLarge&) {
    return std::nullopt;
  }
}

}  // namespace tripos::scorers
