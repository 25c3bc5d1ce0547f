#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "backends/moe/io/element_type.h"

namespace tripos::moe {

// A tensor that lies in a model file. Its bytes need not be aligned: safetensors does not ask for it.
struct TensorView {
  std::string name;
  ElementType type;
  std::vector<std::uint64_t> shape;  // outermost first; the innermost is a multiple of the type's block_weights
  std::span<const std::byte> bytes;  // row after row, without gaps; owned by the file
};

}  // namespace tripos::moe
