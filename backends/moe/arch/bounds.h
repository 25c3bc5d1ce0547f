#pragma once
// What no model of the families comes near. Below them, products of two sizes fit into 64 bits, and sizes into int.

namespace tripos::moe {

inline constexpr int kMaxWidth = 1 << 20;
inline constexpr int kMaxLayers = 1 << 12;
inline constexpr int kMaxExperts = 1 << 12;
inline constexpr int kMaxHeads = 1 << 12;
inline constexpr int kMaxVocabulary = 1 << 24;
inline constexpr int kMaxContext = 1 << 28;

}  // namespace tripos::moe
