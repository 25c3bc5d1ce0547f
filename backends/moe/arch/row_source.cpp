#include "backends/moe/arch/row_source.h"

#include <cstring>
#include <utility>
#include <vector>

#include "backends/moe/quant/dequantise.h"
#include "backends/moe/quant/quantise.h"

namespace tripos::moe {

RowSource rows_of(const TensorView& tensor) {
  const std::size_t columns = tensor.shape.back();
  const std::size_t row_bytes = stored_bytes(tensor.type, columns);
  return {tensor.type, tensor.bytes.size() / row_bytes, columns,
          [bytes = tensor.bytes, row_bytes](std::size_t first, std::span<std::byte> out) -> Result<void> {
            std::memcpy(out.data(), &bytes[first * row_bytes], out.size());
            return {};
          }};
}

RowSource slice(const RowSource& source, std::size_t first, std::size_t rows) {
  RowSource part = source;
  part.rows = rows;
  part.read = [read = source.read, first](std::size_t at, std::span<std::byte> out) { return read(first + at, out); };
  return part;
}

RowSource quantised(RowSource source, ElementType type) {
  RowSource made{type, source.rows, source.columns, {}};
  made.read = [source = std::move(source), type](std::size_t first, std::span<std::byte> out) -> Result<void> {
    const std::size_t rows = out.size() / stored_bytes(type, source.columns);
    std::vector<std::byte> stored(rows * source.row_bytes());
    std::vector<float> weights(rows * source.columns);
    TRIPOS_CHECK(source.read(first, stored));
    TRIPOS_CHECK(dequantise(source.type, stored, weights));
    return quantise(type, weights, out);
  };
  return made;
}

}  // namespace tripos::moe
