// A warp for each column of `out` and each 8 of its rows, which share the reading of the weights: a weight is read once
// a 8 rows. It is bound by that reading while the rows are few.

#include "backends/moe/ops/cuda/kernels.h"
#include "backends/moe/ops/cuda/products.h"

namespace tripos::moe::cuda {
namespace {

constexpr int kTile = 8;  // rows

// weight [out width, in width], in [rows, in width] -> out [rows, out width]
struct Linear {
  Matrix weight;
  const float* bias;
  Rows in;
  Rows out;

  TRIPOS_DEVICE void operator()(std::int64_t warp) const {
    const int column = static_cast<int>(warp % out.width);
    const int first = static_cast<int>(warp / out.width) * kTile;
    const int count = in.count - first < kTile ? in.count - first : kTile;
    float products[kTile];
    multiply<kTile>(weight, column, in.data + static_cast<std::int64_t>(first) * in.width, count, 1, products);
    each_lane([&](int lane) {
      TRIPOS_UNROLL
      for (int i = 0; i < kTile; ++i) {
        if (i != lane || i >= count) continue;
        out.data[static_cast<std::int64_t>(first + i) * out.width + column] =
            products[i] + (bias == nullptr ? 0 : bias[column]);
      }
    });
  }
};

}  // namespace

void linear(Queue& queue, const Matrix& weight, const float* bias, Rows in, Rows out) {
  const std::int64_t tiles = (in.count + kTile - 1) / kTile;
  launch_warps(queue, "linear", tiles * out.width, Linear{weight, bias, in, out});
}

}  // namespace tripos::moe::cuda
