#include "backends/moe/ops/cuda/kernels.h"
#include "backends/moe/ops/cuda/launch.h"

namespace tripos::moe::cuda {
namespace {

// Where the keys or values of a position begin, in rows of pages.
TRIPOS_DEVICE std::int64_t slot_of(const Places& places, std::int64_t row, int position) {
  const std::int64_t page = places.pages[places.tables[row] + position / kPageRows];
  return page * kPageRows + position % kPageRows;
}

// keys, values [rows, width] -> pages [pages, kPageRows, width]. A thread for each key. Moves 16 bytes.
struct Store {
  const float* keys;
  const float* values;
  Places places;
  KvPages pages;

  TRIPOS_DEVICE void operator()(std::int64_t i) const {
    const std::int64_t row = i / pages.width;
    const std::int64_t to = slot_of(places, row, places.positions[row]) * pages.width + i % pages.width;
    pages.keys[to] = keys[i];
    pages.values[to] = values[i];
  }
};

// The first position that is seen from `position`.
TRIPOS_DEVICE int first_visible(const AttentionMask& mask, int position) {
  switch (mask.kind) {
    case AttentionMask::Kind::kCausal:
      return 0;
    case AttentionMask::Kind::kWindow:
      return position < mask.size ? 0 : position - mask.size + 1;
    case AttentionMask::Kind::kChunk:
      return position / mask.size * mask.size;
  }
  return 0;
}

constexpr int kTile = kWarp;  // positions
constexpr int kParts = 8;     // of kWarp columns each, that a warp mixes

// queries [rows, heads * head width], pages -> out, as queries. A warp for each head of a row and each 256 columns of
// the head. It goes through the positions that the row sees in tiles of 32: a lane computes the logit of a position,
// then lanes stand for columns and mix the tile's values. What was mixed before is scaled down where a tile has a
// higher logit than all before it. Reads the keys and values that are seen once a query head.
struct Attend {
  Attention call;
  int heads;
  int parts;  // warps a head

  TRIPOS_DEVICE void operator()(std::int64_t warp) const {
    const int width = call.pages.head_width;
    const int begin = static_cast<int>(warp % parts) * kParts * kWarp;  // of the columns
    const int head = static_cast<int>(warp / parts % heads);
    const std::int64_t row = warp / parts / heads;
    const std::int64_t at = row * call.queries.width + head * width;
    const int kv_heads = call.pages.width / width;
    const int kv_column = head / (heads / kv_heads) * width;
    const int last = call.places.positions[row];
    float highest = call.sinks == nullptr ? -INFINITY : call.sinks[head];
    float sum = call.sinks == nullptr ? 0 : 1;  // of exp(logit - highest)
    Lanes<float> mixed[kParts];
    for (int from = first_visible(call.mask, last); from <= last; from += kTile) {
      const int to = last < from + kTile - 1 ? last : from + kTile - 1;
      Lanes<float> weights = logits(call.queries.data + at, row, kv_column, from, to);
      const float higher = fmaxf(highest, combined(weights, [](float a, float b) { return fmaxf(a, b); }));
      each_lane([&](int lane) { weights[lane] = expf(weights[lane] - higher); });
      const float shrink = expf(highest - higher);
      sum = sum * shrink + sum_of(weights);
      highest = higher;
      each_lane([&](int lane) {
        TRIPOS_UNROLL
        for (int part = 0; part < kParts; ++part) mixed[part][lane] *= shrink;
      });
      for (int position = from; position <= to; ++position) {
        const float* const value = call.pages.values + slot_of(call.places, row, position) * call.pages.width;
        mix(value + kv_column + begin, from_lane(weights, position - from), width - begin, mixed);
      }
    }
    each_lane([&](int lane) {
      TRIPOS_UNROLL
      for (int part = 0; part < kParts; ++part) {
        const int column = begin + part * kWarp + lane;
        if (column < width) call.out.data[at + column] = mixed[part][lane] / sum;
      }
    });
  }

  // Of the positions from `from` to `to`, a lane each; -INFINITY for the lanes that are left.
  TRIPOS_DEVICE Lanes<float> logits(const float* query, std::int64_t row, int kv_column, int from, int to) const {
    Lanes<float> logits;
    each_lane([&](int lane) {
      const int position = from + lane;
      logits[lane] = -INFINITY;
      if (position > to) return;
      const float* const key = call.pages.keys + slot_of(call.places, row, position) * call.pages.width + kv_column;
      float product = 0;
      for (int i = 0; i < call.pages.head_width; ++i) product = fmaf(query[i], key[i], product);
      logits[lane] = call.scale * product;
    });
    return logits;
  }

  // Adds weight * value to what is mixed, in the warp's columns; `columns` are left from its first one on.
  TRIPOS_DEVICE static void mix(const float* value, float weight, int columns, Lanes<float> (&mixed)[kParts]) {
    each_lane([&](int lane) {
      TRIPOS_UNROLL
      for (int part = 0; part < kParts; ++part) {
        const int column = part * kWarp + lane;
        if (column < columns) mixed[part][lane] = fmaf(weight, value[column], mixed[part][lane]);
      }
    });
  }
};

}  // namespace

void store(Queue& queue, Rows keys, Rows values, const Places& places, KvPages pages) {
  const std::int64_t count = static_cast<std::int64_t>(keys.count) * pages.width;
  launch_threads(queue, "store", count, Store{keys.data, values.data, places, pages});
}

void attention(Queue& queue, const Attention& call) {
  const int heads = call.queries.width / call.pages.head_width;
  const int parts = (call.pages.head_width + kParts * kWarp - 1) / (kParts * kWarp);
  const std::int64_t warps = static_cast<std::int64_t>(call.queries.count) * heads * parts;
  launch_warps(queue, "attention", warps, Attend{call, heads, parts});
}

}  // namespace tripos::moe::cuda
