#pragma once

#include <cstddef>
#include <span>

#include "backends/moe/io/element_type.h"
#include "harness/core/result.h"

namespace tripos::moe {

// Weights as blocks of a type: Q8_0, or I4_G32 or I4_G128 with the scales of least squared error. The same on every
// machine. Error (kData) for other types, when `stored` has not room for just the blocks of `weights`, and for weights
// that are infinite, no number, or of a size that no model has.
Result<void> quantise(ElementType type, std::span<const float> weights, std::span<std::byte> stored);

}  // namespace tripos::moe
