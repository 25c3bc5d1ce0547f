#include "backends/moe/arch/hf_linear.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstring>
#include <memory>
#include <vector>

#include "backends/moe/quant/dequantise.h"

namespace tripos::moe {
namespace {

constexpr std::size_t kTile = 128;  // rows and columns that share a scale

// A number for each cell of a grid that lies over a matrix.
class Scales {
 public:
  Scales(std::vector<float> values, std::size_t cell_rows, std::size_t cell_columns, std::size_t columns)
      : values_(std::move(values)),
        cell_rows_(cell_rows),
        cell_columns_(cell_columns),
        across_((columns + cell_columns - 1) / cell_columns) {}

  float at(std::size_t row, std::size_t column) const {
    return values_[row / cell_rows_ * across_ + column / cell_columns_];
  }

 private:
  std::vector<float> values_;
  std::size_t cell_rows_, cell_columns_, across_;
};

tl::unexpected<Error> unsupported(const std::string& name, std::string_view what) {
  return fail(Error::Kind::kConfig, fmt::format("layer \"{}\" {}", name, what));
}

// Scales of a matrix [rows, columns] in groups of a whole number of `block` columns.
Result<Scales> read_scales(TensorPlacer& placer, const std::string& name, std::size_t rows, std::size_t columns,
                           std::size_t block) {
  TRIPOS_TRY(const TensorView* const tensor, placer.any_tensor(name));
  const Shape& shape = tensor->shape;
  TRIPOS_TRY(std::vector<float> values, placer.floats(name, shape));
  if (values.size() == 1 && shape.size() <= 2) return Scales(std::move(values), rows, columns, columns);
  if (shape == Shape{rows} || shape == Shape{rows, 1}) return Scales(std::move(values), 1, columns, columns);
  if (shape.size() == 2 && shape[0] == rows && shape[1] > 0 && columns % (shape[1] * block) == 0) {
    return Scales(std::move(values), 1, columns / shape[1], columns);
  }
  if (shape == Shape{(rows + kTile - 1) / kTile, (columns + kTile - 1) / kTile}) {
    return Scales(std::move(values), kTile, kTile, columns);
  }
  return fail(Error::Kind::kConfig, fmt::format("\"{}\" has shape [{}], which are no scales of [{}, {}] weights", name,
                                                fmt::join(shape, ", "), rows, columns));
}

// Rows of blocks that begin with a float scale. `fill` writes the numbers of the block whose first weight is given.
using Fill = std::function<void(std::size_t row, std::size_t column, std::byte* numbers)>;
RowSource scaled_blocks(ElementType type, std::size_t rows, std::size_t columns, Scales scales, Fill fill) {
  RowSource source{type, rows, columns, {}};
  source.read = [type, columns, fill = std::move(fill), scales = std::make_shared<const Scales>(std::move(scales))](
                    std::size_t row, std::span<std::byte> out) -> Result<void> {
    const ElementFormat& format = format_of(type);
    std::byte* block = out.data();
    for (; block != out.data() + out.size(); ++row) {
      for (std::size_t column = 0; column < columns; column += format.block_weights, block += format.block_bytes) {
        const float scale = scales->at(row, column);
        std::memcpy(block, &scale, sizeof(scale));
        fill(row, column, block + sizeof(scale));
      }
    }
    return {};
  };
  return source;
}

Result<RowSource> float8_rows(TensorPlacer& placer, const std::string& name, const TensorView& tensor) {
  const std::size_t rows = tensor.shape[0];
  const std::size_t columns = tensor.shape[1];
  if (columns % kTile != 0) return unsupported(name, fmt::format("has rows of {} 8-bit floats", columns));
  const std::string inverse = name + ".weight_scale_inv";  // a factor all the same
  const std::string scale = placer.has(inverse) ? inverse : name + ".weight_scale";
  TRIPOS_TRY(Scales scales, read_scales(placer, scale, rows, columns, kTile));
  return scaled_blocks(ElementType::kE4m3G128, rows, columns, std::move(scales),
                       [bytes = tensor.bytes, columns](std::size_t row, std::size_t column, std::byte* numbers) {
                         std::memcpy(numbers, &bytes[row * columns + column], kTile);
                       });
}

// The number with 8 added of one weight in a row of packed ones.
std::byte nibble_at(std::span<const std::byte> bytes, std::size_t weight) {
  const std::byte pair = bytes[weight / 2];  // 32-bit integers are little-endian, too
  return weight % 2 == 0 ? pair & std::byte{0xF} : pair >> 4;
}

Result<RowSource> packed_rows(TensorPlacer& placer, const std::string& name, std::size_t rows, std::size_t columns) {
  TRIPOS_TRY(const TensorView* const packed, placer.any_tensor(name + ".weight_packed"));
  if (placer.has(name + ".weight_g_idx")) return unsupported(name, "has its columns in another order (weight_g_idx)");
  if (placer.has(name + ".weight_zero_point")) return unsupported(name, "has zero points (weight_zero_point)");
  if (packed->type != ElementType::kI32 || packed->shape != Shape{rows, columns / 8} || columns % 32 != 0) {
    return unsupported(
        name, fmt::format("is packed as {} [{}], expected I32 [{}, {}]: 4 bits a weight", format_of(packed->type).name,
                          fmt::join(packed->shape, ", "), rows, columns / 8));
  }
  TRIPOS_CHECK(placer.any_tensor(name + ".weight_shape"));
  TRIPOS_TRY(const TensorView* const scale, placer.any_tensor(name + ".weight_scale"));
  const std::size_t groups = scale->shape.size() == 2 ? std::max<std::size_t>(1, scale->shape[1]) : 1;
  const bool is_wide = columns % kTile == 0 && columns / groups % kTile == 0;
  TRIPOS_TRY(Scales scales, read_scales(placer, name + ".weight_scale", rows, columns, is_wide ? kTile : 32));
  const std::size_t block = is_wide ? kTile : 32;
  return scaled_blocks(is_wide ? ElementType::kI4G128 : ElementType::kI4G32, rows, columns, std::move(scales),
                       [bytes = packed->bytes, columns, block](std::size_t row, std::size_t first, std::byte* numbers) {
                         for (std::size_t i = 0; i < block / 2; ++i) {
                           const std::size_t lower = row * columns + first + i / 16 * 32 + i % 16;
                           numbers[i] = nibble_at(bytes, lower) | nibble_at(bytes, lower + 16) << 4;
                         }
                       });
}

}  // namespace

bool has_linear(const TensorPlacer& placer, const std::string& name) {
  return placer.has(name + ".weight") || placer.has(name + ".weight_packed");
}

Result<RowSource> linear_rows(TensorPlacer& placer, const std::string& name, int row_count, int column_count) {
  const auto rows = static_cast<std::size_t>(row_count);
  const auto columns = static_cast<std::size_t>(column_count);
  if (placer.has(name + ".weight_packed")) return packed_rows(placer, name, rows, columns);
  TRIPOS_TRY(const TensorView* const tensor, placer.tensor(name + ".weight", {rows, columns}));
  if (tensor->type == ElementType::kF8E4m3) return float8_rows(placer, name, *tensor);
  return rows_of(*tensor);
}

}  // namespace tripos::moe
