#include "backends/moe/arch/tensor_placer.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "backends/moe/io/in_quotes.h"
#include "backends/moe/quant/dequantise.h"

namespace tripos::moe {

Result<const TensorView*> TensorPlacer::any_tensor(const std::string& name) {
  const TensorView* const found = tensors_.find(prefix_ + name);
  if (found == nullptr) {
    return fail(Error::Kind::kData, fmt::format("the model has no tensor \"{}\"", prefix_ + name),
                "is the model complete, and of the family that it says?");
  }
  used_.insert(found->name);
  return found;
}

Result<const TensorView*> TensorPlacer::tensor(const std::string& name, const Shape& shape) {
  TRIPOS_TRY(const TensorView* const found, any_tensor(name));
  if (found->shape != shape) {
    return fail(Error::Kind::kData, fmt::format("tensor \"{}\" has shape [{}], the model's settings ask for [{}]",
                                                prefix_ + name, fmt::join(found->shape, ", "), fmt::join(shape, ", ")));
  }
  if (is_integer(found->type)) {
    return fail(Error::Kind::kConfig, fmt::format("tensor \"{}\" is {}: integers without scales are no weights",
                                                  prefix_ + name, format_of(found->type).name));
  }
  return found;
}

Result<std::vector<float>> TensorPlacer::floats(const std::string& name, const Shape& shape) {
  TRIPOS_TRY(const TensorView* const source, tensor(name, shape));
  std::size_t count = 1;
  for (const std::uint64_t size : shape) count *= size;
  std::vector<float> values(count);
  TRIPOS_CHECK(dequantise(source->type, source->bytes, values));
  return values;
}

Result<std::byte*> TensorPlacer::allocate(std::size_t bytes) {
  placed_bytes_ += bytes;
  if (ops_ == nullptr) return nullptr;
  TRIPOS_TRY(auto memory, ops_->allocate(bytes));
  memory_.push_back(std::move(memory));
  return static_cast<std::byte*>(memory_.back().get());
}

Result<Matrix> TensorPlacer::place(std::span<const RowSource> sources, const std::string& name) {
  constexpr std::size_t kStepBytes = std::size_t{16} << 20;
  const RowSource& first = sources.front();
  std::size_t rows = 0;
  for (const RowSource& source : sources) {
    rows += source.rows;
    if (source.type == first.type && source.columns == first.columns) continue;
    return fail(Error::Kind::kConfig, fmt::format("the parts of \"{}\" differ: {} and {}", prefix_ + name,
                                                  format_of(first.type).name, format_of(source.type).name));
  }
  const std::size_t row_bytes = first.row_bytes();
  const std::size_t room = (rows + kBandRows - 1) / kBandRows * kBandRows;
  TRIPOS_TRY(std::byte* const data, allocate(room * row_bytes));
  const Matrix matrix{data, first.type, static_cast<int>(rows), static_cast<int>(first.columns)};
  if (ops_ == nullptr) return matrix;
  const std::size_t step = std::max<std::size_t>(1, kStepBytes / row_bytes);
  std::vector<std::byte> staged;
  std::size_t placed = 0;
  for (const RowSource& source : sources) {
    for (std::size_t row = 0; row < source.rows; row += step) {
      staged.resize(std::min(step, source.rows - row) * row_bytes);
      if (auto read = source.read(row, staged); !read) {
        read.error().message = fmt::format("\"{}\": {}", prefix_ + name, read.error().message);
        return tl::unexpected(std::move(read).error());
      }
      ops_->upload_rows(matrix, static_cast<int>(placed), staged);
      placed += staged.size() / row_bytes;
    }
  }
  return matrix;
}

Result<const float*> TensorPlacer::place_floats(std::span<const float> values) {
  const auto bytes = std::as_bytes(values);
  TRIPOS_TRY(std::byte* const data, allocate(bytes.size()));
  if (ops_ != nullptr) ops_->upload(data, bytes);
  return reinterpret_cast<const float*>(data);
}

Result<const float*> TensorPlacer::vector(const std::string& name, int size) {
  TRIPOS_TRY(const std::vector<float> values, floats(name, {static_cast<std::uint64_t>(size)}));
  return place_floats(values);
}

Result<Matrix> TensorPlacer::matrix(const std::string& name, int rows, int columns) {
  TRIPOS_TRY(const TensorView* const source,
             tensor(name, {static_cast<std::uint64_t>(rows), static_cast<std::uint64_t>(columns)}));
  const RowSource whole = rows_of(*source);
  return place({&whole, 1}, name);
}

Result<void> TensorPlacer::check_all_used(const std::function<bool(std::string_view)>& is_idle) const {
  for (const TensorView& tensor : tensors_.all()) {
    const std::string_view name = tensor.name;
    if (used_.contains(name) || !name.starts_with(prefix_) || is_idle(name.substr(prefix_.size()))) continue;
    return fail(Error::Kind::kConfig, fmt::format("the model has a tensor {} that is not supported", in_quotes(name)),
                "without it, the model would be another one than the files say");
  }
  return {};
}

}  // namespace tripos::moe
