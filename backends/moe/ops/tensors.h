#pragma once
// Views of a device's memory. None owns what it points to.

#include <cstddef>
#include <cstdint>

#include "backends/moe/io/element_type.h"

namespace tripos::moe {

// Positions in a page of keys and values.
inline constexpr int kPageRows = 16;
// Rows of a matrix that a device may hold together.
inline constexpr int kBandRows = 16;

// A weight: [rows, columns]; a row is a whole number of the type's blocks, and the type is no integer. There is memory
// for a multiple of kBandRows rows. In which order the device holds them is its own affair: only its own operations
// look into one.
struct Matrix {
  std::byte* data = nullptr;
  ElementType type = ElementType::kF32;
  int rows = 0;
  int columns = 0;

  std::size_t row_bytes() const { return stored_bytes(type, static_cast<std::size_t>(columns)); }
};

// Activations: [count, width], row-major.
struct Rows {
  float* data = nullptr;
  int count = 0;
  int width = 0;

  float* row(int index) const { return data + static_cast<std::ptrdiff_t>(index) * width; }
};

// Keys and values of one layer: [pages, kPageRows, width] each, width = key-value heads * head width. Within a page the
// order is the device's: only its own store() and attention() look into one.
struct KvPages {
  float* keys = nullptr;
  float* values = nullptr;
  int width = 0;
  int head_width = 0;
};

// The experts of one layer, one behind the other: gate_up [experts * 2 * width, model width], of each expert the gates
// first; down [experts * model width, width]. Biases may be null.
struct ExpertWeights {
  Matrix gate_up;
  Matrix down;
  const float* gate_up_bias = nullptr;
  const float* down_bias = nullptr;
};

}  // namespace tripos::moe
