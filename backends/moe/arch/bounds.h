#pragma once
// What no model of the families comes near. Below them, products of two sizes fit into 64 bits, and sizes into int.

#include <algorithm>
#include <cstdint>
#include <limits>

#include "backends/moe/arch/spec.h"

namespace tripos::moe {

inline constexpr int kMaxWidth = 1 << 20;
inline constexpr int kMaxLayers = 1 << 12;
inline constexpr int kMaxExperts = 1 << 12;
inline constexpr int kMaxHeads = 1 << 12;
inline constexpr int kMaxVocabulary = 1 << 24;
inline constexpr int kMaxContext = 1 << 28;

// Whether the rows of all experts of a layer, one below the other, can be counted.
inline bool experts_are_countable(const MoeSpec& moe, int model_width) {
  return std::int64_t{moe.experts} * std::max(2 * moe.width, model_width) <= std::numeric_limits<int>::max();
}

}  // namespace tripos::moe
