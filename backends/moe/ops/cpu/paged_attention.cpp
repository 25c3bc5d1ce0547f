#include "backends/moe/ops/cpu/paged_attention.h"

#include <algorithm>

namespace tripos::moe {
namespace {

static_assert(kPageRows == kLaneCount);

// The first position that a query sees.
int first_visible(int position, const AttentionMask& mask) {
  switch (mask.kind) {
    case AttentionMask::Kind::kCausal:
      return 0;
    case AttentionMask::Kind::kWindow:
      return std::max(0, position - mask.size + 1);
    case AttentionMask::Kind::kChunk:
      return position / mask.size * mask.size;
  }
  return 0;
}

AttentionGroup empty_group(const AttentionCall& call, std::size_t sequence, int kv_head) {
  const KvPages& pages = call.pages;
  AttentionGroup group{};
  group.keys = pages.keys + static_cast<std::ptrdiff_t>(kv_head) * pages.head_width * kPageRows;
  group.values = pages.values + static_cast<std::ptrdiff_t>(kv_head) * pages.head_width;
  group.page_size = static_cast<std::ptrdiff_t>(kPageRows) * pages.width;
  group.page_width = pages.width;
  group.head_width = pages.head_width;
  group.pages = call.placement.page_tables[sequence].data();
  group.scale = call.scale;
  return group;
}

void add_query(const AttentionCall& call, int row, int head, AttentionGroup& group) {
  const int c = group.count++;
  const int position = call.placement.positions[static_cast<std::size_t>(row)];
  group.queries[c] = call.queries.row(row) + head * group.head_width;
  group.out[c] = call.out.row(row) + head * group.head_width;
  group.sinks[c] = call.sinks == nullptr ? nullptr : call.sinks + head;
  group.first[c] = first_visible(position, call.mask);
  group.last[c] = position;
}

// Of the rows `begin` to `end` (excluded), which are of one sequence.
void append_groups(const AttentionCall& call, int begin, int end, std::vector<AttentionGroup>& groups) {
  const auto sequence = static_cast<std::size_t>(call.placement.sequences[static_cast<std::size_t>(begin)]);
  const int kv_heads = call.pages.width / call.pages.head_width;
  const int shared = call.queries.width / call.pages.width;  // query heads of one key-value head
  for (int kv_head = 0; kv_head < kv_heads; ++kv_head) {
    AttentionGroup group = empty_group(call, sequence, kv_head);
    for (int row = begin; row < end; ++row) {
      for (int head = kv_head * shared; head < (kv_head + 1) * shared; ++head) {
        add_query(call, row, head, group);
        if (group.count < kMaxColumns) continue;
        groups.push_back(group);
        group.count = 0;
      }
    }
    if (group.count > 0) groups.push_back(group);
  }
}

}  // namespace

void store_row(const float* key, const float* value, const Placement& placement, int row, KvPages pages) {
  const int position = placement.positions[static_cast<std::size_t>(row)];
  const auto sequence = static_cast<std::size_t>(placement.sequences[static_cast<std::size_t>(row)]);
  const int page = placement.page_tables[sequence][static_cast<std::size_t>(position / kPageRows)];
  const std::ptrdiff_t begin = static_cast<std::ptrdiff_t>(page) * kPageRows * pages.width;
  const int place = position % kPageRows;
  float* const keys = pages.keys + begin + place;
  for (int i = 0; i < pages.width; ++i) keys[i * kPageRows] = key[i];
  std::copy_n(value, pages.width, pages.values + begin + static_cast<std::ptrdiff_t>(place) * pages.width);
}

std::vector<AttentionGroup> attention_groups(const AttentionCall& call) {
  std::vector<AttentionGroup> groups;
  const auto& sequences = call.placement.sequences;
  for (int begin = 0; begin < call.queries.count;) {
    int end = begin + 1;
    while (end < call.queries.count &&
           sequences[static_cast<std::size_t>(end)] == sequences[static_cast<std::size_t>(begin)]) {
      ++end;
    }
    append_groups(call, begin, end, groups);
    begin = end;
  }
  return groups;
}

}  // namespace tripos::moe
