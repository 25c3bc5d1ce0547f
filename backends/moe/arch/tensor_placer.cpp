#include "backends/moe/arch/tensor_placer.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <optional>

#include "backends/moe/quant/dequantise.h"

namespace tripos::moe {

Result<const TensorView*> TensorPlacer::tensor(const std::string& name, const Shape& shape) const {
  const std::string full = prefix_ + name;
  const TensorView* const found = tensors_.find(full);
  if (found == nullptr) {
    return fail(Error::Kind::kData, fmt::format("the model has no tensor \"{}\"", full),
                "is the model complete, and of the family that it says?");
  }
  if (found->shape != shape) {
    return fail(Error::Kind::kData, fmt::format("tensor \"{}\" has shape [{}], the model's settings ask for [{}]", full,
                                                fmt::join(found->shape, ", "), fmt::join(shape, ", ")));
  }
  if (is_integer(found->type)) {
    return fail(Error::Kind::kConfig, fmt::format("tensor \"{}\" is {}: integers without scales are no weights", full,
                                                  format_of(found->type).name));
  }
  return found;
}

Result<std::vector<float>> TensorPlacer::floats(const std::string& name, const Shape& shape) const {
  TRIPOS_TRY(const TensorView* const source, tensor(name, shape));
  std::size_t count = 1;
  for (const std::uint64_t size : shape) count *= size;
  std::vector<float> values(count);
  TRIPOS_CHECK(dequantise(source->type, source->bytes, values));
  return values;
}

Result<const std::byte*> TensorPlacer::place(std::span<const std::byte> bytes) {
  TRIPOS_TRY(auto memory, ops_.allocate(bytes.size()));
  ops_.upload(memory.get(), bytes);
  memory_.push_back(std::move(memory));
  return static_cast<const std::byte*>(memory_.back().get());
}

Result<const float*> TensorPlacer::place_floats(std::span<const float> values) {
  TRIPOS_TRY(const std::byte* const data, place(std::as_bytes(values)));
  return reinterpret_cast<const float*>(data);
}

Result<const float*> TensorPlacer::vector(const std::string& name, int size) {
  TRIPOS_TRY(const std::vector<float> values, floats(name, {static_cast<std::uint64_t>(size)}));
  return place_floats(values);
}

Result<Matrix> TensorPlacer::matrix(const std::vector<std::string>& names, int rows, int columns) {
  std::vector<std::byte> joined;
  std::optional<ElementType> type;
  for (const std::string& name : names) {
    TRIPOS_TRY(const TensorView* const part,
               tensor(name, {static_cast<std::uint64_t>(rows), static_cast<std::uint64_t>(columns)}));
    if (type && part->type != *type) {
      return fail(Error::Kind::kData, fmt::format("tensor \"{}\" is {}, its neighbours are {}", prefix_ + name,
                                                  format_of(part->type).name, format_of(*type).name));
    }
    type = part->type;
    joined.insert(joined.end(), part->bytes.begin(), part->bytes.end());
  }
  TRIPOS_TRY(const std::byte* const data, place(joined));
  return Matrix{data, *type, rows * static_cast<int>(names.size()), columns};
}

}  // namespace tripos::moe
