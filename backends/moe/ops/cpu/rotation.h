#pragma once

#include <span>
#include <vector>

#include "backends/moe/arch/spec.h"

namespace tripos::moe {

// Rotary embedding. A step asks for the same positions in every layer, so that sines are computed once.
class Rotation {
 public:
  void prepare(const RopeSpec& rope, std::span<const int> positions);
  // Rotates the heads of row `index` of the positions.
  void apply(int index, float* row, int width) const;

 private:
  RopeSpec rope_;
  std::vector<int> positions_;
  std::vector<float> cosines_, sines_;  // [positions, pairs]
};

}  // namespace tripos::moe
