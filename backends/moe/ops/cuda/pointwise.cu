// Operations on values by themselves: a thread for each. They move what they read and write once, and are bound by
// that.

#include "backends/moe/ops/cuda/activated.h"
#include "backends/moe/ops/cuda/kernels.h"
#include "backends/moe/ops/cuda/launch.h"
#include "backends/moe/ops/cuda/products.h"

namespace tripos::moe::cuda {
namespace {

std::int64_t size_of(Rows rows) { return static_cast<std::int64_t>(rows.count) * rows.width; }

// tokens [rows], table [vocabulary, width] -> out [rows, width]. Moves 4 bytes and a stored weight a value.
struct Embed {
  Matrix table;
  const int* tokens;
  float scale;
  Rows out;

  TRIPOS_DEVICE void operator()(std::int64_t i) const {
    const std::int64_t token = tokens[i / out.width];
    const int column = static_cast<int>(i % out.width);
    with_stored_as(table.type, [&](auto stored_as) {
      using Format = decltype(stored_as);
      out.data[i] = scale * Format::weight_of_row(row_as<Format>(table, token), column);
    });
  }
};

// x, y [rows, width]. Moves 12 bytes a value.
struct Add {
  float* x;
  const float* y;
  float scale;

  TRIPOS_DEVICE void operator()(std::int64_t i) const { x[i] += scale * y[i]; }
};

// x [rows, width]. Moves 8 bytes a value.
struct Clip {
  float* x;
  float limit;

  TRIPOS_DEVICE void operator()(std::int64_t i) const {
    const float value = x[i];
    x[i] = value < -limit ? -limit : value > limit ? limit : value;
  }
};

// in [any, width], rows [out rows] -> out [out rows, width]. Moves 8 bytes a value.
struct Gather {
  const float* in;
  const int* rows;
  Rows out;

  TRIPOS_DEVICE void operator()(std::int64_t i) const {
    const std::int64_t row = rows[i / out.width];
    out.data[i] = in[row * out.width + i % out.width];
  }
};

// x [rows, width], factors [rows]. Moves 8 bytes a value.
struct ScaleRows {
  Rows x;
  const float* factors;

  TRIPOS_DEVICE void operator()(std::int64_t i) const { x.data[i] *= factors[i / x.width]; }
};

// gate_up [rows, 2 * width] -> out [rows, width]. Moves 12 bytes a value.
struct Activate {
  const float* gate_up;
  Activation activation;
  Rows out;

  TRIPOS_DEVICE void operator()(std::int64_t i) const {
    const float* const gate = gate_up + i / out.width * 2 * out.width + i % out.width;
    out.data[i] = activated(gate[0], gate[out.width], activation);
  }
};

}  // namespace

void embed(Queue& queue, const Matrix& table, const int* tokens, float scale, Rows out) {
  launch_threads(queue, "embed", size_of(out), Embed{table, tokens, scale, out});
}

void add(Queue& queue, Rows x, Rows y, float scale) {
  launch_threads(queue, "add", size_of(x), Add{x.data, y.data, scale});
}

void clip(Queue& queue, Rows x, float limit) { launch_threads(queue, "clip", size_of(x), Clip{x.data, limit}); }

void gather(Queue& queue, Rows in, const int* rows, Rows out) {
  launch_threads(queue, "gather", size_of(out), Gather{in.data, rows, out});
}

void scale_rows(Queue& queue, Rows x, const float* factors) {
  launch_threads(queue, "scale_rows", size_of(x), ScaleRows{x, factors});
}

void activate(Queue& queue, Rows gate_up, Activation activation, Rows out) {
  launch_threads(queue, "activate", size_of(out), Activate{gate_up.data, activation, out});
}

}  // namespace tripos::moe::cuda
