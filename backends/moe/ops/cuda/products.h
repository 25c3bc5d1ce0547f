#pragma once
// The products of a row of stored weights and rows of activations, by a warp: lane l takes the columns l, l + 32, ...
// in their order, and the lanes' sums are added in one order. So a product is the same to the last bit, whatever else
// the warp computes.

#include "backends/moe/ops/cuda/launch.h"
#include "backends/moe/ops/tensors.h"
#include "backends/moe/quant/stored_weights.h"

namespace tripos::moe::cuda {

template <typename Format>
TRIPOS_DEVICE Bytes row_as(const Matrix& matrix, std::int64_t row) {
  const std::int64_t row_bytes =
      static_cast<std::int64_t>(matrix.columns / Format::kBlockWeights) * Format::kBlockBytes;
  return reinterpret_cast<Bytes>(matrix.data) + row * row_bytes;
}

// products[i] = sum over the columns of weight[row] * (scale * in[i]) for the first `count` of kRows rows.
template <int kRows>
TRIPOS_DEVICE void multiply(const Matrix& weight, std::int64_t row, const float* in, int count, float scale,
                            float (&products)[kRows]) {
  const int columns = weight.columns;
  Lanes<float> sums[kRows];
  with_stored_as(weight.type, [&](auto stored_as) {
    using Format = decltype(stored_as);
    const Bytes stored = row_as<Format>(weight, row);
    each_lane([&](int lane) {
      for (int column = lane; column < columns; column += kWarp) {
        const float value = Format::weight_of_row(stored, column);
        TRIPOS_UNROLL
        for (int i = 0; i < kRows; ++i) {
          if (i >= count) continue;
          const float x = scale * in[static_cast<std::int64_t>(i) * columns + column];
          sums[i][lane] = fmaf(value, x, sums[i][lane]);
        }
      }
    });
  });
  TRIPOS_UNROLL
  for (int i = 0; i < kRows; ++i) products[i] = i < count ? sum_of(sums[i]) : 0;
}

// One of them.
TRIPOS_DEVICE inline float product(const Matrix& weight, std::int64_t row, const float* in, float scale) {
  float products[1];
  multiply<1>(weight, row, in, 1, scale, products);
  return products[0];
}

}  // namespace tripos::moe::cuda
