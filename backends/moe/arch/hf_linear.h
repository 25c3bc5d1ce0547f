#pragma once
// Linear layers of Hugging Face files, plain or quantised. What a quantised layer "q_proj" is made of tells its kind:
//   weight                                          floats
//   weight F8_E4M3, weight_scale or _scale_inv      8-bit floats with a scale for all, a row, 128 columns of one row,
//   or
//                                                   128 x 128 weights (compressed-tensors float-quantized, fp8)
//   weight_packed I32, weight_scale, weight_shape   8 numbers of 4 bits in 32, lowest first, with 8 added, a scale for
//   a
//                                                   row or for a group of columns (compressed-tensors pack-quantized)
// Scales are factors. They become blocks with scales of their own: E4M3_G128, I4_G32 and I4_G128.

#include <string>

#include "backends/moe/arch/row_source.h"
#include "backends/moe/arch/tensor_placer.h"
#include "harness/core/result.h"

namespace tripos::moe {

// Whether there is a layer of that name.
bool has_linear(const TensorPlacer& placer, const std::string& name);

// Errors: kData, of another shape than asked for; kConfig, of a kind that is not supported.
Result<RowSource> linear_rows(TensorPlacer& placer, const std::string& name, int rows, int columns);

}  // namespace tripos::moe
