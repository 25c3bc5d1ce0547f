// Attention of a few queries over the pages of their sequence. After pointwise.h and product.h.
//
// Block by block of kAttentionBlock positions: the logits; their highest so far, by which what was summed before is
// scaled down; then weights and weighted values are added up in the order of the positions. Nothing depends on the
// other queries of the group: positions that not all of them see are taken query by query.

namespace tripos::moe {
namespace {

constexpr float kInfinity = __builtin_inff();

struct Span {
  int first, last;  // positions, both included; empty where last < first
  int pages() const { return last < first ? 0 : last / kLaneCount - first / kLaneCount + 1; }
};

// What query c sees of a block.
inline Span visible(const AttentionGroup& group, int c, Span block) {
  return {larger(group.first[c], block.first), smaller(group.last[c], block.last)};
}

inline const float* page_of(const AttentionGroup& group, const float* base, int page) {
  return base + group.page_size * group.pages[page];
}

// logits[c][i] = scale * q[c] k[i] for the positions of a page. The even and the odd values of a head are added up
// apart, which halves the chain of additions that depend on each other.
template <int kCount>
inline void page_logits(const AttentionGroup& group, int query, const float* keys, float* logits) {
  Lanes even[kCount];
  Lanes odd[kCount];
  for (int c = 0; c < kCount; ++c) even[c] = odd[c] = zeros();
  const float* const* const queries = group.queries + query;
  int d = 0;
  for (; d + 2 <= group.head_width; d += 2) {
    const Lanes key = load(keys + d * kLaneCount);
    const Lanes next = load(keys + (d + 1) * kLaneCount);
    for (int c = 0; c < kCount; ++c) {
      even[c] = fused(broadcast(queries[c][d]), key, even[c]);
      odd[c] = fused(broadcast(queries[c][d + 1]), next, odd[c]);
    }
  }
  if (d < group.head_width) {
    const Lanes key = load(keys + d * kLaneCount);
    for (int c = 0; c < kCount; ++c) even[c] = fused(broadcast(queries[c][d]), key, even[c]);
  }
  for (int c = 0; c < kCount; ++c) {
    store(logits + (query + c) * kAttentionBlock, broadcast(group.scale) * (even[c] + odd[c]));
  }
}

inline void block_logits(const AttentionGroup& group, Span all, float* logits) {
  for (int page = all.first / kLaneCount; page <= all.last / kLaneCount; ++page) {
    float* const to = logits + page * kLaneCount % kAttentionBlock;
    const float* const keys = page_of(group, group.keys, page);
    for (int c = 0; c < group.count; c += kTileColumns) {
      with_count<kTileColumns>(group.count - c,
                               [&](auto count) { page_logits<decltype(count)::value>(group, c, keys, to); });
    }
  }
}

// The state of a query between blocks.
struct Softmax {
  float highest, sum;
};

// Makes weights of the logits of what the query sees of a block, and scales `out` to their highest logit.
inline void block_weights(Span seen, int head_width, float* logits, Softmax& state, float* out) {
  const int begin = seen.first % kAttentionBlock / kLaneCount * kLaneCount;
  const int end = begin + seen.pages() * kLaneCount;
  for (int i = begin; i < seen.first % kAttentionBlock; ++i) logits[i] = -kInfinity;
  for (int i = seen.last % kAttentionBlock + 1; i < end; ++i) logits[i] = -kInfinity;
  Lanes top = load(logits + begin);
  for (int i = begin + kLaneCount; i < end; i += kLaneCount) top = higher(top, load(logits + i));
  const float found = highest(top);
  const float before = state.highest;
  if (found > before) state.highest = found;
  Lanes total = zeros();
  for (int i = begin; i < end; i += kLaneCount) {
    const Lanes weight = exponential(load(logits + i) - broadcast(state.highest));
    store(logits + i, weight);
    total = total + weight;
  }
  float rescaling[kLaneCount];
  store(rescaling, exponential(broadcast(before - state.highest)));
  state.sum = state.sum * rescaling[0] + sum(total);
  scale(out, rescaling[0], nullptr, head_width, out);
}

// out[c] += weights * values over the positions of `span`, for kWide lanes of the values from `column` on, or for the
// last `rest` values.
template <int kCount, int kWide, bool kWhole>
inline void add_columns(const AttentionGroup& group, int query, Span span, const float* weights, int column, int rest) {
  Lanes sums[kCount][kWide];
  for (int c = 0; c < kCount; ++c) {
    for (int i = 0; i < kWide; ++i) {
      const float* const from = group.out[query + c] + column + i * kLaneCount;
      sums[c][i] = kWhole ? load(from) : load(from, rest);
    }
  }
  for (int position = span.first; position <= span.last;) {
    const float* const values = page_of(group, group.values, position / kLaneCount) + column;
    const int end = smaller(span.last + 1, (position / kLaneCount + 1) * kLaneCount);
    for (; position < end; ++position) {
      const float* const value = values + static_cast<std::ptrdiff_t>(position % kLaneCount) * group.page_width;
      for (int i = 0; i < kWide; ++i) {
        const Lanes lanes = kWhole ? load(value + i * kLaneCount) : load(value, rest);
        for (int c = 0; c < kCount; ++c) {
          const float weight = weights[(query + c) * kAttentionBlock + position % kAttentionBlock];
          sums[c][i] = fused(broadcast(weight), lanes, sums[c][i]);
        }
      }
    }
  }
  for (int c = 0; c < kCount; ++c) {
    for (int i = 0; i < kWide; ++i) {
      float* const to = group.out[query + c] + column + i * kLaneCount;
      if (kWhole) {
        store(to, sums[c][i]);
      } else {
        store(to, sums[c][i], rest);
      }
    }
  }
}

template <int kCount>
inline void add_values(const AttentionGroup& group, int query, Span span, const float* weights) {
  if (span.last < span.first) return;
  int column = 0;
  for (; column + kValueLanes * kLaneCount <= group.head_width; column += kValueLanes * kLaneCount) {
    add_columns<kCount, kValueLanes, true>(group, query, span, weights, column, 0);
  }
  for (; column + kLaneCount <= group.head_width; column += kLaneCount) {
    add_columns<kCount, 1, true>(group, query, span, weights, column, 0);
  }
  if (column < group.head_width) {
    add_columns<kCount, 1, false>(group, query, span, weights, column, group.head_width - column);
  }
}

// Values of the block that all queries see are read once.
inline void add_block(const AttentionGroup& group, Span block, const float* weights) {
  Span shared = block;
  for (int c = 0; c < group.count; ++c) {
    const Span seen = visible(group, c, block);
    shared = {larger(shared.first, seen.first), smaller(shared.last, seen.last)};
  }
  if (shared.last < shared.first) {
    for (int c = 0; c < group.count; ++c) add_values<1>(group, c, visible(group, c, block), weights);
    return;
  }
  for (int c = 0; c < group.count; ++c) {
    add_values<1>(group, c, {visible(group, c, block).first, shared.first - 1}, weights);
  }
  for (int c = 0; c < group.count; c += kTileColumns) {
    with_count<kTileColumns>(group.count - c,
                             [&](auto count) { add_values<decltype(count)::value>(group, c, shared, weights); });
  }
  for (int c = 0; c < group.count; ++c) {
    add_values<1>(group, c, {shared.last + 1, visible(group, c, block).last}, weights);
  }
}

void attend(const AttentionGroup& group, float* scratch) {
  Softmax states[kMaxColumns];
  Span all{group.first[0], group.last[0]};
  for (int c = 0; c < group.count; ++c) {
    const float* const sink = group.sinks[c];
    states[c] = {sink == nullptr ? -kInfinity : *sink, sink == nullptr ? 0.0F : 1.0F};
    for (int i = 0; i < group.head_width; ++i) group.out[c][i] = 0;
    all = {smaller(all.first, group.first[c]), larger(all.last, group.last[c])};
  }
  for (int first = all.first / kAttentionBlock * kAttentionBlock; first <= all.last; first += kAttentionBlock) {
    const Span block{larger(first, all.first), smaller(first + kAttentionBlock - 1, all.last)};
    block_logits(group, block, scratch);
    for (int c = 0; c < group.count; ++c) {
      const Span seen = visible(group, c, block);
      if (seen.last < seen.first) continue;
      block_weights(seen, group.head_width, scratch + c * kAttentionBlock, states[c], group.out[c]);
    }
    add_block(group, block, scratch);
  }
  for (int c = 0; c < group.count; ++c) scale(group.out[c], 1 / states[c].sum, nullptr, group.head_width, group.out[c]);
}

}  // namespace
}  // namespace tripos::moe
