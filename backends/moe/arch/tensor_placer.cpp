#include "backends/moe/arch/tensor_placer.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "backends/moe/io/in_quotes.h"
#include "backends/moe/quant/dequantise.h"

namespace tripos::moe {

Result<const TensorView*> TensorPlacer::tensor(const std::string& name, const Shape& shape) {
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
  used_.insert(found->name);
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
  return interleaved(names, {static_cast<std::uint64_t>(rows), static_cast<std::uint64_t>(columns)}, 1);
}

Result<Matrix> TensorPlacer::expert_matrix(const std::vector<std::string>& names, int experts, int rows, int columns) {
  return interleaved(
      names,
      {static_cast<std::uint64_t>(experts), static_cast<std::uint64_t>(rows), static_cast<std::uint64_t>(columns)},
      experts);
}

// The tensors, of this shape each, are cut into so many parts, and the parts of all tensors take turns.
Result<Matrix> TensorPlacer::interleaved(const std::vector<std::string>& names, const Shape& shape, int groups) {
  std::vector<const TensorView*> parts;
  for (const std::string& name : names) {
    TRIPOS_TRY(const TensorView* const part, tensor(name, shape));
    parts.push_back(part);
    if (part->type != parts[0]->type) {
      return fail(Error::Kind::kConfig, fmt::format("tensor \"{}\" is {}, its neighbours are {}", prefix_ + name,
                                                    format_of(part->type).name, format_of(parts[0]->type).name));
    }
  }
  const std::size_t part_bytes = parts[0]->bytes.size() / static_cast<std::size_t>(groups);
  std::vector<std::byte> joined;
  for (std::size_t at = 0; parts.size() > 1 && at < parts[0]->bytes.size(); at += part_bytes) {
    for (const TensorView* const part : parts) {
      const auto bytes = part->bytes.subspan(at, part_bytes);
      joined.insert(joined.end(), bytes.begin(), bytes.end());
    }
  }
  TRIPOS_TRY(const std::byte* const data, place(parts.size() > 1 ? joined : parts[0]->bytes));
  std::size_t rows = names.size();
  for (const std::uint64_t size : std::span(shape).first(shape.size() - 1)) rows *= size;
  return Matrix{data, parts[0]->type, static_cast<int>(rows), static_cast<int>(shape.back())};
}

Result<const float*> TensorPlacer::expert_vector(const std::vector<std::string>& names, int experts, int size) {
  const auto width = static_cast<std::size_t>(size);
  const Shape shape = {static_cast<std::uint64_t>(experts), width};
  std::vector<std::vector<float>> parts;
  for (const std::string& name : names) {
    TRIPOS_TRY(parts.emplace_back(), floats(name, shape));
  }
  std::vector<float> joined;
  for (std::size_t at = 0; at < parts[0].size(); at += width) {
    for (const std::vector<float>& part : parts) joined.insert(joined.end(), &part[at], &part[at] + width);
  }
  return place_floats(joined);
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
