// Every operation over odd sizes: see ops_bench.h.

#include "backends/moe/ops/ops.h"

#include "tests/moe/ops_bench.h"

namespace tripos::moe {
namespace {

using test::Bench;
using test::check;
using Wanted = std::span<const int>;

// Columns that are whole blocks of the type.
int columns_of(ElementType type, int blocks) { return blocks * static_cast<int>(format_of(type).block_weights); }

TEST_CASE("rows of embeddings", "[moe][ops]") {
  for (const ElementType type : test::kWeightTypes) {
    for (const int blocks : {1, 3, 37}) {
      CAPTURE(format_of(type).name, blocks);
      const int columns = columns_of(type, blocks);
      check([&](Bench& bench, Wanted wanted) {
        std::vector<int> tokens;
        for (const int row : wanted) tokens.push_back(row * 5 % 23);
        const Rows out = bench.empty(wanted, columns);
        bench.ops.embed(bench.matrix(type, 23, columns, 1), tokens, 1.5F, out);
        return bench.get(out);
      });
    }
  }
}

TEST_CASE("norms of rows and of groups, in their place and elsewhere", "[moe][ops]") {
  struct Size {
    int width;
    int group;
  };
  for (const auto [width, group] : {Size{1, 1}, Size{31, 31}, Size{96, 32}, Size{99, 33}, Size{1030, 1030}}) {
    for (const bool in_place : {false, true}) {
      CAPTURE(width, group, in_place);
      check([&, w = width, g = group](Bench& bench, Wanted wanted) {
        const Rows in = bench.rows(wanted, w, 1);
        const Rows out = in_place ? in : bench.empty(wanted, w);
        const float* const weight = in_place ? nullptr : bench.put(test::normal(2, static_cast<std::size_t>(g)));
        bench.ops.rms_norm(in, weight, g, 1e-5, out);
        return bench.get(out);
      });
    }
  }
}

TEST_CASE("linear layers of all types of weights", "[moe][ops]") {
  for (const ElementType type : test::kWeightTypes) {
    for (const int blocks : {1, 2, 5, 33, 300}) {
      const int columns = columns_of(type, blocks);
      if (columns > 2000) continue;
      for (const int width : {1, 13}) {
        CAPTURE(format_of(type).name, columns, width);
        check([&](Bench& bench, Wanted wanted) {
          const float* const bias = width == 1 ? nullptr : bench.put(test::normal(3, static_cast<std::size_t>(width)));
          const Rows in = bench.rows(wanted, columns, 1);
          const Rows out = bench.empty(wanted, width);
          bench.ops.linear(bench.matrix(type, width, columns, 2), bias, in, out);
          return bench.get(out);
        });
      }
    }
  }
}

TEST_CASE("sums, limits, factors and choices of rows", "[moe][ops]") {
  for (const int width : {1, 257}) {
    CAPTURE(width);
    check([&](Bench& bench, Wanted wanted) {
      const Rows x = bench.rows(wanted, width, 1);
      bench.ops.add(x, bench.rows(wanted, width, 2), 0.3F);
      return bench.get(x);
    });
    check([&](Bench& bench, Wanted wanted) {
      const Rows x = bench.rows(wanted, width, 1);
      bench.ops.clip(x, 0.7F);
      return bench.get(x);
    });
    check([&](Bench& bench, Wanted wanted) {
      const Rows x = bench.rows(wanted, width, 1);
      std::vector<float> factors;
      for (const int row : wanted) factors.push_back(0.5F + static_cast<float>(row));
      bench.ops.scale_rows(x, factors);
      return bench.get(x);
    });
    check([&](Bench& bench, Wanted wanted) {
      std::vector<int> all(test::kRows);
      std::iota(all.begin(), all.end(), 0);
      const Rows out = bench.empty(wanted, width);
      bench.ops.gather(bench.rows(all, width, 1), wanted, out);
      return bench.get(out);
    });
  }
}

TEST_CASE("the terms of softmax", "[moe][ops]") {
  for (const int width : {1, 7, 16, 31, 1024, 5000}) {
    CAPTURE(width);
    check([&](Bench& bench, Wanted wanted) {
      const Rows in = bench.rows(wanted, width, 1);
      bench.ops.scale_rows(in, std::vector<float>(wanted.size(), 9));
      const Rows terms = bench.empty(wanted, 2);
      bench.ops.softmax_terms(in, terms.data);
      return bench.get(terms);
    });
  }
}

TEST_CASE("rotations of heads, at the positions of long contexts, too", "[moe][ops]") {
  for (const RopePairs kind : {RopePairs::kInterleaved, RopePairs::kHalves}) {
    for (const int pairs : {1, 3, 40, 64}) {
      CAPTURE(kind == RopePairs::kHalves, pairs);
      RopeSpec rope{kind, {}, 1.25};
      for (int pair = 0; pair < pairs; ++pair) rope.frequencies.push_back(std::pow(5e5, -1.0 * pair / pairs));
      check([&](Bench& bench, Wanted wanted) {
        std::vector<int> positions;
        for (const int row : wanted) positions.push_back(row * row * row * row * 100);
        const Rows x = bench.rows(wanted, 3 * 2 * pairs, 1);
        bench.ops.rope(x, rope, positions);
        return bench.get(x);
      });
    }
  }
}

TEST_CASE("gates and ups of both kinds", "[moe][ops]") {
  for (const Activation activation : {Activation::kSwiglu, Activation::kClampedSwiglu}) {
    for (const int width : {1, 65}) {
      CAPTURE(activation == Activation::kSwiglu, width);
      check([&](Bench& bench, Wanted wanted) {
        const Rows in = bench.rows(wanted, 2 * width, 1);
        bench.ops.scale_rows(in, std::vector<float>(wanted.size(), 20));  // far beyond the limit of 7
        const Rows out = bench.empty(wanted, width);
        bench.ops.activate(in, activation, out);
        return bench.get(out);
      });
    }
  }
}

}  // namespace
}  // namespace tripos::moe
