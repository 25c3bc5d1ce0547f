#include <algorithm>

#include "scorers/exact/constants.h"
#include "scorers/exact/fraction.h"
#include "scorers/exact/sampling.h"
#include "scorers/latex/reader.h"

namespace tripos::scorers {
namespace {

constexpr int kFewestPoints = 4;    // n!!!! is n at 1, 2 and 3, and too large to know from there on
constexpr slong kAgreement = -332;  // 1e-100, as a power of two, relative

bool is_opaque(const Node& node) {
  if (node.kind == Kind::kCall && (node.name == "integral" || node.name == "limit" || node.name == "derivative")) {
    return true;
  }
  if (node.kind == Kind::kCall && node.name.size() == 1) return true;  // f(x)
  return std::any_of(node.children.begin(), node.children.end(), is_opaque);
}

bool is_zero_within(const Ball& ball, const Ball& scale) {
  mag_t error;
  mag_t size;
  mag_init(error);
  mag_init(size);
  acb_get_mag(error, ball.get());
  acb_get_mag(size, scale.get());
  mag_t one;
  mag_init(one);
  mag_one(one);
  mag_max(size, size, one);
  mag_mul_2exp_si(size, size, kAgreement);
  const bool within = mag_cmp(error, size) <= 0;
  mag_clear(error);
  mag_clear(size);
  mag_clear(one);
  return within;
}

// Whether two balls at 512 bits hold the same number as far as can be seen; nothing where they are too wide to tell.
std::optional<bool> agree(const Ball& a, const Ball& b) {
  if (acb_overlaps(a.get(), b.get()) == 0) return false;
  Ball difference;
  acb_sub(difference.get(), a.get(), b.get(), 512);
  return is_zero_within(difference, a) ? std::optional(true) : std::nullopt;
}

Decision sampled(const Node& a, const Node& b) {
  int agreements = 0;
  bool different = false;
  visit_samples(a, b, [&](const Sample& sample, const std::function<bool(Sample&)>& refine) {
    if (acb_overlaps(sample.a.get(), sample.b.get()) == 0) {
      different = true;
      return false;
    }
    Sample fine;
    if (!refine(fine)) return true;
    const auto same = agree(fine.a, fine.b);
    different = same == false;
    agreements += same == true ? 1 : 0;
    return !different;
  });
  if (different) {
    return {Truth::kFalse, free_variables(a) == free_variables(b) ? std::string_view("sampling") : "variables"};
  }
  if (agreements >= kFewestPoints) return {Truth::kTrue, "sampling"};
  return {Truth::kUnknown, "undecided"};
}

// What nothing is known of is equal where its parts are.
Decision compare_parts(const Node& a, const Node& b) {
  if (a.kind != b.kind || a.name != b.name || a.children.size() != b.children.size()) {
    return {Truth::kFalse, "form"};
  }
  Decision all{Truth::kTrue, "form"};
  for (std::size_t i = 0; i < a.children.size(); ++i) {
    const Decision part = compare(a.children[i], b.children[i]);
    if (part.truth != Truth::kTrue) return {part.truth, "form"};
    if (part.rule == "sampling") all = part;
  }
  return all;
}

// The variables that only change their order in a sum or product do not change an opaque part; all else does.
Decision compare_opaque(const Node& a, const Node& b, bool fractions_differ) {
  const Decision parts = compare_parts(a, b);
  if (parts.truth == Truth::kTrue) return parts;
  return {fractions_differ ? Truth::kFalse : Truth::kUnknown, "form"};
}

struct Proof {
  bool known = false;  // the rest says something
  bool same = false;
  bool has_kernels = true;  // a difference proves nothing
  int factor_sign = 0;
};

// a = b, or with `factor` a = c * b, of polynomials of cross-multiplied fractions.
Proof prove(const Node& a, const Node& b, bool factor) {
  const auto ring = Ring::of(a, b);
  if (!ring) return {};
  const auto left = fraction_of(a, *ring);
  const auto right = left ? fraction_of(b, *ring) : std::nullopt;
  if (!right) return {};
  auto sides = cross_multiplied(*left, *right, *ring);
  if (!sides) return {};
  Proof proof{.known = true, .has_kernels = ring->has_kernels()};
  auto& [p, q] = *sides;
  const fmpz_mpoly_ctx_struct* context = ring->context();
  if (!factor || p.is_zero() || q.is_zero()) {
    proof.same = fmpz_mpoly_equal(p.get(), q.get(), context) != 0;
    proof.factor_sign = proof.same ? 1 : 0;
    return proof;
  }
  fmpz_t first;
  fmpz_t second;
  fmpz_init(first);
  fmpz_init(second);
  fmpz_mpoly_get_term_coeff_fmpz(first, p.get(), 0, context);
  fmpz_mpoly_get_term_coeff_fmpz(second, q.get(), 0, context);
  proof.factor_sign = fmpz_sgn(first) * fmpz_sgn(second);
  fmpz_mpoly_scalar_mul_fmpz(p.get(), p.get(), second, context);
  fmpz_mpoly_scalar_mul_fmpz(q.get(), q.get(), first, context);
  proof.same = fmpz_mpoly_equal(p.get(), q.get(), context) != 0;
  fmpz_clear(first);
  fmpz_clear(second);
  return proof;
}

// a / b is the same number wherever both have a value.
Proportion sampled_proportion(const Node& a, const Node& b) {
  Proportion proportion{{Truth::kUnknown, "undecided"}, 0};
  std::optional<Ball> ratio;
  int agreements = 0;
  bool different = false;
  visit_samples(a, b, [&](const Sample&, const std::function<bool(Sample&)>& refine) {
    Sample fine;
    if (!refine(fine)) return true;
    const bool a_zero = acb_contains_zero(fine.a.get()) != 0;
    const bool b_zero = acb_contains_zero(fine.b.get()) != 0;
    if (a_zero != b_zero) different = true;
    if (a_zero || b_zero) return !different;
    Ball quotient;
    acb_div(quotient.get(), fine.a.get(), fine.b.get(), 512);
    if (!ratio) {
      ratio = quotient;
      agreements = 1;
      return true;
    }
    const auto same = agree(*ratio, quotient);
    different = same == false;
    agreements += same == true ? 1 : 0;
    return !different;
  });
  if (different) {
    proportion.decision = {Truth::kFalse,
                           free_variables(a) == free_variables(b) ? std::string_view("sampling") : "variables"};
  } else if (agreements >= kFewestPoints) {
    proportion.decision = {Truth::kTrue, "sampling"};
    if (arb_is_positive(acb_realref(ratio->get())) != 0) proportion.factor_sign = 1;
    if (arb_is_negative(acb_realref(ratio->get())) != 0) proportion.factor_sign = -1;
    if (arb_contains_zero(acb_imagref(ratio->get())) == 0) proportion.factor_sign = 0;
  }
  return proportion;
}

}  // namespace

bool has_variables(const Node& node) { return !free_variables(node).empty() || is_opaque(node); }

Decision compare(const Node& a, const Node& b) {
  return has_variables(a) || has_variables(b) ? compare_expressions(a, b) : compare_constants(a, b);
}

Decision compare_expressions(const Node& a, const Node& b) {
  const Proof proof = prove(a, b, false);
  if (proof.known && proof.same) return {Truth::kTrue, "rational function"};
  if (proof.known && !proof.has_kernels) {
    return {Truth::kFalse,
            free_variables(a) == free_variables(b) ? std::string_view("rational function") : "variables"};
  }
  if (is_opaque(a) || is_opaque(b)) return compare_opaque(a, b, proof.known);
  return sampled(a, b);
}

Proportion compare_up_to_factor(const Node& a, const Node& b) {
  const Proof proof = prove(a, b, true);
  if (proof.known && proof.same) return {{Truth::kTrue, "rational function"}, proof.factor_sign};
  if (proof.known && !proof.has_kernels) return {{Truth::kFalse, "rational function"}, 0};
  if (is_opaque(a) || is_opaque(b)) return {{proof.known ? Truth::kFalse : Truth::kUnknown, "form"}, 0};
  if (!has_variables(a) && !has_variables(b)) {
    // Two numbers: any two that are not zero are proportional, and say the same of nothing.
    const Decision same = compare_constants(a, b);
    return {same, same.truth == Truth::kTrue ? 1 : 0};
  }
  return sampled_proportion(a, b);
}

}  // namespace tripos::scorers
