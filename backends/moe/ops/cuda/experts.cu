#include "backends/moe/ops/cuda/activated.h"
#include "backends/moe/ops/cuda/kernels.h"
#include "backends/moe/ops/cuda/products.h"

namespace tripos::moe::cuda {
namespace {

// A number that is the higher, the higher the logit and, of equal ones, the lower the expert; never 0, so that every
// choice is an expert, whatever the logits are. Positive floats are in the order of their bits, negative ones in
// reverse.
TRIPOS_DEVICE std::uint64_t rank_of(float logit, int expert) {
  const std::uint32_t bits = bits_of_float(logit + 0.0F);  // of both zeros, the positive one
  const std::uint32_t ordered = (bits >> 31) != 0 ? ~bits : bits | 0x80000000U;
  return std::uint64_t{ordered} << 32 | (0xFFFFFFFFU - static_cast<std::uint32_t>(expert));
}

TRIPOS_DEVICE int expert_of(std::uint64_t rank) {
  return static_cast<int>(0xFFFFFFFFU - static_cast<std::uint32_t>(rank));
}

// logits [rows, experts] -> chosen experts and gates [rows, selected]. A warp for each row; lane l looks at the experts
// l, l + 32, ... once for each that is chosen. Lane 0 writes. Moves 4 bytes a logit and 8 for each chosen one.
struct Route {
  Rows logits;
  Gate gate;
  int selected;
  std::int32_t* experts;
  float* gates;

  TRIPOS_DEVICE void operator()(std::int64_t row) const {
    const float* const logit = logits.data + row * logits.width;
    std::uint64_t last = ~std::uint64_t{0};
    float highest = 0;
    float sum = 0;  // of exp(logit - highest)
    for (int k = 0; k < selected; ++k) {
      last = best_below(last, logit);
      const int expert = expert_of(last);
      if (k == 0) highest = logit[expert];
      const float weight = gate == Gate::kSigmoidOnInput ? sigmoid(logit[expert]) : expf(logit[expert] - highest);
      sum += weight;
      each_lane([&](int lane) {
        if (lane != 0) return;
        experts[row * selected + k] = expert;
        gates[row * selected + k] = weight;
      });
    }
    if (gate == Gate::kSigmoidOnInput) return;
    if (gate == Gate::kSoftmaxAll) sum = sum_of_all(logit, highest);
    each_lane([&](int lane) {
      for (int k = 0; lane == 0 && k < selected; ++k) gates[row * selected + k] /= sum;
    });
  }

  TRIPOS_DEVICE std::uint64_t best_below(std::uint64_t limit, const float* logit) const {
    Lanes<std::uint64_t> best;
    each_lane([&](int lane) {
      for (int expert = lane; expert < logits.width; expert += kWarp) {
        const std::uint64_t rank = rank_of(logit[expert], expert);
        if (rank < limit && rank > best[lane]) best[lane] = rank;
      }
    });
    return combined(best, [](std::uint64_t a, std::uint64_t b) { return a > b ? a : b; });
  }

  TRIPOS_DEVICE float sum_of_all(const float* logit, float highest) const {
    Lanes<float> sums;
    each_lane([&](int lane) {
      for (int expert = lane; expert < logits.width; expert += kWarp) sums[lane] += expf(logit[expert] - highest);
    });
    return sum_of(sums);
  }
};

// in [rows, model width], gate_up [experts * 2 * width, model width] -> inner [rows * selected, width]. A warp for each
// value of `inner`: it reads two rows of weights.
struct ExpertsUp {
  Matrix gate_up;
  const float* bias;
  Activation activation;
  Rows in;
  Chosen chosen;
  Rows inner;

  TRIPOS_DEVICE void operator()(std::int64_t warp) const {
    const std::int64_t pair = warp / inner.width;  // of a row and an expert
    const std::int64_t gate_row = std::int64_t{chosen.experts[pair]} * 2 * inner.width + warp % inner.width;
    const std::int64_t up_row = gate_row + inner.width;
    const float* const x = in.data + pair / chosen.selected * in.width;
    const float scale = chosen.gates_input ? chosen.gates[pair] : 1;
    const float gate = product(gate_up, gate_row, x, scale) + (bias == nullptr ? 0 : bias[gate_row]);
    const float up = product(gate_up, up_row, x, scale) + (bias == nullptr ? 0 : bias[up_row]);
    each_lane([&](int lane) {
      if (lane == 0) inner.data[warp] = activated(gate, up, activation);
    });
  }
};

// inner [rows * selected, width], down [experts * model width, width] -> out [rows, model width]. A warp for each value
// of `out` adds its experts in the order of the routing: it reads a row of weights of each.
struct ExpertsDown {
  Matrix down;
  const float* bias;
  Rows inner;
  Chosen chosen;
  Rows out;

  TRIPOS_DEVICE void operator()(std::int64_t warp) const {
    const std::int64_t first = warp / out.width * chosen.selected;
    float sum = 0;
    for (std::int64_t pair = first; pair < first + chosen.selected; ++pair) {
      const std::int64_t row = std::int64_t{chosen.experts[pair]} * out.width + warp % out.width;
      const float value = product(down, row, inner.data + pair * inner.width, 1) + (bias == nullptr ? 0 : bias[row]);
      sum += (chosen.gates_input ? 1 : chosen.gates[pair]) * value;
    }
    each_lane([&](int lane) {
      if (lane == 0) out.data[warp] = sum;
    });
  }
};

}  // namespace

void route(Queue& queue, Rows logits, Gate gate, int selected, std::int32_t* experts, float* gates) {
  launch_warps(queue, "route", logits.count, Route{logits, gate, selected, experts, gates});
}

void experts_up(Queue& queue, const Matrix& gate_up, const float* bias, Activation activation, Rows in,
                const Chosen& chosen, Rows inner) {
  const std::int64_t values = static_cast<std::int64_t>(inner.count) * inner.width;
  launch_warps(queue, "experts_up", values, ExpertsUp{gate_up, bias, activation, in, chosen, inner});
}

void experts_down(Queue& queue, const Matrix& down, const float* bias, Rows inner, const Chosen& chosen, Rows out) {
  const std::int64_t values = static_cast<std::int64_t>(out.count) * out.width;
  launch_warps(queue, "experts_down", values, ExpertsDown{down, bias, inner, chosen, out});
}

}  // namespace tripos::moe::cuda
