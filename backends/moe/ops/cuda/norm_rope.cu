#include "backends/moe/ops/cuda/kernels.h"
#include "backends/moe/ops/cuda/launch.h"

namespace tripos::moe::cuda {
namespace {

// in [rows, groups * group], weight [group] or null -> out, the same shape, which may be `in`. A warp for each group;
// lane l takes the values l, l + 32, ... Moves 8 bytes a value, and 4 more where the group is not in the cache.
struct RmsNorm {
  const float* in;
  const float* weight;
  int group;
  float epsilon;
  float* out;

  TRIPOS_DEVICE void operator()(std::int64_t warp) const {
    const float* const x = in + warp * group;
    float* const y = out + warp * group;
    Lanes<float> squares;
    each_lane([&](int lane) {
      for (int i = lane; i < group; i += kWarp) squares[lane] = fmaf(x[i], x[i], squares[lane]);
    });
    const float scale = 1 / sqrtf(sum_of(squares) / static_cast<float>(group) + epsilon);
    each_lane([&](int lane) {
      for (int i = lane; i < group; i += kWarp) y[i] = x[i] * scale * (weight == nullptr ? 1 : weight[i]);
    });
  }
};

// in [rows, width] -> terms [rows, 2]. A warp for each row, with lanes as above. Reads a row twice.
struct SoftmaxTerms {
  Rows in;
  float* terms;

  TRIPOS_DEVICE void operator()(std::int64_t row) const {
    const float* const x = in.data + row * in.width;
    Lanes<float> most;
    each_lane([&](int lane) {
      most[lane] = -INFINITY;
      for (int i = lane; i < in.width; i += kWarp) most[lane] = fmaxf(most[lane], x[i]);
    });
    const float highest = combined(most, [](float a, float b) { return fmaxf(a, b); });
    Lanes<float> sums;
    each_lane([&](int lane) {
      for (int i = lane; i < in.width; i += kWarp) sums[lane] += expf(x[i] - highest);
    });
    const float sum = sum_of(sums);
    each_lane([&](int lane) {
      if (lane == 0) terms[2 * row] = highest;
      if (lane == 1) terms[2 * row + 1] = sum;
    });
  }
};

// x [rows, heads * 2 * pairs]. A thread for a pair of a row turns that pair of all heads, so that the angle, which
// needs double precision at positions of 10^5 and more, is computed once. Moves 8 bytes a value.
struct Rope {
  Rows x;
  Rotation rotation;

  TRIPOS_DEVICE void operator()(std::int64_t i) const {
    const int pairs = rotation.pairs;
    const std::int64_t row = i / pairs;
    const int pair = static_cast<int>(i % pairs);
    const double angle = rotation.positions[row] * rotation.frequencies[pair];
    const auto cosine = static_cast<float>(cos(angle) * rotation.amplitude);
    const auto sine = static_cast<float>(sin(angle) * rotation.amplitude);
    const bool halves = rotation.kind == RopePairs::kHalves;
    for (int head = 0; head < x.width; head += 2 * pairs) {
      float* const a = x.data + row * x.width + head + (halves ? pair : 2 * pair);
      float* const b = a + (halves ? pairs : 1);
      const float before = *a;
      *a = before * cosine - *b * sine;
      *b = before * sine + *b * cosine;
    }
  }
};

}  // namespace

void rms_norm(Queue& queue, Rows in, const float* weight, int group, float epsilon, Rows out) {
  const std::int64_t groups = static_cast<std::int64_t>(in.count) * (in.width / group);
  launch_warps(queue, "rms_norm", groups, RmsNorm{in.data, weight, group, epsilon, out.data});
}

void softmax_terms(Queue& queue, Rows in, float* terms) {
  launch_warps(queue, "softmax_terms", in.count, SoftmaxTerms{in, terms});
}

void rope(Queue& queue, Rows x, const Rotation& rotation) {
  launch_threads(queue, "rope", static_cast<std::int64_t>(x.count) * rotation.pairs, Rope{x, rotation});
}

}  // namespace tripos::moe::cuda
