// The kernels of one level: included once a level, after its lanes_*.h. All is in an anonymous namespace, so that each
// level has its own.

#include "backends/moe/ops/cpu/kernels/decode.h"
//
#include "backends/moe/ops/cpu/kernels/product.h"
//
#include "backends/moe/ops/cpu/kernels/band_formats.h"
//
#include "backends/moe/ops/cpu/kernels/band_product.h"
//
#include "backends/moe/ops/cpu/kernels/band_panels.h"
//
#include "backends/moe/ops/cpu/kernels/pointwise.h"
//
#include "backends/moe/ops/cpu/kernels/attention.h"

namespace tripos::moe {
namespace {

constexpr Kernels kernels_named(const char* name) {
  return {name,          &multiply, &multiply_bands<false>, &multiply_bands<true>, &pack,
          &pack_rounded, &attend,   &sum_of_squares,        &softmax_terms,        &scale,
          &add,          &swiglu,   &clamped_swiglu};
}

}  // namespace
}  // namespace tripos::moe
