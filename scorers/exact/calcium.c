#include "scorers/exact/calcium.h"

#include <calcium/ca.h>
#include <calcium/ca_vec.h>
#include <calcium/qqbar.h>
#include <flint/fmpq.h>

#define MAX_DEGREE 200
#define MAX_STACK 512
#define COMPARISONS_PER_CONTEXT 200 /* a context only grows */
#define MAX_BITS 256                /* of a rational number on the way to a constant */
#define MAX_RADICAND_BITS 128       /* Calcium looks for factors up to 32 bits: 3 ms for 128 bits, 40 ms for 512 */
#define MAX_FIELD_SIZE 256          /* bits of coefficients times the degree of the field */
#define MAX_FACTOR_BITS 15          /* elsewhere; up to here by division alone */

/* Algebraic numbers. */

/* For one number. An operation on numbers of degrees m and n factors a polynomial of degree mn whose coefficients have
   as many bits as `height` says, in 2 to 9 ns a unit: bits times the square of the degree. */
#define MAX_WORK 8000000
#define MAX_HEIGHT 1024 /* from where a unit takes longer and longer */
#define MAX_QUADRATIC_HEIGHT 16384

struct algebraic {
  qqbar_ptr stack;
  size_t top;
  slong work; /* what is left of it; below 0 it has ended the run */
};

static slong height(const qqbar_t a, const qqbar_t b) {
  return qqbar_height_bits(a) * qqbar_degree(b) + qqbar_height_bits(b) * qqbar_degree(a);
}

static int spend(struct algebraic* machine, slong work) {
  machine->work = work > machine->work ? -1 : machine->work - work;
  return machine->work >= 0;
}

/* For the factors of a polynomial. */
static int spend_factoring(struct algebraic* machine, slong degree, slong bits) {
  return spend(machine, degree > MAX_DEGREE || bits > MAX_HEIGHT ? WORD_MAX : degree * degree * bits);
}

/* For a polynomial that needs none, but whose roots are found from nothing: up to sixteen times as much. */
static int spend_finding(struct algebraic* machine, slong degree, slong bits) {
  if (degree == 1) return spend(machine, bits);
  if (degree == 2) return spend(machine, bits > MAX_QUADRATIC_HEIGHT ? WORD_MAX : bits);
  return spend(machine, bits > MAX_HEIGHT ? WORD_MAX : 16 * degree * degree * bits);
}

/* For a sum, a product or a quotient. */
static int spend_pair(struct algebraic* machine, const qqbar_t a, const qqbar_t b) {
  const slong degree = qqbar_degree(a) * qqbar_degree(b);
  const int has_rational = qqbar_degree(a) == 1 || qqbar_degree(b) == 1;
  return (has_rational ? spend_finding : spend_factoring)(machine, degree, height(a, b));
}

static int spend_root(struct algebraic* machine, const qqbar_t x, slong degree) {
  const slong product = qqbar_degree(x) * degree;
  return (product <= 2 ? spend_finding : spend_factoring)(machine, product, qqbar_height_bits(x));
}

static int small_exponent(slong* n, mpq_srcptr number, slong bound) {
  if (mpz_cmp_si(mpq_numref(number), bound) > 0 || mpz_cmp_si(mpq_numref(number), -bound) < 0) return 0;
  *n = mpz_get_si(mpq_numref(number));
  return 1;
}

static int root_of(struct algebraic* machine, qqbar_t x, slong degree) {
  int is_negative;
  if (degree <= 0 || !spend_root(machine, x, degree)) return 0;
  is_negative = degree % 2 == 1 && qqbar_is_real(x) && qqbar_sgn_re(x) < 0;
  if (is_negative) qqbar_neg(x, x);
  qqbar_root_ui(x, x, (ulong)degree);
  if (is_negative) qqbar_neg(x, x);
  return 1;
}

/* base^(p/q) of principal values */
static int power_of(struct algebraic* machine, qqbar_t base, const qqbar_t exponent) {
  fmpq_t rational;
  slong p, q;
  int done = 0;
  if (!qqbar_is_rational(exponent) || qqbar_is_zero(base)) return 0;
  fmpq_init(rational);
  qqbar_get_fmpq(rational, exponent);
  if (fmpz_cmp_si(fmpq_numref(rational), 1000) < 0 && fmpz_cmp_si(fmpq_numref(rational), -1000) > 0 &&
      fmpz_cmp_si(fmpq_denref(rational), MAX_DEGREE) <= 0) {
    p = fmpz_get_si(fmpq_numref(rational));
    q = fmpz_get_si(fmpq_denref(rational));
    done = spend_root(machine, base, q);
    if (done) qqbar_root_ui(base, base, (ulong)q);
    if (done && p < 0) qqbar_inv(base, base);
    done = done && spend_finding(machine, qqbar_degree(base), qqbar_height_bits(base) * FLINT_ABS(p));
    if (done) qqbar_pow_ui(base, base, (ulong)FLINT_ABS(p));
  }
  fmpq_clear(rational);
  return done;
}

static int push_number(struct algebraic* machine, mpq_srcptr value) {
  fmpq_t number;
  fmpq_init(number);
  fmpq_set_mpq(number, value);
  qqbar_set_fmpq(machine->stack + machine->top++, number);
  fmpq_clear(number);
  return 1;
}

/* The sine of pi p/q, or a root of unity. */
static int push_turns(struct algebraic* machine, const struct tripos_step* step) {
  qqbar_ptr x = machine->stack + machine->top;
  slong p;
  if (mpz_cmp_ui(mpq_denref(step->number), MAX_DEGREE) > 0 || !small_exponent(&p, step->number, 1000000)) return 0;
  (step->operation == TRIPOS_SIN_PI ? qqbar_sin_pi : qqbar_exp_pi_i)(x, p, (ulong)mpz_get_ui(mpq_denref(step->number)));
  machine->top++;
  return qqbar_degree(x) <= MAX_DEGREE;
}

static int combine(struct algebraic* machine, enum tripos_operation operation) {
  qqbar_ptr a = machine->stack + machine->top - 2;
  qqbar_ptr b = machine->stack + machine->top - 1;
  machine->top--;
  if (operation == TRIPOS_POWER) return power_of(machine, a, b);
  if (!spend_pair(machine, a, b) || (operation == TRIPOS_DIVIDE && qqbar_is_zero(b))) return 0;
  (operation == TRIPOS_ADD ? qqbar_add : operation == TRIPOS_MULTIPLY ? qqbar_mul : qqbar_div)(a, a, b);
  return 1;
}

static int run_algebraic_step(struct algebraic* machine, const struct tripos_step* step) {
  qqbar_ptr x = machine->top > 0 ? machine->stack + machine->top - 1 : NULL;
  slong degree;
  switch (step->operation) {
    case TRIPOS_NUMBER:
      return push_number(machine, step->number);
    case TRIPOS_I:
      qqbar_i(machine->stack + machine->top++);
      return 1;
    case TRIPOS_SIN_PI:
    case TRIPOS_EXP_PI_I:
      return push_turns(machine, step);
    case TRIPOS_ADD:
    case TRIPOS_MULTIPLY:
    case TRIPOS_DIVIDE:
    case TRIPOS_POWER:
      return combine(machine, step->operation);
    case TRIPOS_NEGATE:
      qqbar_neg(x, x);
      return 1;
    case TRIPOS_ROOT:
      return small_exponent(&degree, step->number, MAX_DEGREE) && root_of(machine, x, degree);
    case TRIPOS_ABS: /* the root of x times its conjugate */
      if (!spend_pair(machine, x, x)) return 0;
      qqbar_abs(x, x);
      return 1;
    default:
      return 0;
  }
}

/* TRIPOS_EQUAL: `result` is the number */
static enum tripos_truth run_algebraic(qqbar_t result, const struct tripos_step* steps, size_t count) {
  struct algebraic machine = {NULL, 0, MAX_WORK};
  size_t i;
  int done = count > 0 && count <= MAX_STACK;
  if (!done) return TRIPOS_LIMIT;
  machine.stack = _qqbar_vec_init((slong)count);
  for (i = 0; i < count && done; i++) done = run_algebraic_step(&machine, steps + i);
  done = done && machine.top == 1;
  if (done) qqbar_set(result, machine.stack);
  _qqbar_vec_clear(machine.stack, (slong)count);
  return done ? TRIPOS_EQUAL : machine.work < 0 ? TRIPOS_LIMIT : TRIPOS_UNDECIDED;
}

enum tripos_truth tripos_compare_algebraic(const struct tripos_step* a, size_t a_steps, const struct tripos_step* b,
                                           size_t b_steps) {
  qqbar_t x, y;
  enum tripos_truth truth;
  qqbar_init(x);
  qqbar_init(y);
  truth = run_algebraic(x, a, a_steps);
  if (truth == TRIPOS_EQUAL) truth = run_algebraic(y, b, b_steps);
  if (truth == TRIPOS_EQUAL && !qqbar_equal(x, y)) truth = TRIPOS_DIFFERENT;
  qqbar_clear(x);
  qqbar_clear(y);
  return truth;
}

/* All constants. */

struct constants {
  ca_ptr stack;
  size_t top;
  ca_ctx_struct* context;
};

/* Of the longest integer among the coefficients of x in its field. */
static slong bits_of(const ca_t x, ca_ctx_t context) {
  const ca_field_struct* field = CA_FIELD(x, context);
  slong numerator, denominator;
  if (CA_IS_QQ(x, context)) return (slong)fmpq_height_bits(CA_FMPQ(x));
  if (CA_FIELD_IS_NF(field)) {
    fmpq_poly_t polynomial;
    fmpq_poly_init(polynomial);
    nf_elem_get_fmpq_poly(polynomial, CA_NF_ELEM(x), CA_FIELD_NF(field));
    numerator = _fmpz_vec_max_bits(polynomial->coeffs, polynomial->length);
    denominator = (slong)fmpz_bits(polynomial->den);
    fmpq_poly_clear(polynomial);
  } else {
    numerator = fmpz_mpoly_max_bits(fmpz_mpoly_q_numref(CA_MPOLY_Q(x)));
    denominator = fmpz_mpoly_max_bits(fmpz_mpoly_q_denref(CA_MPOLY_Q(x)));
  }
  return FLINT_MAX(FLINT_ABS(numerator), FLINT_ABS(denominator));
}

static int is_within(const ca_t x, slong bits, ca_ctx_t context) { return bits_of(x, context) <= bits; }

struct field_size {
  slong degree;
  slong height; /* bits, of the largest generator */
};

static void add_generator(struct field_size* size, const ca_ext_struct* generator, ca_ctx_t context) {
  const ca_struct* arguments = CA_EXT_FUNC_ARGS(generator);
  slong degree = 1, height = 0;
  if (CA_EXT_IS_QQBAR(generator)) {
    degree = qqbar_degree(CA_EXT_QQBAR(generator));
    height = qqbar_height_bits(CA_EXT_QQBAR(generator));
  } else if (CA_EXT_HEAD(generator) == CA_Sqrt) {
    degree = 2;
    height = bits_of(arguments, context);
  } else if (CA_EXT_HEAD(generator) == CA_Pow && CA_IS_QQ(arguments + 1, context)) {
    const fmpq* exponent = CA_FMPQ(arguments + 1);
    degree = fmpz_get_si(fmpq_denref(exponent));
    height = bits_of(arguments, context) * FLINT_ABS(fmpz_get_si(fmpq_numref(exponent)));
  }
  size->degree *= degree;
  size->height = FLINT_MAX(size->height, height);
}

/* Whether a root or the modulus of x can be had: what Calcium does for it factors an integer where x is rational, and a
   polynomial where algebraic numbers generate its field. */
static int is_radicand(const ca_t x, slong bits, ca_ctx_t context) {
  const ca_field_struct* field = CA_FIELD(x, context);
  struct field_size size = {1, 0};
  slong i;
  for (i = 0; i < CA_FIELD_LENGTH(field); i++) add_generator(&size, CA_FIELD_EXT_ELEM(field, i), context);
  if (size.degree == 1) return is_within(x, bits, context);
  return (bits_of(x, context) + size.height) * size.degree <= MAX_FIELD_SIZE;
}

static void set_number(ca_t x, mpq_srcptr value, ca_ctx_t context) {
  fmpq_t number;
  fmpq_init(number);
  fmpq_set_mpq(number, value);
  ca_set_fmpq(x, number, context);
  fmpq_clear(number);
}

/* Of a degree that is no more than MAX_DEGREE: the real one of a negative number and an odd degree. */
static int constant_root(ca_t x, mpq_srcptr index, ca_ctx_t context) {
  slong degree;
  int is_negative;
  ca_t exponent;
  if (!small_exponent(&degree, index, MAX_DEGREE) || degree <= 0 || !is_radicand(x, MAX_RADICAND_BITS, context)) {
    return 0;
  }
  if (degree == 2) {
    ca_sqrt(x, x, context);
    return 1;
  }
  is_negative = degree % 2 == 1 && ca_check_is_negative_real(x, context) == T_TRUE;
  if (is_negative) ca_neg(x, x, context);
  ca_init(exponent, context);
  ca_set_si(exponent, degree, context);
  ca_inv(exponent, exponent, context);
  ca_pow(x, x, exponent, context);
  ca_clear(exponent, context);
  if (is_negative) ca_neg(x, x, context);
  return 1;
}

static void push_constant(struct constants* machine, const struct tripos_step* step) {
  ca_ctx_struct* context = machine->context;
  ca_ptr x = machine->stack + machine->top++;
  ca_t factor;
  if (step->operation == TRIPOS_PI || step->operation == TRIPOS_SIN_PI) ca_pi(x, context);
  if (step->operation == TRIPOS_EXP_PI_I) ca_pi_i(x, context);
  if (step->operation == TRIPOS_I) ca_i(x, context);
  if (step->operation == TRIPOS_E) {
    ca_one(x, context);
    ca_exp(x, x, context);
  }
  if (step->operation == TRIPOS_NUMBER) set_number(x, step->number, context);
  if (step->operation != TRIPOS_SIN_PI && step->operation != TRIPOS_EXP_PI_I) return;
  ca_init(factor, context);
  set_number(factor, step->number, context);
  ca_mul(x, x, factor, context);
  ca_clear(factor, context);
  if (step->operation == TRIPOS_SIN_PI) ca_sin_cos(x, NULL, x, context);
  if (step->operation == TRIPOS_EXP_PI_I) ca_exp(x, x, context);
}

static int run_constant_step(struct constants* machine, const struct tripos_step* step) {
  ca_ctx_struct* context = machine->context;
  ca_ptr a = machine->top > 1 ? machine->stack + machine->top - 2 : NULL;
  ca_ptr b = machine->top > 0 ? machine->stack + machine->top - 1 : NULL;
  switch (step->operation) {
    case TRIPOS_NUMBER:
    case TRIPOS_PI:
    case TRIPOS_E:
    case TRIPOS_I:
    case TRIPOS_SIN_PI:
    case TRIPOS_EXP_PI_I:
      push_constant(machine, step);
      return 1;
    case TRIPOS_ADD:
      ca_add(a, a, b, context);
      break;
    case TRIPOS_MULTIPLY:
      ca_mul(a, a, b, context);
      break;
    case TRIPOS_DIVIDE:
      ca_div(a, a, b, context);
      break;
    case TRIPOS_POWER:
      if (!CA_IS_QQ(b, context) || !fmpz_is_one(CA_FMPQ_DENREF(b))) {
        if (!is_radicand(a, MAX_RADICAND_BITS, context)) return 0;
      }
      ca_pow(a, a, b, context);
      break;
    case TRIPOS_NEGATE:
      ca_neg(b, b, context);
      return 1;
    case TRIPOS_ROOT:
      return constant_root(b, step->number, context);
    case TRIPOS_EXP:
      ca_exp(b, b, context);
      return 1;
    case TRIPOS_LN:
      ca_log(b, b, context);
      return 1;
    case TRIPOS_SIN:
      ca_sin_cos(b, NULL, b, context);
      return 1;
    case TRIPOS_COS:
      ca_sin_cos(NULL, b, b, context);
      return 1;
    case TRIPOS_ATAN:
      ca_atan(b, b, context);
      return 1;
    case TRIPOS_ASIN:
    case TRIPOS_ACOS: /* with the root of 1 - x^2 */
      if (!is_radicand(b, MAX_RADICAND_BITS / 2, context)) return 0;
      (step->operation == TRIPOS_ASIN ? ca_asin : ca_acos)(b, b, context);
      return 1;
    case TRIPOS_ABS:
      if (!is_radicand(b, MAX_BITS, context)) return 0;
      ca_abs(b, b, context);
      return 1;
  }
  machine->top--;
  return 1;
}

static int run_constant(ca_t result, const struct tripos_step* steps, size_t count, ca_ctx_t context) {
  struct constants machine = {NULL, 0, context};
  size_t i;
  int done = count > 0 && count <= MAX_STACK;
  if (!done) return 0;
  machine.stack = _ca_vec_init((slong)count, context);
  for (i = 0; i < count && done; i++) {
    done = run_constant_step(&machine, steps + i);
    /* Infinities, and what is undefined or not known to be a number, end it. */
    done = done && !CA_IS_SPECIAL(machine.stack + machine.top - 1) &&
           is_within(machine.stack + machine.top - 1, MAX_BITS, context);
  }
  done = done && machine.top == 1;
  if (done) ca_set(result, machine.stack, context);
  _ca_vec_clear(machine.stack, (slong)count, context);
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
    thread_context->options[CA_OPT_SMOOTH_LIMIT] = MAX_FACTOR_BITS;
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
