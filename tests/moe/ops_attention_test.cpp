// Pages of keys and values: what is stored there, and attention to it.

#include "tests/moe/ops_bench.h"

namespace tripos::moe {
namespace {

using test::Bench;
using test::check;
using test::kRows;
using Wanted = std::span<const int>;

// Three sequences, whose pages lie scattered.
const std::vector<int> kLengths = {150, 37, 3};
const std::vector<std::vector<int>> kTables = {{7, 2, 12, 0, 9, 4, 11, 5, 3, 13}, {8, 1, 10}, {6}};
constexpr int kPages = 14;

// Tokens of the sequences, with what a Placement points to.
struct Tokens {
  std::vector<int> positions;
  std::vector<int> sequences;
  std::vector<std::span<const int>> tables{kTables.begin(), kTables.end()};

  void add(int sequence, int position) {
    sequences.push_back(sequence);
    positions.push_back(position);
  }
  Placement placement() const { return {positions, sequences, tables}; }
  Tokens chosen(Wanted wanted) const {
    Tokens some;
    for (const int row : wanted)
      some.add(sequences[static_cast<std::size_t>(row)], positions[static_cast<std::size_t>(row)]);
    return some;
  }
};

Tokens all_tokens() {
  Tokens tokens;
  for (int sequence = 0; sequence < static_cast<int>(kLengths.size()); ++sequence) {
    for (int position = 0; position < kLengths[static_cast<std::size_t>(sequence)]; ++position)
      tokens.add(sequence, position);
  }
  return tokens;
}

// The first and last positions of the sequences, and those around the ends of pages and tiles.
Tokens asking() {
  Tokens tokens;
  for (const int position : {0, 1, 14, 15, 16, 31, 32, 33, 63, 64, 65, 127, 128, 149}) tokens.add(0, position);
  for (const int position : {0, 31, 36}) tokens.add(1, position);
  for (const int position : {0, 2}) tokens.add(2, position);
  REQUIRE(tokens.positions.size() == kRows);
  return tokens;
}

std::vector<int> numbered(std::size_t count) {
  std::vector<int> numbers(count);
  std::iota(numbers.begin(), numbers.end(), 0);
  return numbers;
}

// Pages with all tokens of the sequences in them, stored in two parts.
KvPages filled(Bench& bench, int kv_heads, int head_width) {
  const int width = kv_heads * head_width;
  const std::vector<float> unset(static_cast<std::size_t>(kPages) * kPageRows * static_cast<std::size_t>(width), NAN);
  const KvPages pages{bench.put(unset), bench.put(unset), width, head_width};
  const Tokens tokens = all_tokens();
  const auto count = static_cast<int>(tokens.positions.size());
  const std::size_t size = static_cast<std::size_t>(count) * static_cast<std::size_t>(width);
  const Rows keys{bench.put(test::normal(5, size)), count, width};
  const Rows values{bench.put(test::normal(6, size)), count, width};
  const std::vector<int> numbers = numbered(tokens.positions.size());
  for (const Wanted part : {std::span(numbers).first(61), std::span(numbers).subspan(61)}) {
    const auto rows = static_cast<int>(part.size());
    const Tokens stored = tokens.chosen(part);
    bench.ops.store({keys.row(part[0]), rows, width}, {values.row(part[0]), rows, width}, stored.placement(), pages);
  }
  return pages;
}

struct Case {
  AttentionMask mask;
  int heads;
  int kv_heads;
  int head_width;
  bool sinks;
};

TEST_CASE("attention to pages under every mask", "[moe][ops]") {
  using Kind = AttentionMask::Kind;
  for (const Case& c : {
           Case{{Kind::kCausal, 0}, 1, 1, 1, false},
           Case{{Kind::kCausal, 0}, 6, 2, 33, true},
           Case{{Kind::kCausal, 0}, 4, 4, 80, false},
           Case{{Kind::kCausal, 0}, 2, 1, 256, false},
           Case{{Kind::kCausal, 0}, 2, 1, 300, true},
           Case{{Kind::kWindow, 1}, 2, 1, 8, false},
           Case{{Kind::kWindow, 8}, 2, 1, 8, true},
           Case{{Kind::kWindow, 37}, 2, 2, 8, false},
           Case{{Kind::kWindow, 1000}, 2, 1, 8, false},
           Case{{Kind::kChunk, 1}, 2, 1, 8, true},
           Case{{Kind::kChunk, 20}, 2, 1, 8, false},
           Case{{Kind::kChunk, 64}, 3, 1, 8, true},
       }) {
    CAPTURE(static_cast<int>(c.mask.kind), c.mask.size, c.heads, c.kv_heads, c.head_width, c.sinks);
    check([&](Bench& bench, Wanted wanted) {
      const KvPages pages = filled(bench, c.kv_heads, c.head_width);
      const float* const sinks = c.sinks ? bench.put(test::normal(7, static_cast<std::size_t>(c.heads))) : nullptr;
      const Rows queries = bench.rows(wanted, c.heads * c.head_width, 8);
      const Rows out = bench.empty(wanted, c.heads * c.head_width);
      const Tokens tokens = asking().chosen(wanted);
      bench.ops.attention(queries, tokens.placement(), pages, c.mask, 0.4F, sinks, out);
      return bench.get(out);
    });
  }
}

TEST_CASE("logits that differ by hundreds neither overflow nor vanish", "[moe][ops]") {
  check([&](Bench& bench, Wanted wanted) {
    const KvPages pages = filled(bench, 1, 16);
    const Rows queries = bench.rows(wanted, 16, 8);
    const Rows out = bench.empty(wanted, 16);
    const Tokens tokens = asking().chosen(wanted);
    bench.ops.attention(queries, tokens.placement(), pages, {}, 40, nullptr, out);
    return bench.get(out);
  });
}

}  // namespace
}  // namespace tripos::moe
