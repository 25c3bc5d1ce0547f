#include "backends/moe/io/tensor_table.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "backends/moe/io/in_quotes.h"

namespace tripos::moe {

Result<void> TensorTable::add(TensorView tensor, std::string_view where) {
  if (!places_.try_emplace(tensor.name, tensors_.size()).second) {
    return fail(Error::Kind::kData, fmt::format("{}: tensor {} comes twice", where, in_quotes(tensor.name)));
  }
  tensors_.push_back(std::move(tensor));
  return {};
}

const TensorView* TensorTable::find(std::string_view name) const {
  const auto place = places_.find(name);
  return place == places_.end() ? nullptr : &tensors_[place->second];
}

Result<std::uint64_t> tensor_bytes(ElementType type, std::span<const std::uint64_t> shape, std::string_view where) {
  const ElementFormat& format = format_of(type);
  const std::uint64_t row = shape.empty() ? 1 : shape.back();
  if (row % format.block_weights != 0) {
    return fail(Error::Kind::kData, fmt::format("{}: rows of {} weights are not whole {} blocks of {}", where, row,
                                                format.name, format.block_weights));
  }
  std::uint64_t bytes = format.block_bytes;
  bool overflows = __builtin_mul_overflow(bytes, row / format.block_weights, &bytes);
  for (const std::uint64_t size : shape.first(shape.empty() ? 0 : shape.size() - 1)) {
    overflows |= __builtin_mul_overflow(bytes, size, &bytes);
  }
  if (overflows) {
    return fail(Error::Kind::kData, fmt::format("{}: shape [{}] is too large", where, fmt::join(shape, ", ")));
  }
  return bytes;
}

}  // namespace tripos::moe
