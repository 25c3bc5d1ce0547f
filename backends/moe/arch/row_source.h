#pragma once

#include <cstddef>
#include <functional>
#include <span>

#include "backends/moe/io/element_type.h"
#include "backends/moe/io/tensor_view.h"
#include "harness/core/result.h"

namespace tripos::moe {

// The rows of a matrix, which lie in a file or are made of what lies there when they are asked for: nobody holds them
// all. Points into the file.
struct RowSource {
  ElementType type = ElementType::kF32;
  std::size_t rows = 0;
  std::size_t columns = 0;  // whole blocks of the type
  // Rows from `first` on, as many as fill `out`.
  std::function<Result<void>(std::size_t first, std::span<std::byte> out)> read;

  std::size_t row_bytes() const { return stored_bytes(type, columns); }
};

// All dimensions of the tensor but the last are counted as rows.
RowSource rows_of(const TensorView& tensor);

RowSource slice(const RowSource& source, std::size_t first, std::size_t rows);

// The same weights as blocks of another type, one that quantise() can write and that the columns are whole blocks of.
RowSource quantised(RowSource source, ElementType type);

}  // namespace tripos::moe
