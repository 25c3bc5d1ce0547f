#pragma once

#include <cstddef>
#include <span>

#include "backends/moe/io/element_type.h"
#include "harness/core/result.h"

namespace tripos::moe {

// Weights as floats, in their order: the plain reference that every kernel on stored weights is held against. `stored`
// are whole blocks, of one row or of many. Error (kData) for integer types, and when `weights` has not one place for
// each weight of `stored`.
Result<void> dequantise(ElementType type, std::span<const std::byte> stored, std::span<float> weights);

}  // namespace tripos::moe
