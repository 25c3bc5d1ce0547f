#include "scorers/exact/ball.h"

#include <flint/fmpq.h>
#include <flint/fmpz.h>

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include "scorers/exact/exact.h"

namespace tripos::scorers {
namespace {

constexpr int kMaxExponentBits = 40;  // of the argument of exp, and of exponents
constexpr long kMaxTerms = 1000;
// So many bits of a function take the time of another node, up to kPlainBits, from where time grows with their square;
// of the gamma function, which is far slower, fewer.
constexpr int kPlainBits = 512;
constexpr int kBitsPerVisit = 64;
constexpr int kGammaBitsPerVisit = 4;

struct Failed {
  Evaluation evaluation;
};

[[noreturn]] void undefined() { throw Failed{Evaluation::kUndefined}; }
[[noreturn]] void unknown() { throw Failed{Evaluation::kUnknown}; }

void set_rational(acb_ptr value, const mpq_class& number, slong precision) {
  fmpq_t rational;
  fmpq_init(rational);
  fmpq_set_mpq(rational, number.get_mpq_t());
  arb_set_fmpq(acb_realref(value), rational, precision);
  arb_zero(acb_imagref(value));
  fmpq_clear(rational);
}

// The integer that a ball is, where it is exactly one.
std::optional<slong> exact_integer(const Ball& ball) {
  if (!acb_is_int(ball.get())) return std::nullopt;
  const arf_srcptr middle = arb_midref(acb_realref(ball.get()));
  if (arf_cmpabs_2exp_si(middle, kMaxExponentBits) > 0) return std::nullopt;
  return arf_get_si(middle, ARF_RND_NEAR);
}

bool is_small(acb_srcptr value) {
  mag_t bound;
  mag_init(bound);
  acb_get_mag(bound, value);
  const bool small = mag_cmp_2exp_si(bound, kMaxExponentBits) <= 0;
  mag_clear(bound);
  return small;
}

class Evaluator {
 public:
  Evaluator(const Point& point, int precision, Field field) : point_(point), precision_(precision), field_(field) {}

  int visited() const { return visited_; }

  Ball of(const Node& node) {
    if (++visited_ > kMaxEvaluations) unknown();
    Ball value = unchecked(node);
    if (!acb_is_finite(value.get())) unknown();
    if (field_ == Field::kReal && arb_contains_zero(acb_imagref(value.get())) == 0) unknown();
    return value;
  }

 private:
  void charge(int bits_per_visit) {
    const int bits = static_cast<int>(precision_);
    visited_ += bits / bits_per_visit * (bits <= kPlainBits ? 1 : 2 * bits / kPlainBits);
    if (visited_ > kMaxEvaluations) unknown();
  }

  Ball unchecked(const Node& node) {
    Ball value;
    acb_ptr out = value.get();
    switch (node.kind) {
      case Kind::kNumber:
        set_rational(out, node.number, precision_);
        return value;
      case Kind::kConstant:
        return constant(node.name);
      case Kind::kSymbol: {
        if (const auto own = bound_.find(node.name); own != bound_.end()) return own->second;
        const auto found = point_.find(node.name);
        if (found == point_.end()) unknown();
        return found->second;
      }
      case Kind::kAdd:
        for (const Node& child : node.children) acb_add(out, out, of(child).get(), precision_);
        return value;
      case Kind::kMultiply:
        acb_one(out);
        for (const Node& child : node.children) acb_mul(out, out, of(child).get(), precision_);
        return value;
      case Kind::kNegate:
        acb_neg(out, of(node.children[0]).get());
        return value;
      case Kind::kDivide:
        return quotient(of(node.children[0]), of(node.children[1]));
      case Kind::kPower:
        return power(of(node.children[0]), of(node.children[1]));
      case Kind::kCall:
        return call(node);
      default:
        unknown();
    }
  }

  Ball constant(std::string_view name) {
    Ball value;
    if (name == "pi") {
      arb_const_pi(acb_realref(value.get()), precision_);
    } else if (name == "e") {
      arb_const_e(acb_realref(value.get()), precision_);
    } else if (name == "i") {
      acb_onei(value.get());
    } else {
      unknown();
    }
    return value;
  }

  Ball quotient(const Ball& a, const Ball& b) {
    if (acb_is_zero(b.get())) undefined();
    Ball value;
    acb_div(value.get(), a.get(), b.get(), precision_);
    return value;
  }

  Ball power(const Ball& base, const Ball& exponent) {
    Ball value;
    if (acb_is_zero(base.get())) {
      if (!arb_is_positive(acb_realref(exponent.get()))) undefined();
      return value;
    }
    if (!is_small(exponent.get())) unknown();
    if (const auto integer = exact_integer(exponent)) {
      fmpz_t n;
      fmpz_init_set_si(n, *integer);
      acb_pow_fmpz(value.get(), base.get(), n, precision_);
      fmpz_clear(n);
      return value;
    }
    charge(kBitsPerVisit);
    acb_pow(value.get(), base.get(), exponent.get(), precision_);
    return value;
  }

  Ball logarithm(const Ball& argument) {
    if (acb_is_zero(argument.get())) undefined();
    Ball value;
    acb_log(value.get(), argument.get(), precision_);
    return value;
  }

  Ball root(const Ball& argument, const Ball& degree) {
    const auto n = exact_integer(degree);
    const bool negative = acb_is_real(argument.get()) && arb_is_negative(acb_realref(argument.get()));
    if (n && *n % 2 != 0 && negative) {
      Ball positive;
      acb_neg(positive.get(), argument.get());
      Ball value = root(positive, degree);
      acb_neg(value.get(), value.get());
      return value;
    }
    Ball one;
    acb_one(one.get());
    return power(argument, quotient(one, degree));
  }

  Ball factorial(const Ball& argument) {
    if (!is_small(argument.get())) unknown();
    if (const auto n = exact_integer(argument); n && *n < 0) undefined();
    charge(kGammaBitsPerVisit);
    Ball value;
    acb_add_ui(value.get(), argument.get(), 1, precision_);
    acb_gamma(value.get(), value.get(), precision_);
    return value;
  }

  Ball binomial(const Ball& n, const Ball& k) {
    if (const auto count = exact_integer(k); count && *count < 0) return {};
    Ball rest;
    acb_sub(rest.get(), n.get(), k.get(), precision_);
    Ball denominator;
    acb_mul(denominator.get(), factorial(k).get(), factorial(rest).get(), precision_);
    return quotient(factorial(n), denominator);
  }

  const Ball& real(const Ball& ball) {
    if (!acb_is_real(ball.get())) unknown();
    return ball;
  }

  Ball whole(const Ball& argument, bool up) {
    Ball value;
    real(argument);
    (up ? arb_ceil : arb_floor)(acb_realref(value.get()), acb_realref(argument.get()), precision_);
    if (!acb_is_exact(value.get())) unknown();
    return value;
  }

  // Terms of a sum or factors of a product.
  Ball repeated(const Node& node) {
    if (node.children.size() != 4 || node.children[1].kind != Kind::kSymbol) unknown();
    const auto from = exact_integer(of(node.children[2]));
    const auto to = exact_integer(of(node.children[3]));
    // Closed forms of sums hold from the empty sum on, not for one that runs backwards.
    if (!from || !to || *to - *from >= kMaxTerms || *to < *from - 1) unknown();
    const bool is_sum = node.name == "sum";
    Ball total;
    if (!is_sum) acb_one(total.get());
    const std::string& index = node.children[1].name;
    const auto outer = bound_.find(index);
    const std::optional<Ball> shadowed = outer == bound_.end() ? std::nullopt : std::optional(outer->second);
    for (slong k = *from; k <= *to; ++k) {
      acb_set_si(bound_[index].get(), k);
      const Ball term = of(node.children[0]);
      (is_sum ? acb_add : acb_mul)(total.get(), total.get(), term.get(), precision_);
    }
    bound_.erase(index);
    if (shadowed) bound_.emplace(index, *shadowed);
    return total;
  }

  Ball call(const Node& node) {
    const std::string_view name = node.name;
    if (name == "sum" || name == "product") return repeated(node);
    if (name != "sqrt") charge(kBitsPerVisit);  // which is as cheap as a product
    std::vector<Ball> arguments;
    for (const Node& child : node.children) arguments.push_back(of(child));
    if (arguments.size() == 2) return binary(name, arguments);
    if (arguments.size() != 1) return exact_call(name, arguments);
    const auto value = elementary(name, arguments[0]);
    return value ? *value : unary(name, arguments);
  }

  // Functions of Arb, some of the reciprocal of the argument; nothing for other names.
  std::optional<Ball> elementary(std::string_view name, const Ball& argument) {
    using Function = void (*)(acb_t, const acb_t, slong);
    struct Entry {
      std::string_view name;
      Function function;
      bool inverted = false;
    };
    static constexpr std::array kFunctions = {
        Entry{"sin", acb_sin},           Entry{"cos", acb_cos},           Entry{"tan", acb_tan},
        Entry{"cot", acb_cot},           Entry{"sec", acb_sec},           Entry{"csc", acb_csc},
        Entry{"sinh", acb_sinh},         Entry{"cosh", acb_cosh},         Entry{"tanh", acb_tanh},
        Entry{"coth", acb_coth},         Entry{"sech", acb_sech},         Entry{"csch", acb_csch},
        Entry{"asin", acb_asin},         Entry{"acos", acb_acos},         Entry{"atan", acb_atan},
        Entry{"asinh", acb_asinh},       Entry{"acosh", acb_acosh},       Entry{"atanh", acb_atanh},
        Entry{"asec", acb_acos, true},   Entry{"acsc", acb_asin, true},   Entry{"acot", acb_atan, true},
        Entry{"asech", acb_acosh, true}, Entry{"acsch", acb_asinh, true}, Entry{"acoth", acb_atanh, true},
        Entry{"exp", acb_exp},
    };
    const auto* const entry = std::find_if(kFunctions.begin(), kFunctions.end(),
                                           [&](const Entry& candidate) { return candidate.name == name; });
    if (entry == kFunctions.end()) return std::nullopt;
    const bool is_inverse = name[0] == 'a';  // which take any size
    if (!is_inverse && !is_small(argument.get())) unknown();
    Ball one;
    acb_one(one.get());
    const Ball taken = entry->inverted ? quotient(one, argument) : argument;
    Ball value;
    entry->function(value.get(), taken.get(), precision_);
    return value;
  }

  Ball unary(std::string_view name, const std::vector<Ball>& arguments) {
    const Ball& argument = arguments[0];
    if (name == "ln") return logarithm(argument);
    if (name == "factorial") return factorial(argument);
    if (name == "floor" || name == "ceil") return whole(argument, name == "ceil");
    Ball value;
    acb_ptr out = value.get();
    if (name == "sqrt") {
      acb_sqrt(out, argument.get(), precision_);
    } else if (name == "abs") {
      acb_abs(acb_realref(out), argument.get(), precision_);
    } else if (name == "sign") {
      arb_sgn(acb_realref(out), acb_realref(real(argument).get()));
      if (!acb_is_exact(out)) unknown();
    } else if (name == "re") {
      arb_set(acb_realref(out), acb_realref(argument.get()));
    } else if (name == "im") {
      arb_set(acb_realref(out), acb_imagref(argument.get()));
    } else if (name == "conjugate") {
      acb_conj(out, argument.get());
    } else if (name == "arg") {
      acb_arg(acb_realref(out), argument.get(), precision_);
    } else {
      return exact_call(name, arguments);
    }
    return value;
  }

  Ball binary(std::string_view name, const std::vector<Ball>& arguments) {
    const Ball& a = arguments[0];
    const Ball& b = arguments[1];
    if (name == "log") return quotient(logarithm(a), logarithm(b));
    if (name == "root") return root(a, b);
    if (name == "binomial") return binomial(a, b);
    Ball value;
    if (name == "permutations") {
      acb_sub(value.get(), a.get(), b.get(), precision_);
      return quotient(factorial(a), factorial(value));
    }
    if (name != "max" && name != "min") return exact_call(name, arguments);
    (name == "max" ? arb_max : arb_min)(acb_realref(value.get()), acb_realref(real(a).get()),
                                        acb_realref(real(b).get()), precision_);
    return value;
  }

  // gcd and its like: of integers only, which the values of variables may be.
  Ball exact_call(std::string_view name, const std::vector<Ball>& arguments) {
    Node exact = make_call(name, {});
    for (const Ball& argument : arguments) {
      const auto integer = exact_integer(argument);
      if (!integer) unknown();
      exact.children.push_back(make_number(*integer));
    }
    const auto number = rational_value(exact);
    if (!number) unknown();
    Ball value;
    set_rational(value.get(), *number, precision_);
    return value;
  }

  const Point& point_;
  slong precision_;
  Field field_;
  int visited_ = 0;
  Point bound_;  // indices of sums
};

}  // namespace

Evaluation evaluate(const Node& expression, const Point& point, int precision, Ball& value, Field field, int* visited) {
  Evaluator evaluator(point, precision, field);
  Evaluation evaluation = Evaluation::kValue;
  try {
    value = evaluator.of(expression);
  } catch (const Failed& failed) {
    evaluation = failed.evaluation;
  }
  if (visited != nullptr) *visited += evaluator.visited();
  return evaluation;
}

}  // namespace tripos::scorers
