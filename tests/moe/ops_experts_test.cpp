// Routing of rows to experts, and what these make of them.

#include "tests/moe/ops_bench.h"

namespace tripos::moe {
namespace {

using test::Bench;
using test::check;
using test::kRows;
using Wanted = std::span<const int>;

constexpr Gate kGates[] = {Gate::kSoftmaxAll, Gate::kSoftmaxSelected, Gate::kSigmoidOnInput};

// Room for the experts and gates of so many rows.
Routing routing(Bench& bench, Wanted wanted, const MoeSpec& moe) {
  const std::size_t count = wanted.size() * static_cast<std::size_t>(moe.selected);
  return {bench.put(std::vector<std::int32_t>(count)), bench.put(std::vector<float>(count))};
}

// Experts as floats, which number no more than these can tell apart, then the gates, row by row.
std::vector<float> numbers_of(Bench& bench, const Routing& routing, int rows, int selected) {
  const Rows experts{reinterpret_cast<float*>(routing.experts), rows, selected};
  const std::vector<float> bits = bench.get(experts);
  const std::vector<float> gates = bench.get({routing.gates, rows, selected});
  std::vector<float> numbers;
  for (std::size_t i = 0; i < bits.size(); ++i) {
    std::int32_t expert = 0;
    std::memcpy(&expert, &bits[i], sizeof(expert));
    numbers.push_back(static_cast<float>(expert));
    numbers.push_back(gates[i]);
  }
  return numbers;
}

TEST_CASE("the experts of the highest logits, of equal ones the lowest number", "[moe][ops]") {
  struct Size {
    int experts;
    int selected;
  };
  for (const Gate gate : kGates) {
    for (const auto [experts, selected] : {Size{1, 1}, Size{5, 5}, Size{33, 4}, Size{128, 8}, Size{130, 40}}) {
      for (const bool has_equals : {false, true}) {
        CAPTURE(static_cast<int>(gate), experts, selected, has_equals);
        const MoeSpec moe{.experts = experts, .selected = selected, .gate = gate};
        check([&](Bench& bench, Wanted wanted) {
          Rows logits = bench.rows(wanted, moe.experts, 1);
          if (has_equals) {  // a few values, of which both zeros are equal
            std::vector<float> values = bench.get(logits);
            for (float& value : values) value = std::trunc(2 * value) / 2;
            logits.data = bench.put(values);
          }
          const Routing chosen = routing(bench, wanted, moe);
          bench.ops.route(logits, moe, chosen);
          return numbers_of(bench, chosen, logits.count, moe.selected);
        });
      }
    }
  }
}

TEST_CASE("whatever the logits are, experts are chosen that exist, each once", "[moe][ops]") {
  const std::unique_ptr<Ops> ops = test::tested_ops().back().make();
  Bench bench(*ops);
  const MoeSpec moe{.experts = 6, .selected = 6};
  for (const float strange : {NAN, -NAN, INFINITY, -INFINITY}) {
    CAPTURE(strange);
    const std::vector<int> one_row = {0};
    const Rows logits{bench.put(std::vector<float>{1, strange, -2, strange, 0, strange}), 1, moe.experts};
    const Routing chosen = routing(bench, one_row, moe);
    bench.ops.route(logits, moe, chosen);
    const std::vector<float> numbers = numbers_of(bench, chosen, 1, moe.selected);
    std::vector<float> experts;
    for (std::size_t i = 0; i < numbers.size(); i += 2) experts.push_back(numbers[i]);
    std::sort(experts.begin(), experts.end());
    CHECK(experts == std::vector<float>{0, 1, 2, 3, 4, 5});
  }
}

struct Case {
  MoeSpec moe;
  ElementType type;
  int width;  // of the model
  Activation activation;
  bool biases;
};

void check_experts(const Case& c) {
  CAPTURE(static_cast<int>(c.moe.gate), format_of(c.type).name, c.moe.width, c.width, c.biases);
  check([&](Bench& bench, Wanted wanted) {
    const MoeSpec& moe = c.moe;
    const auto bias = [&](int values, unsigned seed) {
      return c.biases ? bench.put(test::normal(seed, static_cast<std::size_t>(values))) : nullptr;
    };
    const int up_rows = moe.experts * 2 * moe.width;
    const int down_rows = moe.experts * c.width;
    const ExpertWeights weights{bench.matrix(c.type, up_rows, c.width, 1),
                                bench.matrix(c.type, down_rows, moe.width, 2), bias(up_rows, 3), bias(down_rows, 4)};
    const Rows in = bench.rows(wanted, c.width, 5);
    const Rows out = bench.empty(wanted, c.width);
    const Routing chosen = routing(bench, wanted, moe);
    bench.ops.route(bench.rows(wanted, moe.experts, 6), moe, chosen);
    bench.ops.experts(weights, moe, c.activation, in, chosen, out);
    return bench.get(out);
  });
}

TEST_CASE("experts of all types of weights", "[moe][ops]") {
  for (const ElementType type : test::kWeightTypes) {
    const auto block = static_cast<int>(format_of(type).block_weights);
    const int width = block == 1 ? 37 : block;
    const MoeSpec moe{.experts = 3, .selected = 2, .width = width, .gate = Gate::kSoftmaxSelected};
    check_experts({moe, type, width, Activation::kSwiglu, false});
  }
}

TEST_CASE("experts with gates before and after them, with biases and without", "[moe][ops]") {
  for (const Gate gate : kGates) {
    for (const bool biases : {false, true}) {
      const MoeSpec moe{.experts = 7, .selected = 3, .width = 33, .gate = gate};
      check_experts({moe, ElementType::kF32, 35, biases ? Activation::kClampedSwiglu : Activation::kSwiglu, biases});
    }
  }
}

TEST_CASE("more rows than a device keeps the activations of", "[moe][ops]") {
  const MoeSpec moe{.experts = 2, .selected = 2, .width = 8000, .gate = Gate::kSoftmaxSelected};
  check_experts({moe, ElementType::kF32, 1, Activation::kSwiglu, false});
}

}  // namespace
}  // namespace tripos::moe
