#include "backends/moe/ops/cpu/rotation.h"

#include <algorithm>
#include <cmath>

namespace tripos::moe {

void Rotation::prepare(const RopeSpec& rope, std::span<const int> positions) {
  if (std::equal(positions.begin(), positions.end(), positions_.begin(), positions_.end()) &&
      rope.frequencies == rope_.frequencies && rope.amplitude == rope_.amplitude) {
    rope_.pairs = rope.pairs;
    return;
  }
  rope_ = rope;
  positions_.assign(positions.begin(), positions.end());
  cosines_.clear();
  sines_.clear();
  for (const int position : positions) {
    for (const double frequency : rope.frequencies) {
      cosines_.push_back(static_cast<float>(std::cos(position * frequency) * rope.amplitude));
      sines_.push_back(static_cast<float>(std::sin(position * frequency) * rope.amplitude));
    }
  }
}

void Rotation::apply(int index, float* row, int width) const {
  const std::size_t pairs = rope_.frequencies.size();
  const float* const cosines = &cosines_[static_cast<std::size_t>(index) * pairs];
  const float* const sines = &sines_[static_cast<std::size_t>(index) * pairs];
  const bool halves = rope_.pairs == RopePairs::kHalves;
  const std::size_t step = halves ? 1 : 2;          // from pair to pair
  const std::size_t distance = halves ? pairs : 1;  // within a pair
  for (float* head = row; head < row + width; head += 2 * pairs) {
    for (std::size_t pair = 0; pair < pairs; ++pair) {
      float& a = head[pair * step];
      float& b = head[pair * step + distance];
      const float before = a;
      a = before * cosines[pair] - b * sines[pair];
      b = b * cosines[pair] + before * sines[pair];
    }
  }
}

}  // namespace tripos::moe
