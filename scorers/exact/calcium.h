/* Equality of constants by Calcium, whose headers are C: a machine with a stack. */
#ifndef TRIPOS_SCORERS_EXACT_CALCIUM_H
#define TRIPOS_SCORERS_EXACT_CALCIUM_H

#include <gmp.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

enum tripos_operation {
  TRIPOS_NUMBER, /* pushes `number` */
  TRIPOS_PI,
  TRIPOS_E,
  TRIPOS_I,
  TRIPOS_SIN_PI,   /* pushes the sine of pi times `number` */
  TRIPOS_EXP_PI_I, /* pushes e to the power of pi times i times `number`, a root of unity */
  TRIPOS_ADD,
  TRIPOS_MULTIPLY,
  TRIPOS_NEGATE,
  TRIPOS_DIVIDE,
  TRIPOS_POWER,
  TRIPOS_ROOT, /* of degree `number`: the real one of a negative number and an odd degree */
  TRIPOS_EXP,
  TRIPOS_LN,
  TRIPOS_SIN,
  TRIPOS_COS,
  TRIPOS_ATAN,
  TRIPOS_ASIN,
  TRIPOS_ACOS,
  TRIPOS_ABS
};

struct tripos_step {
  enum tripos_operation operation;
  mpq_srcptr number; /* owned by the caller */
};

enum tripos_truth { TRIPOS_EQUAL, TRIPOS_DIFFERENT, TRIPOS_UNDECIDED, TRIPOS_LIMIT };

/* Whether two programs leave the same algebraic number; undecided where one of them leaves the algebraic numbers, and
   limit where degrees or coefficients grow too large. */
enum tripos_truth tripos_compare_algebraic(const struct tripos_step* a, size_t a_steps, const struct tripos_step* b,
                                           size_t b_steps);

/* The same for all constants, in a context of the calling thread; never limit. */
enum tripos_truth tripos_compare_constants(const struct tripos_step* a, size_t a_steps, const struct tripos_step* b,
                                           size_t b_steps);

/* Frees what the calling thread keeps. */
void tripos_calcium_release(void);

#ifdef __cplusplus
}
#endif
#endif
