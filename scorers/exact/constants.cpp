#include "scorers/exact/constants.h"

#include <array>

#include "scorers/exact/ball.h"
#include "scorers/exact/modular.h"
#include "scorers/exact/surds.h"
#ifdef TRIPOS_WITH_CALCIUM
#include "scorers/exact/program.h"
#endif

namespace tripos::scorers {
namespace {

#ifdef TRIPOS_WITH_CALCIUM
// Of each side. Five independent square roots take 5 ms, each further one takes seven times as long.
constexpr double kMaxDegree = 64;
constexpr double kMaxRetriedDegree = 16;  // of what was too much for the arithmetic of algebraic numbers
constexpr int kMaxRoots = 5;
constexpr int kMaxGenerators = 8;

// Frees what FLINT and Calcium keep for a thread when it ends.
struct ThreadEnd {
  ~ThreadEnd() { tripos_calcium_release(); }
};

Decision compare_exactly(const Node& a, const Node& b) {
  thread_local const ThreadEnd end;
  const auto left = program_of(a);
  const auto right = left ? program_of(b) : std::nullopt;
  if (!right || left->generators + right->generators > 2 * kMaxGenerators) return {Truth::kUnknown, "limit"};
  const auto decided = [](tripos_truth truth, std::string_view rule) {
    return Decision{truth == TRIPOS_EQUAL ? Truth::kTrue : Truth::kFalse, rule};
  };
  const auto run = [&](auto compare) {
    return compare(left->steps.data(), left->steps.size(), right->steps.data(), right->steps.size());
  };
  const auto is_algebraic = [](const Program& side) { return side.degree <= kMaxDegree && side.roots <= kMaxRoots; };
  double max_degree = kMaxDegree;
  if (is_algebraic(*left) && is_algebraic(*right)) {
    const tripos_truth algebraic = run(&tripos_compare_algebraic);
    if (algebraic == TRIPOS_EQUAL || algebraic == TRIPOS_DIFFERENT) return decided(algebraic, "algebraic");
    if (algebraic == TRIPOS_LIMIT) max_degree = kMaxRetriedDegree;
  }
  const auto is_small = [&](const Program& side) {
    return side.generators <= kMaxGenerators && side.roots <= kMaxRoots &&
           side.degree * side.unity_degree <= max_degree;
  };
  if (!is_small(*left) || !is_small(*right)) return {Truth::kUnknown, "limit"};
  const tripos_truth constant = run(&tripos_compare_constants);
  if (constant != TRIPOS_UNDECIDED) return decided(constant, "calcium");
  return {Truth::kUnknown, "undecided"};
}
#else
// Whether both agree in 2,000 bits behind the point and relative to their size, so that neighbours of huge numbers do
// not: no proof, but without Calcium all there is.
Decision compare_exactly(const Node& a, const Node& b) {
  constexpr int kPrecision = 4096;
  constexpr int kBits = 2000;
  Ball x;
  Ball y;
  if (evaluate(a, {}, kPrecision, x) != Evaluation::kValue || evaluate(b, {}, kPrecision, y) != Evaluation::kValue) {
    return {Truth::kUnknown, "limit"};
  }
  if (acb_overlaps(x.get(), y.get()) == 0) return {Truth::kFalse, "balls"};
  acb_sub(y.get(), y.get(), x.get(), kPrecision);
  mag_t apart;
  mag_t size;
  mag_init(apart);
  mag_init(size);
  acb_get_mag(apart, y.get());
  acb_get_mag_lower(size, x.get());
  mag_t one;
  mag_init(one);
  mag_one(one);
  mag_min(size, size, one);
  mag_clear(one);
  mag_mul_2exp_si(size, size, -kBits);
  const bool agree = mag_cmp(apart, size) <= 0 && mag_is_special(size) == 0;
  mag_clear(apart);
  mag_clear(size);
  return {agree ? Truth::kTrue : Truth::kUnknown, "unproved"};
}
#endif

struct Balls {
  Truth truth = Truth::kUnknown;  // kTrue: they overlap
  bool undefined = false;
};

Balls compare_balls(const Node& a, const Node& b, int precision) {
  Ball x;
  Ball y;
  const Evaluation left = evaluate(a, {}, precision, x);
  const Evaluation right = evaluate(b, {}, precision, y);
  if (left == Evaluation::kUndefined || right == Evaluation::kUndefined) {
    return {left == right ? Truth::kUnknown : Truth::kFalse, true};
  }
  if (left != Evaluation::kValue || right != Evaluation::kValue) return {};
  return {acb_overlaps(x.get(), y.get()) != 0 ? Truth::kTrue : Truth::kFalse, false};
}

bool is_infinite(const Node& node) {
  if (node.kind == Kind::kNegate) return is_infinite(node.children[0]);
  return node.kind == Kind::kConstant && node.name == "infinity";
}

int sign_of_infinity(const Node& node) { return node.kind == Kind::kNegate ? -sign_of_infinity(node.children[0]) : 1; }

}  // namespace

Decision compare_constants(const Node& a, const Node& b) {
  if (is_infinite(a) || is_infinite(b)) {
    const bool same = is_infinite(a) && is_infinite(b) && sign_of_infinity(a) == sign_of_infinity(b);
    return {same ? Truth::kTrue : Truth::kFalse, "infinity"};
  }
  const auto left = rational_value(a);
  const auto right = left ? rational_value(b) : std::nullopt;
  if (right) return {*left == *right ? Truth::kTrue : Truth::kFalse, "rational"};

  bool overlap = false;
  for (const int precision : {128, 512}) {
    const Balls balls = compare_balls(a, b, precision);
    if (balls.undefined) return {balls.truth, "undefined"};
    if (balls.truth == Truth::kFalse) return {Truth::kFalse, "balls"};
    overlap = balls.truth == Truth::kTrue;
  }
  if (const auto same = equal_surds(a, b)) return {*same ? Truth::kTrue : Truth::kFalse, "surds"};
  Decision exact = compare_exactly(a, b);
  if (exact.truth != Truth::kUnknown) return exact;
  const Balls fine = compare_balls(a, b, 4096);
  if (fine.truth == Truth::kFalse) return {Truth::kFalse, "balls"};
  const Truth modular = compare_modulo_primes(a, b);
  if (modular == Truth::kFalse || (modular == Truth::kTrue && overlap)) return {modular, "modular"};
  return {Truth::kUnknown, fine.truth == Truth::kTrue ? exact.rule : "limit"};
}

std::optional<int> order(const Node& a, const Node& b) {
  if (is_infinite(a) || is_infinite(b)) {
    const int left = is_infinite(a) ? sign_of_infinity(a) : 0;
    const int right = is_infinite(b) ? sign_of_infinity(b) : 0;
    return left < right ? -1 : left > right ? 1 : 0;
  }
  if (has_variables(a) || has_variables(b)) return std::nullopt;
  const auto left = rational_value(a);
  const auto right = left ? rational_value(b) : std::nullopt;
  if (right) return cmp(*left, *right) < 0 ? -1 : cmp(*left, *right) > 0 ? 1 : 0;
  for (const int precision : {128, 512}) {
    Ball x;
    Ball y;
    if (evaluate(a, {}, precision, x) != Evaluation::kValue || evaluate(b, {}, precision, y) != Evaluation::kValue) {
      continue;
    }
    if (!acb_is_real(x.get()) || !acb_is_real(y.get())) return std::nullopt;
    if (arb_lt(acb_realref(x.get()), acb_realref(y.get())) != 0) return -1;
    if (arb_gt(acb_realref(x.get()), acb_realref(y.get())) != 0) return 1;
  }
  return compare_constants(a, b).truth == Truth::kTrue ? std::optional(0) : std::nullopt;
}

bool rounds_to(const Node& value, const mpq_class& decimal, int places) {
  mpz_class scale;
  mpz_ui_pow_ui(scale.get_mpz_t(), 10, static_cast<unsigned long>(places));
  const mpq_class half(1, 2 * scale);
  const auto above = order(value, make_number(decimal - half));
  const auto below = order(value, make_number(decimal + half));
  return above && below && *above >= 0 && *below <= 0;
}

}  // namespace tripos::scorers
