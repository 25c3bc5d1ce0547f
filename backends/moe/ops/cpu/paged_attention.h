#pragma once
// Keys and values in pages, and the attention over them in groups that a kernel takes. In a page, keys stand
// [heads, head width, kPageRows], so that a lane is a position; values [kPageRows, width].

#include <vector>

#include "backends/moe/ops/cpu/kernels/kernels.h"
#include "backends/moe/ops/ops.h"

namespace tripos::moe {

// Row `row` of Ops::store().
void store_row(const float* key, const float* value, const Placement& placement, int row, KvPages pages);

// The arguments of Ops::attention().
struct AttentionCall {
  Rows queries;
  const Placement& placement;
  KvPages pages;
  const AttentionMask& mask;
  float scale;
  const float* sinks;
  Rows out;
};

// The queries that share their keys: neighbouring rows of one sequence, and the heads of one key-value head.
std::vector<AttentionGroup> attention_groups(const AttentionCall& call);

}  // namespace tripos::moe
