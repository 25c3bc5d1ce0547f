#include "scorers/exact/program.h"

#include <flint/ulong_extras.h>

#include <algorithm>
#include <array>
#include <set>
#include <string>

#include "scorers/exact/ball.h"
#include "scorers/exact/exact.h"
#include "scorers/latex/reader.h"

namespace tripos::scorers {
namespace {

// rational + imaginary * i + (turns + imaginary_turns * i) * pi
struct Angle {
  mpq_class rational;
  mpq_class imaginary;
  mpq_class turns;
  mpq_class imaginary_turns;

  bool has_pi() const { return turns != 0 || imaginary_turns != 0; }
};

std::optional<Angle> product(const Angle& a, const Angle& b) {
  if (a.has_pi() && b.has_pi()) return std::nullopt;
  return Angle{
      a.rational * b.rational - a.imaginary * b.imaginary, a.rational * b.imaginary + a.imaginary * b.rational,
      a.rational * b.turns + a.turns * b.rational - a.imaginary * b.imaginary_turns - a.imaginary_turns * b.imaginary,
      a.rational * b.imaginary_turns + a.imaginary_turns * b.rational + a.imaginary * b.turns + a.turns * b.imaginary};
}

// Nothing for what is not linear in pi.
std::optional<Angle> angle_of(const Node& node) {
  switch (node.kind) {
    case Kind::kConstant:
      if (node.name == "pi") return Angle{.turns = 1};
      if (node.name == "i") return Angle{.imaginary = 1};
      return std::nullopt;
    case Kind::kNegate: {
      const auto part = angle_of(node.children[0]);
      return part ? product({.rational = -1}, *part) : std::nullopt;
    }
    case Kind::kDivide: {
      const auto divisor = rational_value(node.children[1]);
      const auto dividend = divisor && *divisor != 0 ? angle_of(node.children[0]) : std::nullopt;
      return dividend ? product({.rational = 1 / *divisor}, *dividend) : std::nullopt;
    }
    case Kind::kAdd:
    case Kind::kMultiply: {
      std::optional<Angle> total = angle_of(node.children[0]);
      for (std::size_t k = 1; k < node.children.size() && total; ++k) {
        const auto part = angle_of(node.children[k]);
        if (!part) return std::nullopt;
        total = node.kind == Kind::kMultiply
                    ? product(*total, *part)
                    : Angle{total->rational + part->rational, total->imaginary + part->imaginary,
                            total->turns + part->turns, total->imaginary_turns + part->imaginary_turns};
      }
      return total;
    }
    default: {
      const auto number = rational_value(node);
      return number ? std::optional(Angle{.rational = *number}) : std::nullopt;
    }
  }
}

// r of an angle r * pi.
std::optional<mpq_class> turns_of(const Node& node) {
  const auto angle = angle_of(node);
  if (!angle || angle->rational != 0 || angle->imaginary != 0 || angle->imaginary_turns != 0) return std::nullopt;
  return angle->turns;
}

// r of an exponent r * pi * i.
std::optional<mpq_class> imaginary_turns_of(const Node& node) {
  const auto angle = angle_of(node);
  if (!angle || angle->rational != 0 || angle->imaginary != 0 || angle->turns != 0) return std::nullopt;
  return angle->imaginary_turns;
}

bool is_constant(const Node& node, std::string_view name) { return node.kind == Kind::kConstant && node.name == name; }

// What floor, ceil and sign are, where balls show it.
std::optional<mpq_class> whole_value(const Node& call) {
  Ball value;
  if (evaluate(call, {}, 512, value) != Evaluation::kValue || acb_is_int(value.get()) == 0) return std::nullopt;
  mpz_class whole;
  fmpz_t integer;
  fmpz_init(integer);
  arf_get_fmpz(integer, arb_midref(acb_realref(value.get())), ARF_RND_NEAR);
  fmpz_get_mpz(whole.get_mpz_t(), integer);
  fmpz_clear(integer);
  return whole;
}

bool is_positive(const Node& node) { return order(node, make_number(0)) == 1; }
bool is_real(const Node& node) { return order(node, make_number(0)).has_value(); }

// What is written with its argument twice, tan or acosh, doubles at each level of nesting. No longer program is run.
constexpr std::size_t kMaxSteps = 512;
constexpr int kMaxOrder = 100'000;
constexpr std::size_t kMaxRadicandBits = 16'384;

struct Unknown {};

// Different roots, by names.
struct Roots {
  std::set<std::string> names;
  double degree = 1;

  int count() const { return static_cast<int>(names.size()); }
  void add(const std::string& name, const mpq_class& index) {
    if (names.insert(name).second) degree *= index.get_d();
  }
};

// The small prime factors of an integer, and what is left of it.
std::vector<std::string> factors_of(mpz_class number) {
  constexpr unsigned long kLargest = 100;
  if (mpz_sizeinbase(number.get_mpz_t(), 2) > kMaxRadicandBits) throw Unknown();
  std::vector<std::string> factors;
  if (number < 0) factors.emplace_back("-1");
  number = abs(number);
  for (unsigned long p = 2; p <= kLargest && number > 1; ++p) {
    if (mpz_remove(number.get_mpz_t(), number.get_mpz_t(), mpz_class(p).get_mpz_t()) == 0) continue;
    factors.push_back(std::to_string(p));
  }
  if (number > 1) factors.push_back(number.get_str());
  return factors;
}

class Compiler {
 public:
  explicit Compiler(Program& program) : program_(program) {}

  void add(const Node& node) {
    if (program_.steps.size() > kMaxSteps) throw Unknown();
    // Sums and products are left to the machine: worked out here at each level they would take the square of their
    // size.
    const bool is_leaf = node.kind == Kind::kNumber || node.kind == Kind::kPower || node.kind == Kind::kCall;
    if (const auto number = is_leaf ? rational_value(node) : std::nullopt) return push(*number);
    switch (node.kind) {
      case Kind::kConstant:
        ++program_.generators;
        step(node.name == "pi"  ? TRIPOS_PI
             : node.name == "e" ? TRIPOS_E
             : node.name == "i" ? TRIPOS_I
                                : throw Unknown());
        return;
      case Kind::kAdd:
      case Kind::kMultiply:
        for (std::size_t i = 0; i < node.children.size(); ++i) {
          add(node.children[i]);
          if (i > 0) step(node.kind == Kind::kAdd ? TRIPOS_ADD : TRIPOS_MULTIPLY);
        }
        return;
      case Kind::kNegate:
        add(node.children[0]);
        step(TRIPOS_NEGATE);
        return;
      case Kind::kDivide:
        pair(node.children[0], node.children[1], TRIPOS_DIVIDE);
        return;
      case Kind::kPower:
        ++program_.generators;
        if (is_constant(node.children[0], "e")) {
          exponential(node.children[1]);
        } else {
          const auto exponent = rational_value(node.children[1]);
          if (exponent && exponent->get_den() == 1 && is_constant(node.children[0], "i")) {
            return push_turns(*exponent / 2, TRIPOS_EXP_PI_I);
          }
          if (exponent && exponent->get_den() == 1 && abs(*exponent) > 1000) throw Unknown();
          if (exponent || !is_positive(node.children[0])) {
            if (exponent) adjoin(node, exponent->get_den());
            pair(node.children[0], node.children[1], TRIPOS_POWER);
          } else {  // 2^{\log_2 5}
            logarithm(node.children[0]);
            add(node.children[1]);
            step(TRIPOS_MULTIPLY);
            step(TRIPOS_EXP);
          }
        }
        return;
      case Kind::kCall:
        ++program_.generators;
        call(node);
        return;
      default:
        throw Unknown();
    }
  }

 private:
  void push(const mpq_class& number, tripos_operation operation = TRIPOS_NUMBER) {
    program_.numbers.push_back(number);
    program_.steps.push_back({operation, program_.numbers.back().get_mpq_t()});
  }
  // Two of these half turns are none.
  void push_turns(const mpq_class& turns, tripos_operation operation) {
    mpz_class rounds;
    mpz_fdiv_q(rounds.get_mpz_t(), turns.get_num_mpz_t(), mpz_class(2 * turns.get_den()).get_mpz_t());
    push(turns - 2 * rounds, operation);
    // All roots of unity lie in one field, whose degree is Euler's function of their common order.
    order_ = lcm(order_, mpz_class(2 * turns.get_den()));
    if (order_ > kMaxOrder) throw Unknown();
    program_.unity_degree = static_cast<int>(n_euler_phi(order_.get_ui()));
  }
  void step(tripos_operation operation) { program_.steps.push_back({operation, nullptr}); }
  void unary(const Node& argument, tripos_operation operation) {
    add(argument);
    step(operation);
  }
  void pair(const Node& a, const Node& b, tripos_operation operation) {
    add(a);
    add(b);
    step(operation);
  }
  // The roots of 6, 10 and 15 are no more than those of 2, 3 and 5; the root of 30 is one and not three.
  void adjoin(const Node& root, const mpq_class& index) {
    if (index == 1) return;
    const Node& radicand = root.children[0];
    each_.add(to_text(root), index);
    const auto number = rational_value(radicand);
    if (!number) {
      factored_.add(to_text(root), index);
    } else {
      for (const mpz_class& part : {number->get_num(), number->get_den()}) {
        for (const std::string& factor : factors_of(part)) factored_.add(factor + " " + index.get_str(), index);
      }
    }
    program_.roots = std::min(each_.count(), factored_.count());
    program_.degree = std::min(each_.degree, factored_.degree);
  }
  void reciprocal() {
    push(-1);
    step(TRIPOS_POWER);
  }

  // Calcium finds e^2 e^3 = e^5 where all are powers of e.
  void exponential(const Node& exponent) {
    const auto number = rational_value(exponent);
    if (number && number->get_den() == 1 && abs(*number) <= 1000) {
      step(TRIPOS_E);
      push(*number);
      return step(TRIPOS_POWER);
    }
    if (const auto turns = imaginary_turns_of(exponent)) return push_turns(*turns, TRIPOS_EXP_PI_I);
    unary(exponent, TRIPOS_EXP);
  }

  void sine(const Node& argument, bool cosine) {
    if (const auto turns = turns_of(argument)) {
      push_turns(cosine ? mpq_class(*turns + mpq_class(1, 2)) : *turns, TRIPOS_SIN_PI);
    } else {
      unary(argument, cosine ? TRIPOS_COS : TRIPOS_SIN);
    }
  }

  // ln(ab) = ln a + ln b, and so on: Calcium knows them for integers only.
  void logarithm(const Node& x) {
    const auto& parts = x.children;
    if (rational_value(x)) return unary(x, TRIPOS_LN);
    if (x.kind == Kind::kMultiply && std::all_of(parts.begin(), parts.end(), is_positive)) {
      for (std::size_t i = 0; i < parts.size(); ++i) {
        logarithm(parts[i]);
        if (i > 0) step(TRIPOS_ADD);
      }
    } else if (x.kind == Kind::kDivide && is_positive(parts[0]) && is_positive(parts[1])) {
      logarithm(parts[0]);
      logarithm(parts[1]);
      step(TRIPOS_NEGATE);
      step(TRIPOS_ADD);
    } else if (x.kind == Kind::kPower && is_positive(parts[0]) && is_real(parts[1])) {
      logarithm(parts[0]);
      add(parts[1]);
      step(TRIPOS_MULTIPLY);
    } else if (x.kind == Kind::kCall && x.name == "sqrt" && is_positive(parts[0])) {
      logarithm(parts[0]);
      push(2);
      step(TRIPOS_DIVIDE);
    } else {
      unary(x, TRIPOS_LN);
    }
  }

  // By logarithms: asinh x = ln(x + sqrt(x^2 + 1)), acosh x with a minus, atanh x = ln((1 + x)/(1 - x))/2.
  void inverse_hyperbolic(const Node& x, std::string_view name) {
    if (name == "atanh") {
      const Node quotient =
          make_node(Kind::kDivide, {make_node(Kind::kAdd, {make_number(1), x}),
                                    make_node(Kind::kAdd, {make_number(1), make_node(Kind::kNegate, {x})})});
      unary(quotient, TRIPOS_LN);
      push(2);
      return step(TRIPOS_DIVIDE);
    }
    const Node square =
        make_node(Kind::kAdd, {make_node(Kind::kMultiply, {x, x}), make_number(name == "asinh" ? 1 : -1)});
    unary(make_node(Kind::kAdd, {x, make_call("sqrt", {square})}), TRIPOS_LN);
  }

  // (e^x - e^-x) / 2 and its like.
  void hyperbolic(const Node& argument, bool cosine) {
    unary(argument, TRIPOS_EXP);
    add(argument);
    step(TRIPOS_NEGATE);
    step(TRIPOS_EXP);
    if (!cosine) step(TRIPOS_NEGATE);
    step(TRIPOS_ADD);
    push(2);
    step(TRIPOS_DIVIDE);
  }

  void call(const Node& node) {
    const std::string_view name = node.name;
    const Node& x = node.children.at(0);
    if (node.children.size() == 2) {
      if (name == "max" || name == "min") {
        const auto ordered = order(x, node.children[1]);
        if (!ordered) throw Unknown();
        return add(node.children[(*ordered < 0) == (name == "max") ? 1 : 0]);
      }
      if (name == "log") {
        logarithm(x);
        logarithm(node.children[1]);
        step(TRIPOS_DIVIDE);
        return;
      }
      const auto degree = name == "root" ? rational_value(node.children[1]) : std::nullopt;
      if (!degree || degree->get_den() != 1) throw Unknown();
      add(x);
      push(*degree, TRIPOS_ROOT);
      adjoin(node, *degree);
      return;
    }
    if (node.children.size() != 1) throw Unknown();
    if (name == "sqrt") {
      add(x);
      push(2, TRIPOS_ROOT);
      adjoin(node, 2);
      return;
    }
    struct Entry {
      std::string_view name;
      tripos_operation operation;
    };
    static constexpr std::array kPlain = {Entry{"atan", TRIPOS_ATAN}, Entry{"asin", TRIPOS_ASIN},
                                          Entry{"acos", TRIPOS_ACOS}, Entry{"abs", TRIPOS_ABS}};
    for (const Entry& entry : kPlain) {
      if (entry.name == name) return unary(x, entry.operation);
    }
    if (name == "exp") return exponential(x);
    if (name == "floor" || name == "ceil" || name == "sign") {
      const auto whole = whole_value(node);
      return whole ? push(*whole) : throw Unknown();
    }
    if (name == "ln") return logarithm(x);
    if (name == "asinh" || name == "acosh" || name == "atanh") return inverse_hyperbolic(x, name);
    if (name == "sin" || name == "cos") return sine(x, name == "cos");
    if (name == "csc" || name == "sec") {
      sine(x, name == "sec");
      return reciprocal();
    }
    if (name == "tan" || name == "cot") {
      sine(x, name == "cot");
      sine(x, name == "tan");
      return step(TRIPOS_DIVIDE);
    }
    if (name == "sinh" || name == "cosh") return hyperbolic(x, name == "cosh");
    if (name == "tanh" || name == "coth") {
      hyperbolic(x, name == "coth");
      hyperbolic(x, name == "tanh");
      return step(TRIPOS_DIVIDE);
    }
    throw Unknown();
  }

  Program& program_;
  Roots each_;           // as they are written
  Roots factored_;       // those of the factors of rational numbers
  mpz_class order_ = 1;  // of the roots of unity
};

}  // namespace

std::optional<Program> program_of(const Node& constant) {
  Program program;
  try {
    Compiler(program).add(constant);
    return program;
  } catch (const Unknown&) {
    return std::nullopt;
  }
}

}  // namespace tripos::scorers
