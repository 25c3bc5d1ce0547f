// Every operation against the reference, and against itself in other company: other rows in the call, other numbers of
// threads, other kernels must not change a bit.

#include "backends/moe/ops/cpu/cpu_ops.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>

#include "tests/moe/all_ops.h"
#include "tests/moe/ops_bench.h"
#include "tests/moe/runner.h"
#include "tests/moe/stored_weights.h"
#include "tests/moe/tiny_models.h"

namespace tripos::moe {
namespace {

using test::normalised_error;
using tripos::test::Bench;
using Values = std::vector<float>;

// Sums of floats in 16 lanes: a few times 1e-14.
constexpr double kTolerance = 1e-12;
constexpr int kMostRows = 50;

Values random_values(std::string_view name, int count, int width) {
  return tripos::test::generated(name, static_cast<std::size_t>(count) * static_cast<std::size_t>(width), 1, 0);
}

Rows rows_of(Values& values, int width) { return {values.data(), static_cast<int>(values.size()) / width, width}; }

struct Layer {
  ElementType type;
  int rows, columns;
};

Values product(const std::unique_ptr<Ops>& ops, const Layer& layer, Values in) {
  Bench bench(*ops);
  const Values bias = random_values("bias", 1, layer.rows);
  Values out(in.size() / static_cast<std::size_t>(layer.columns) * static_cast<std::size_t>(layer.rows));
  ops->linear(bench.matrix(layer.type, layer.rows, layer.columns, 5), bias.data(), rows_of(in, layer.columns),
              rows_of(out, layer.rows));
  return out;
}

Values first_rows(const Values& values, int count, int width) {
  return {values.begin(), values.begin() + static_cast<std::ptrdiff_t>(count) * width};
}

// Products of some of the rows of `in` on all kernels, held against those of all rows on the scalar ones.
void check_alike(const Layer& layer, const Values& in, const Values& whole, Activations activations) {
  for (const CpuKernels kernels : test::cpu_kernels_here()) {
    CAPTURE(name_of(kernels));
    const auto ops = cpu_ops(3, kernels, activations);
    for (const int count : {1, 2, 3, 4, 5, 6, 7, 11, 12, 13, 25, kMostRows}) {
      CAPTURE(count);
      CHECK(product(ops, layer, first_rows(in, count, layer.columns)) == first_rows(whole, count, layer.rows));
    }
  }
}

std::vector<Layer> layers_of(ElementType type) {
  std::vector<Layer> layers = {{type, 9, 512}, {type, 70, 256}, {type, 3, 4096}};
  if (format_of(type).block_weights == 32) layers.push_back({type, 5, 96});
  if (format_of(type).block_weights == 1) {
    for (const auto& [rows, columns] : {std::pair(1, 1), {3, 15}, {6, 17}, {4, 100}}) {
      layers.push_back({type, rows, columns});
    }
  }
  return layers;
}

TEST_CASE("products of all stored types", "[moe][cpu]") {
  const ElementType type = GENERATE(from_range(tripos::test::kWeightTypes));
  for (const Layer& layer : layers_of(type)) {
    CAPTURE(format_of(type).name, layer.rows, layer.columns);
    const Values in = random_values("in", kMostRows, layer.columns);
    const Values whole = product(cpu_ops(1, CpuKernels::kScalar), layer, in);
    CHECK(normalised_error(whole, product(reference_ops(), layer, in)) < kTolerance);
    check_alike(layer, in, whole, Activations::kFloat);
  }
}

// Each 32 to the nearest multiples of the 127th of the largest.
Values rounded(Values values) {
  for (std::size_t i = 0; i < values.size(); i += 32) {
    double largest = 0;
    for (std::size_t k = i; k < i + 32; ++k) largest = std::max(largest, std::abs(static_cast<double>(values[k])));
    const double step = largest / 127;
    for (std::size_t k = i; k < i + 32; ++k) {
      values[k] = static_cast<float>(step == 0 ? 0 : std::nearbyint(values[k] / step) * step);
    }
  }
  return values;
}

TEST_CASE("products with rounded activations", "[moe][cpu]") {
  const ElementType type = GENERATE(from_range(tripos::test::kWeightTypes));
  const float size = GENERATE(1.0F, 1e-25F);
  if (format_of(type).block_weights == 1) return;
  const bool is_rounded = takes_rounded(type);
  CHECK(is_rounded == (type != ElementType::kE4m3G128));
  for (const Layer& layer : layers_of(type)) {
    CAPTURE(format_of(type).name, layer.rows, layer.columns, size);
    Values in = random_values("in", kMostRows, layer.columns);
    for (float& value : in) value *= size;
    std::fill_n(in.begin(), 32, 0.0F);
    for (int i = 32; i < 64; ++i) in[static_cast<std::size_t>(i)] *= 1e20F;
    const Values whole = product(cpu_ops(1, CpuKernels::kScalar, Activations::kInt8), layer, in);
    CHECK(normalised_error(whole, product(reference_ops(), layer, is_rounded ? rounded(in) : in)) < kTolerance);
    check_alike(layer, in, whole, Activations::kInt8);
  }
}

TEST_CASE("a rounded activation that is no number makes the row none", "[moe][cpu]") {
  const float value = GENERATE(std::numeric_limits<float>::infinity(), -std::numeric_limits<float>::infinity(),
                               std::numeric_limits<float>::quiet_NaN());
  const Layer layer{GENERATE(ElementType::kQ8_0, ElementType::kQ6K, ElementType::kQ4K), 20, 256};
  Values in = random_values("in", 2, layer.columns);
  in[GENERATE(std::size_t{40}, std::size_t{60})] = value;  // in either half of 32
  for (const CpuKernels kernels : test::cpu_kernels_here()) {
    CAPTURE(name_of(kernels), value, format_of(layer.type).name);
    const Values out = product(cpu_ops(1, kernels, Activations::kInt8), layer, in);
    for (std::size_t i = 0; i < out.size(); ++i) CHECK(std::isnan(out[i]) == (i < 20));
  }
}

// Attention of sequences with keys and values of their own.
struct AttentionCase {
  int heads, kv_heads, head_width;
  AttentionMask mask;
  bool sinks;
};

struct Query {
  int sequence, position;
};

constexpr int kSequences = 3;
constexpr int kPositions = 600;

class AttentionRun {
 public:
  AttentionRun(std::unique_ptr<Ops> ops, const AttentionCase& settings) : ops_(std::move(ops)), case_(settings) {
    const int width = case_.kv_heads * case_.head_width;
    const int pages = kSequences * (kPositions / kPageRows + 1);
    const auto bytes = sizeof(float) * static_cast<std::size_t>(pages * kPageRows) * static_cast<std::size_t>(width);
    memory_ = {ops_->allocate(bytes).value(), ops_->allocate(bytes).value()};
    pages_ = {static_cast<float*>(memory_[0].get()), static_cast<float*>(memory_[1].get()), width, case_.head_width};
    tables_.resize(kSequences);
    for (int page = 0; page < pages; ++page) tables_[static_cast<std::size_t>(page % kSequences)].push_back(page);
    for (int sequence = 0; sequence < kSequences; ++sequence) {
      std::vector<Query> all;
      for (int position = 0; position < kPositions; ++position) all.push_back({sequence, position});
      Values keys = random_values("keys" + std::to_string(sequence), kPositions, width);
      Values values = random_values("values" + std::to_string(sequence), kPositions, width);
      for (float& key : keys) key *= 3;
      with_placement(all, [&](const Placement& placement) {
        ops_->store(rows_of(keys, width), rows_of(values, width), placement, pages_);
      });
    }
  }

  Values attend(const std::vector<Query>& queries) {
    const int width = case_.heads * case_.head_width;
    Values in;
    for (const Query& query : queries) {
      const Values row = random_values(fmt::format("{} {}", query.sequence, query.position), 1, width);
      in.insert(in.end(), row.begin(), row.end());
    }
    const Values sinks = random_values("sinks", 1, case_.heads);
    Values out(in.size());
    with_placement(queries, [&](const Placement& placement) {
      ops_->attention(rows_of(in, width), placement, pages_, case_.mask, 0.3F, case_.sinks ? sinks.data() : nullptr,
                      rows_of(out, width));
    });
    return out;
  }

 private:
  template <typename Function>
  void with_placement(const std::vector<Query>& queries, const Function& function) {
    std::vector<int> positions;
    std::vector<int> sequences;
    for (const Query& query : queries) {
      positions.push_back(query.position);
      sequences.push_back(query.sequence);
    }
    const std::vector<std::span<const int>> tables(tables_.begin(), tables_.end());
    function(Placement{positions, sequences, tables});
  }

  std::unique_ptr<Ops> ops_;
  AttentionCase case_;
  std::vector<std::shared_ptr<void>> memory_;
  KvPages pages_;
  std::vector<std::vector<int>> tables_;
};

TEST_CASE("attention over pages", "[moe][cpu]") {
  using Kind = AttentionMask::Kind;
  const auto c = GENERATE(AttentionCase{6, 2, 64, {}, false}, AttentionCase{4, 4, 16, {Kind::kWindow, 100}, true},
                          AttentionCase{8, 1, 72, {Kind::kChunk, 250}, false},
                          AttentionCase{2, 1, 5, {Kind::kWindow, 300}, false}, AttentionCase{3, 1, 80, {}, true});
  CAPTURE(c.heads, c.kv_heads, c.head_width);
  std::vector<Query> queries;
  for (int position = 250; position < 275; ++position) queries.push_back({0, position});
  for (int position = 0; position < 20; ++position) queries.push_back({1, position});
  for (const int position : {499, 500, 501}) queries.push_back({2, position});
  const Values whole = AttentionRun(cpu_ops(1, CpuKernels::kScalar), c).attend(queries);
  CHECK(normalised_error(whole, AttentionRun(reference_ops(), c).attend(queries)) < kTolerance);
  for (const CpuKernels kernels : test::cpu_kernels_here()) {
    CAPTURE(name_of(kernels));
    AttentionRun run(cpu_ops(3, kernels), c);
    CHECK(run.attend(queries) == whole);
    Values one_by_one;
    for (const Query& query : queries) {
      const Values row = run.attend({query});
      one_by_one.insert(one_by_one.end(), row.begin(), row.end());
    }
    CHECK(one_by_one == whole);
  }
}

struct Mixture {
  MoeSpec moe;
  Activation activation;
  ElementType gate_up, down;
  bool biases;
};

Values mix(const std::unique_ptr<Ops>& owned, const Mixture& mixture, Values in, int width) {
  Ops& ops = *owned;
  Bench bench(ops);
  const MoeSpec& moe = mixture.moe;
  const Values gate_up_bias = random_values("gate_up_bias", moe.experts, 2 * moe.width);
  const Values down_bias = random_values("down_bias", moe.experts, width);
  const ExpertWeights weights{bench.matrix(mixture.gate_up, moe.experts * 2 * moe.width, width, 6),
                              bench.matrix(mixture.down, moe.experts * width, moe.width, 7),
                              mixture.biases ? gate_up_bias.data() : nullptr,
                              mixture.biases ? down_bias.data() : nullptr};
  const int count = static_cast<int>(in.size()) / width;
  Values logits = random_values("logits", count, moe.experts);
  std::vector<std::int32_t> experts(static_cast<std::size_t>(count * moe.selected));
  Values gates(experts.size());
  ops.route(rows_of(logits, moe.experts), moe, {experts.data(), gates.data()});
  Values out(in.size());
  ops.experts(weights, moe, mixture.activation, rows_of(in, width), {experts.data(), gates.data()},
              rows_of(out, width));
  for (const std::int32_t expert : experts) out.push_back(static_cast<float>(expert));
  return out;
}

TEST_CASE("experts", "[moe][cpu]") {
  using enum ElementType;
  const auto c = GENERATE(
      Mixture{{8, 3, 32, 0, Gate::kSoftmaxSelected}, Activation::kSwiglu, kQ4_0, kQ8_0, false},
      Mixture{{5, 5, 48, 0, Gate::kSoftmaxAll}, Activation::kSwiglu, kBf16, kBf16, false},
      Mixture{{16, 1, 64, 0, Gate::kSigmoidOnInput}, Activation::kSwiglu, kF32, kF32, false},
      Mixture{{6, 2, 64, 0, Gate::kSoftmaxSelected}, Activation::kClampedSwiglu, kMxfp4, kMxfp4, true},
      Mixture{{4, 2, 21, 0, Gate::kSoftmaxAll}, Activation::kSwiglu, kQ4_1, kF32, true});  // experts begin within bands
  CAPTURE(c.moe.experts);
  constexpr int kCount = 40;
  constexpr int kWidth = 64;
  const Values in = random_values("in", kCount, kWidth);
  const Values whole = mix(cpu_ops(1, CpuKernels::kScalar), c, in, kWidth);
  CHECK(normalised_error(whole, mix(reference_ops(), c, in, kWidth)) < kTolerance);
  for (const CpuKernels kernels : test::cpu_kernels_here()) {
    CAPTURE(name_of(kernels));
    CHECK(mix(cpu_ops(3, kernels), c, in, kWidth) == whole);
    for (const int count : {1, 7}) {
      const Values part = mix(cpu_ops(2, kernels), c, first_rows(in, count, kWidth), kWidth);
      CHECK(first_rows(part, count, kWidth) == first_rows(whole, count, kWidth));
    }
  }
}

TEST_CASE("routing takes the lower of equal experts", "[moe][cpu]") {
  Values logits = {1, 3, 3, 2, 3};
  std::vector<std::int32_t> experts(4);
  Values gates(4);
  MoeSpec moe{.experts = 5, .selected = 4};
  cpu_ops(1)->route(rows_of(logits, 5), moe, {experts.data(), gates.data()});
  CHECK(experts == std::vector<std::int32_t>{1, 2, 4, 3});
}

// The results of all operations of a row on rows of `width` values.
Values pointwise(Ops& ops, const Values& in, const Values& other, int width) {
  Values results;
  const auto apply = [&](const auto& function) {
    Values x = in;
    function(rows_of(x, width));
    results.insert(results.end(), x.begin(), x.end());
  };
  Values y = other;
  const Values weight = random_values("weight", 1, width);
  const Values group_weight = random_values("group", 1, width / 2);
  std::vector<int> positions;
  Values factors;
  for (int i = 0; i < static_cast<int>(in.size()) / width; ++i) {
    positions.push_back(7 * i);
    factors.push_back(static_cast<float>(i) / 3 + 1);
  }
  RopeSpec rope{RopePairs::kHalves, {1, 0.1}, 1.5};
  apply([&](Rows x) { ops.rms_norm(x, weight.data(), width, 1e-5, x); });
  apply([&](Rows x) { ops.rms_norm(x, group_weight.data(), width / 2, 1e-5, x); });
  apply([&](Rows x) { ops.rms_norm(x, nullptr, width / 2, 1e-5, x); });
  apply([&](Rows x) { ops.add(x, rows_of(y, width), 0.7F); });
  apply([&](Rows x) { ops.clip(x, 0.4F); });
  apply([&](Rows x) {
    Values terms(2 * factors.size());
    ops.softmax_terms(x, terms.data());
    std::copy(terms.begin(), terms.end(), x.data);
  });
  apply([&](Rows x) { ops.scale_rows(x, factors); });
  apply([&](Rows x) { ops.rope(x, rope, positions); });
  rope.pairs = RopePairs::kInterleaved;
  apply([&](Rows x) { ops.rope(x, rope, positions); });
  Values out(in.size() / 2);
  Values x = in;
  for (const Activation activation : {Activation::kSwiglu, Activation::kClampedSwiglu}) {
    ops.activate(rows_of(x, width), activation, {out.data(), static_cast<int>(factors.size()), width / 2});
    results.insert(results.end(), out.begin(), out.end());
  }
  return results;
}

TEST_CASE("operations on single rows", "[moe][cpu]") {
  for (const int width : {4, 20, 64, 100}) {
    CAPTURE(width);
    const Values in = random_values("in", 30, width);
    const Values other = random_values("other", 30, width);
    const Values whole = pointwise(*cpu_ops(1, CpuKernels::kScalar), in, other, width);
    CHECK(normalised_error(whole, pointwise(*reference_ops(), in, other, width)) < kTolerance);
    for (const CpuKernels kernels : test::cpu_kernels_here()) {
      CAPTURE(name_of(kernels));
      CHECK(pointwise(*cpu_ops(3, kernels), in, other, width) == whole);
    }
  }
}

TEST_CASE("the activation is right to a few units in the last place", "[moe][cpu]") {
  for (const CpuKernels kernels : test::cpu_kernels_here()) {
    CAPTURE(name_of(kernels));
    const auto ops = cpu_ops(1, kernels);
    double worst = 0;
    for (int i = -8000; i <= 8000; ++i) {
      Values gate_up = {static_cast<float>(i) / 100, 1};
      float found = 0;
      ops->activate({gate_up.data(), 1, 2}, Activation::kSwiglu, {&found, 1, 1});
      const double exact = gate_up[0] / (1 + std::exp(-static_cast<double>(gate_up[0])));
      if (i != 0) worst = std::max(worst, std::abs(found / exact - 1));
    }
    CHECK(worst < 4 * 0x1p-24);
    Values extremes = {-1e30F, 1e30F, 1, 1};
    Values found(2);
    ops->activate({extremes.data(), 1, 4}, Activation::kSwiglu, {found.data(), 1, 2});
    CHECK(std::abs(found[0]) < 1e-7);
    CHECK(found[1] == 1e30F);
  }
}

}  // namespace
}  // namespace tripos::moe
