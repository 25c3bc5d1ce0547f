#include "scorers/exact/calcium.h"

#include <calcium/ca.h>
#include <calcium/ca_vec.h>
#include <calcium/qqbar.h>
#include <flint/fmpq.h>

#define MAX_DEGREE 200
#define MAX_STACK 512
#define COMPARISONS_PER_CONTEXT 200 /* a context only grows */

/* Algebraic numbers. */

static int small_exponent(slong* n, mpq_srcptr number, slong bound) {
  if (mpz_cmp_si(mpq_numref(number), bound) > 0 || mpz_cmp_si(mpq_numref(number), -bound) < 0) return 0;
  *n = mpz_get_si(mpq_numref(number));
  return 1;
}

static int root_of(qqbar_t x, ulong degree) {
  if (degree == 0 || qqbar_degree(x) * (slong)degree > MAX_DEGREE) return 0;
  if (degree % 2 == 1 && qqbar_is_real(x) && qqbar_sgn_re(x) < 0) {
    qqbar_neg(x, x);
    qqbar_root_ui(x, x, degree);
    qqbar_neg(x, x);
  } else {
    qqbar_root_ui(x, x, degree);
  }
  return 1;
}

/* base^(p/q) of principal values */
static int power_of(qqbar_t base, const qqbar_t exponent) {
  fmpq_t rational;
  slong p, q;
  int done = 0;
  if (!qqbar_is_rational(exponent)) return 0;
  fmpq_init(rational);
  qqbar_get_fmpq(rational, exponent);
  if (fmpz_cmp_si(fmpq_numref(rational), 1000) < 0 && fmpz_cmp_si(fmpq_numref(rational), -1000) > 0 &&
      fmpz_cmp_si(fmpq_denref(rational), MAX_DEGREE) <= 0 && !qqbar_is_zero(base)) {
    p = fmpz_get_si(fmpq_numref(rational));
    q = fmpz_get_si(fmpq_denref(rational));
    if (qqbar_degree(base) * q <= MAX_DEGREE && qqbar_height_bits(base) * FLINT_ABS(p) < 100000) {
      qqbar_root_ui(base, base, (ulong)q);
      if (p < 0) qqbar_inv(base, base);
      qqbar_pow_ui(base, base, (ulong)FLINT_ABS(p));
      done = 1;
    }
  }
  fmpq_clear(rational);
  return done;
}

static int run_algebraic(qqbar_t result, const struct tripos_step* steps, size_t count) {
  static const qqbar_ptr none = NULL;
  qqbar_ptr stack = none;
  size_t top = 0, i;
  int done = count > 0 && count <= MAX_STACK;
  if (!done) return 0;
  stack = _qqbar_vec_init((slong)count);
  for (i = 0; i < count && done; i++) {
    qqbar_ptr a = top > 1 ? stack + top - 2 : NULL;
    qqbar_ptr b = top > 0 ? stack + top - 1 : NULL;
    slong p, degree;
    fmpq_t number;
    switch (steps[i].operation) {
      case TRIPOS_NUMBER:
        fmpq_init(number);
        fmpq_set_mpq(number, steps[i].number);
        qqbar_set_fmpq(stack + top++, number);
        fmpq_clear(number);
        break;
      case TRIPOS_I:
        qqbar_i(stack + top++);
        break;
      case TRIPOS_SIN_PI:
      case TRIPOS_EXP_PI_I:
        done = mpz_cmp_ui(mpq_denref(steps[i].number), MAX_DEGREE) <= 0 && small_exponent(&p, steps[i].number, 1000000);
        if (done) {
          (steps[i].operation == TRIPOS_SIN_PI ? qqbar_sin_pi : qqbar_exp_pi_i)(
              stack + top, p, (ulong)mpz_get_ui(mpq_denref(steps[i].number)));
          done = qqbar_degree(stack + top) <= MAX_DEGREE;
          top++;
        }
        break;
      case TRIPOS_ADD:
      case TRIPOS_MULTIPLY:
      case TRIPOS_DIVIDE:
        degree = qqbar_degree(a) * qqbar_degree(b);
        done = degree <= MAX_DEGREE && !(steps[i].operation == TRIPOS_DIVIDE && qqbar_is_zero(b));
        if (!done) break;
        if (steps[i].operation == TRIPOS_ADD) qqbar_add(a, a, b);
        if (steps[i].operation == TRIPOS_MULTIPLY) qqbar_mul(a, a, b);
        if (steps[i].operation == TRIPOS_DIVIDE) qqbar_div(a, a, b);
        top--;
        break;
      case TRIPOS_NEGATE:
        qqbar_neg(b, b);
        break;
      case TRIPOS_POWER:
        done = power_of(a, b);
        top--;
        break;
      case TRIPOS_ROOT:
        done = small_exponent(&p, steps[i].number, MAX_DEGREE) && p > 0 && root_of(b, (ulong)p);
        break;
      case TRIPOS_ABS:
        done = qqbar_degree(b) * qqbar_degree(b) <= MAX_DEGREE;
        if (done) qqbar_abs(b, b);
        break;
      default:
        done = 0;
    }
  }
  done = done && top == 1;
  if (done) qqbar_set(result, stack);
  _qqbar_vec_clear(stack, (slong)count);
  return done;
}

enum tripos_truth tripos_compare_algebraic(const struct tripos_step* a, size_t a_steps, const struct tripos_step* b,
                                           size_t b_steps) {
  qqbar_t x, y;
  enum tripos_truth truth = TRIPOS_UNDECIDED;
  qqbar_init(x);
  qqbar_init(y);
  if (run_algebraic(x, a, a_steps) && run_algebraic(y, b, b_steps)) {
    truth = qqbar_equal(x, y) ? TRIPOS_EQUAL : TRIPOS_DIFFERENT;
  }
  qqbar_clear(x);
  qqbar_clear(y);
  return truth;
}

/* All constants. */

static int run_constant(ca_t result, const struct tripos_step* steps, size_t count, ca_ctx_t context) {
  ca_ptr stack;
  size_t top = 0, i;
  int done = count > 0 && count <= MAX_STACK;
  if (!done) return 0;
  stack = _ca_vec_init((slong)count, context);
  for (i = 0; i < count && done; i++) {
    ca_ptr a = top > 1 ? stack + top - 2 : NULL;
    ca_ptr b = top > 0 ? stack + top - 1 : NULL;
    fmpq_t number;
    slong p;
    switch (steps[i].operation) {
      case TRIPOS_NUMBER:
        fmpq_init(number);
        fmpq_set_mpq(number, steps[i].number);
        ca_set_fmpq(stack + top++, number, context);
        fmpq_clear(number);
        break;
      case TRIPOS_PI:
        ca_pi(stack + top++, context);
        break;
      case TRIPOS_E:
        ca_one(stack + top, context);
        ca_exp(stack + top, stack + top, context);
        top++;
        break;
      case TRIPOS_I:
        ca_i(stack + top++, context);
        break;
      case TRIPOS_SIN_PI:
        fmpq_init(number);
        fmpq_set_mpq(number, steps[i].number);
        ca_pi(stack + top, context);
        ca_mul_fmpq(stack + top, stack + top, number, context);
        ca_sin_cos(stack + top, NULL, stack + top, context);
        fmpq_clear(number);
        top++;
        break;
      case TRIPOS_EXP_PI_I:
        fmpq_init(number);
        fmpq_set_mpq(number, steps[i].number);
        ca_pi_i(stack + top, context);
        ca_mul_fmpq(stack + top, stack + top, number, context);
        ca_exp(stack + top, stack + top, context);
        fmpq_clear(number);
        top++;
        break;
      case TRIPOS_ADD:
        ca_add(a, a, b, context);
        top--;
        break;
      case TRIPOS_MULTIPLY:
        ca_mul(a, a, b, context);
        top--;
        break;
      case TRIPOS_DIVIDE:
        ca_div(a, a, b, context);
        top--;
        break;
      case TRIPOS_NEGATE:
        ca_neg(b, b, context);
        break;
      case TRIPOS_POWER:
        ca_pow(a, a, b, context);
        top--;
        break;
      case TRIPOS_ROOT:
        done = small_exponent(&p, steps[i].number, MAX_DEGREE) && p > 0;
        if (!done) break;
        if (p == 2) {
          ca_sqrt(b, b, context);
        } else {
          const int negative = p % 2 == 1 && ca_check_is_negative_real(b, context) == T_TRUE;
          ca_t exponent;
          if (negative) ca_neg(b, b, context);
          ca_init(exponent, context);
          ca_set_si(exponent, p, context);
          ca_inv(exponent, exponent, context);
          ca_pow(b, b, exponent, context);
          ca_clear(exponent, context);
          if (negative) ca_neg(b, b, context);
        }
        break;
      case TRIPOS_EXP:
        ca_exp(b, b, context);
        break;
      case TRIPOS_LN:
        ca_log(b, b, context);
        break;
      case TRIPOS_SIN:
        ca_sin_cos(b, NULL, b, context);
        break;
      case TRIPOS_COS:
        ca_sin_cos(NULL, b, b, context);
        break;
      case TRIPOS_ATAN:
        ca_atan(b, b, context);
        break;
      case TRIPOS_ASIN:
        ca_asin(b, b, context);
        break;
      case TRIPOS_ACOS:
        ca_acos(b, b, context);
        break;
      case TRIPOS_ABS:
        ca_abs(b, b, context);
        break;
    }
    /* Infinities, and what is undefined or not known to be a number, end it. */
    if (done && top > 0 && CA_IS_SPECIAL(stack + top - 1)) done = 0;
  }
  done = done && top == 1;
  if (done) ca_set(result, stack, context);
  _ca_vec_clear(stack, (slong)count, context);
  return done;
}

static _Thread_local ca_ctx_t thread_context;
static _Thread_local int comparisons = -1; /* -1: there is no context */

void tripos_calcium_release(void) {
  if (comparisons >= 0) ca_ctx_clear(thread_context);
  comparisons = -1;
  flint_cleanup();
}

enum tripos_truth tripos_compare_constants(const struct tripos_step* a, size_t a_steps, const struct tripos_step* b,
                                           size_t b_steps) {
  ca_t x, y;
  enum tripos_truth truth = TRIPOS_UNDECIDED;
  if (comparisons >= COMPARISONS_PER_CONTEXT) {
    ca_ctx_clear(thread_context);
    comparisons = -1;
  }
  if (comparisons < 0) {
    ca_ctx_init(thread_context);
    comparisons = 0;
  }
  comparisons++;
  ca_init(x, thread_context);
  ca_init(y, thread_context);
  if (run_constant(x, a, a_steps, thread_context) && run_constant(y, b, b_steps, thread_context)) {
    const truth_t equal = ca_check_equal(x, y, thread_context);
    if (equal == T_TRUE) truth = TRIPOS_EQUAL;
    if (equal == T_FALSE) truth = TRIPOS_DIFFERENT;
  }
  ca_clear(x, thread_context);
  ca_clear(y, thread_context);
  return truth;
}
