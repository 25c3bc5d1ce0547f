#include "backends/moe/ops/cpu/reference.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstring>
#include <limits>
#include <new>
#include <vector>

#include "backends/moe/quant/dequantise.h"

namespace tripos::moe {
namespace {

double silu(double x) { return x / (1 + std::exp(-x)); }

double activated(double gate, double up, Activation activation) {
  if (activation == Activation::kSwiglu) return silu(gate) * up;
  constexpr double kLimit = 7;
  constexpr double kSlope = 1.702;
  gate = std::min(gate, kLimit);
  up = std::clamp(up, -kLimit, kLimit);
  return (up + 1) * gate / (1 + std::exp(-kSlope * gate));
}

std::vector<float> row_of(const Matrix& matrix, std::ptrdiff_t row) {
  std::vector<float> values(static_cast<std::size_t>(matrix.columns));
  const std::size_t bytes = stored_bytes(matrix.type, values.size());
  const auto read = dequantise(matrix.type, {matrix.data + row * static_cast<std::ptrdiff_t>(bytes), bytes}, values);
  assert(read);  // a Matrix holds whole rows of weights
  return values;
}

double dot(const float* a, const float* b, int count) {
  double sum = 0;
  for (int i = 0; i < count; ++i) sum += static_cast<double>(a[i]) * b[i];
  return sum;
}

// Whether position `key` is seen from `query`, which is not before it.
bool is_visible(int query, int key, const AttentionMask& mask) {
  switch (mask.kind) {
    case AttentionMask::Kind::kCausal:
      return true;
    case AttentionMask::Kind::kWindow:
      return query - key < mask.size;
    case AttentionMask::Kind::kChunk:
      return query / mask.size == key / mask.size;
  }
  return true;
}

class ReferenceOps : public Ops {
 public:
  Result<std::shared_ptr<void>> allocate(std::size_t bytes) override {
    void* const memory = ::operator new(bytes, std::nothrow);
    if (memory == nullptr) return fail(Error::Kind::kDevice, "no memory for the model");
    std::memset(memory, 0, bytes);
    return std::shared_ptr<void>(memory, [](void* held) { ::operator delete(held); });
  }

  void upload(void* to, std::span<const std::byte> from) override { std::memcpy(to, from.data(), from.size()); }

  Result<void> download(std::span<float> to, const float* from) override {
    std::memcpy(to.data(), from, to.size() * sizeof(float));
    return {};
  }

  void embed(const Matrix& table, std::span<const int> tokens, float scale, Rows out) override {
    for (int i = 0; i < out.count; ++i) {
      const std::vector<float> row = row_of(table, tokens[static_cast<std::size_t>(i)]);
      for (int j = 0; j < out.width; ++j) out.row(i)[j] = scale * row[static_cast<std::size_t>(j)];
    }
  }

  void rms_norm(Rows in, const float* weight, int group, double epsilon, Rows out) override {
    for (int i = 0; i < in.count; ++i) {
      for (int begin = 0; begin < in.width; begin += group) {
        const float* x = in.row(i) + begin;
        const double scale = 1 / std::sqrt(dot(x, x, group) / group + epsilon);
        for (int j = 0; j < group; ++j) {
          out.row(i)[begin + j] = static_cast<float>(x[j] * scale * (weight == nullptr ? 1 : weight[j]));
        }
      }
    }
  }

  void linear(const Matrix& weight, const float* bias, Rows in, Rows out) override {
    for (int j = 0; j < out.width; ++j) {
      const std::vector<float> row = row_of(weight, j);
      for (int i = 0; i < in.count; ++i) {
        out.row(i)[j] = static_cast<float>(dot(row.data(), in.row(i), in.width) + (bias == nullptr ? 0 : bias[j]));
      }
    }
  }

  void add(Rows x, Rows y, float scale) override {
    for (int i = 0; i < x.count; ++i) {
      for (int j = 0; j < x.width; ++j) x.row(i)[j] += scale * y.row(i)[j];
    }
  }

  void clip(Rows x, float limit) override {
    for (int i = 0; i < x.count; ++i) {
      for (int j = 0; j < x.width; ++j) x.row(i)[j] = std::clamp(x.row(i)[j], -limit, limit);
    }
  }

  void rope(Rows x, const RopeSpec& rope, std::span<const int> positions) override {
    const int pairs = static_cast<int>(rope.frequencies.size());
    const bool halves = rope.pairs == RopePairs::kHalves;
    for (int i = 0; i < x.count; ++i) {
      for (int pair = 0; pair < pairs; ++pair) {
        const double angle = positions[static_cast<std::size_t>(i)] * rope.frequencies[static_cast<std::size_t>(pair)];
        const double cosine = std::cos(angle) * rope.amplitude;
        const double sine = std::sin(angle) * rope.amplitude;
        for (int head = 0; head < x.width; head += 2 * pairs) {
          float* const a = x.row(i) + head + (halves ? pair : 2 * pair);
          float* const b = a + (halves ? pairs : 1);
          const double before = *a;
          *a = static_cast<float>(before * cosine - *b * sine);
          *b = static_cast<float>(before * sine + *b * cosine);
        }
      }
    }
  }

  void gather(Rows in, std::span<const int> rows, Rows out) override {
    for (int i = 0; i < out.count; ++i) std::copy_n(in.row(rows[static_cast<std::size_t>(i)]), out.width, out.row(i));
  }

  void softmax_terms(Rows in, float* terms) override {
    for (int i = 0; i < in.count; ++i) {
      const float highest = *std::max_element(in.row(i), in.row(i) + in.width);
      double sum = 0;
      for (int j = 0; j < in.width; ++j) sum += std::exp(static_cast<double>(in.row(i)[j]) - highest);
      terms[2 * i] = highest;
      terms[2 * i + 1] = static_cast<float>(sum);
    }
  }

  void scale_rows(Rows x, std::span<const float> factors) override {
    for (int i = 0; i < x.count; ++i) {
      for (int j = 0; j < x.width; ++j) x.row(i)[j] *= factors[static_cast<std::size_t>(i)];
    }
  }

  void store(Rows keys, Rows values, const Placement& placement, KvPages pages) override {
    for (int i = 0; i < keys.count; ++i) {
      const std::ptrdiff_t slot = slot_of(placement, i, placement.positions[static_cast<std::size_t>(i)]);
      std::copy_n(keys.row(i), pages.width, pages.keys + slot * pages.width);
      std::copy_n(values.row(i), pages.width, pages.values + slot * pages.width);
    }
  }

  void attention(Rows queries, const Placement& placement, KvPages pages, const AttentionMask& mask, float scale,
                 const float* sinks, Rows out) override {
    const int width = pages.head_width;
    const int heads = queries.width / width;
    const int shared = heads / (pages.width / width);  // query heads of one key-value head
    for (int i = 0; i < queries.count; ++i) {
      for (int head = 0; head < heads; ++head) {
        const int column = head / shared * width;
        attend(queries.row(i) + head * width, placement, i, pages, column, mask, scale,
               sinks == nullptr ? nullptr : sinks + head, out.row(i) + head * width);
      }
    }
  }

  void activate(Rows gate_up, Activation activation, Rows out) override {
    for (int i = 0; i < out.count; ++i) {
      const float* const gate = gate_up.row(i);
      for (int j = 0; j < out.width; ++j) {
        out.row(i)[j] = static_cast<float>(activated(gate[j], gate[out.width + j], activation));
      }
    }
  }

  void route(Rows logits, const MoeSpec& moe, Routing routing) override {
    std::vector<int> order(static_cast<std::size_t>(moe.experts));
    for (int i = 0; i < logits.count; ++i) {
      const float* const row = logits.row(i);
      for (int expert = 0; expert < moe.experts; ++expert) order[static_cast<std::size_t>(expert)] = expert;
      std::stable_sort(order.begin(), order.end(), [&](int a, int b) { return row[a] > row[b]; });
      const int summed = moe.gate == Gate::kSoftmaxAll ? moe.experts : moe.selected;
      double sum = 0;
      for (int k = 0; k < summed; ++k)
        sum += std::exp(static_cast<double>(row[order[static_cast<std::size_t>(k)]]) - row[order[0]]);
      for (int k = 0; k < moe.selected; ++k) {
        const int expert = order[static_cast<std::size_t>(k)];
        const double gate = moe.gate == Gate::kSigmoidOnInput
                                ? 1 / (1 + std::exp(-static_cast<double>(row[expert])))
                                : std::exp(static_cast<double>(row[expert]) - row[order[0]]) / sum;
        routing.experts[i * moe.selected + k] = expert;
        routing.gates[i * moe.selected + k] = static_cast<float>(gate);
      }
    }
  }

  void experts(const ExpertWeights& weights, const MoeSpec& moe, Activation activation, Rows in, Routing routing,
               Rows out) override {
    const bool on_input = moe.gate == Gate::kSigmoidOnInput;
    std::vector<float> scaled(static_cast<std::size_t>(in.width));
    for (int i = 0; i < in.count; ++i) {
      std::fill_n(out.row(i), out.width, 0.0F);
      for (int k = 0; k < moe.selected; ++k) {
        const int expert = routing.experts[i * moe.selected + k];
        const float gate = routing.gates[i * moe.selected + k];
        for (int j = 0; j < in.width; ++j) scaled[static_cast<std::size_t>(j)] = (on_input ? gate : 1) * in.row(i)[j];
        add_expert(weights, moe.width, activation, expert, scaled, on_input ? 1 : gate, out.row(i), out.width);
      }
    }
  }

 private:
  static std::ptrdiff_t slot_of(const Placement& placement, int row, int position) {
    const auto sequence = static_cast<std::size_t>(placement.sequences[static_cast<std::size_t>(row)]);
    const auto page = placement.page_tables[sequence][static_cast<std::size_t>(position / kPageRows)];
    return static_cast<std::ptrdiff_t>(page) * kPageRows + position % kPageRows;
  }

  static void attend(const float* query, const Placement& placement, int row, KvPages pages, int column,
                     const AttentionMask& mask, float scale, const float* sink, float* out) {
    const int width = pages.head_width;
    const int position = placement.positions[static_cast<std::size_t>(row)];
    std::vector<double> logits;
    std::vector<std::ptrdiff_t> slots;
    double highest = sink == nullptr ? -std::numeric_limits<double>::infinity() : *sink;
    for (int key = 0; key <= position; ++key) {
      if (!is_visible(position, key, mask)) continue;
      slots.push_back(slot_of(placement, row, key));
      logits.push_back(scale * dot(query, pages.keys + slots.back() * pages.width + column, width));
      highest = std::max(highest, logits.back());
    }
    double sum = sink == nullptr ? 0 : std::exp(*sink - highest);
    std::vector<double> mixed(static_cast<std::size_t>(width));
    for (std::size_t k = 0; k < logits.size(); ++k) {
      const double weight = std::exp(logits[k] - highest);
      const float* const value = pages.values + slots[k] * pages.width + column;
      sum += weight;
      for (int j = 0; j < width; ++j) mixed[static_cast<std::size_t>(j)] += weight * value[j];
    }
    for (int j = 0; j < width; ++j) out[j] = static_cast<float>(mixed[static_cast<std::size_t>(j)] / sum);
  }

  static void add_expert(const ExpertWeights& weights, int width, Activation activation, int expert,
                         const std::vector<float>& in, float gate, float* out, int out_width) {
    const auto projected = [&](std::ptrdiff_t row) {
      const double bias = weights.gate_up_bias == nullptr ? 0 : weights.gate_up_bias[row];
      return dot(row_of(weights.gate_up, row).data(), in.data(), static_cast<int>(in.size())) + bias;
    };
    std::vector<float> inner(static_cast<std::size_t>(width));
    const std::ptrdiff_t first = static_cast<std::ptrdiff_t>(expert) * 2 * width;
    for (int j = 0; j < width; ++j) {
      inner[static_cast<std::size_t>(j)] =
          static_cast<float>(activated(projected(first + j), projected(first + width + j), activation));
    }
    for (int j = 0; j < out_width; ++j) {
      const std::ptrdiff_t row = static_cast<std::ptrdiff_t>(expert) * out_width + j;
      const double bias = weights.down_bias == nullptr ? 0 : weights.down_bias[row];
      out[j] += static_cast<float>(gate * (dot(row_of(weights.down, row).data(), inner.data(), width) + bias));
    }
  }
};

}  // namespace

std::unique_ptr<Ops> reference_ops() { return std::make_unique<ReferenceOps>(); }

}  // namespace tripos::moe
