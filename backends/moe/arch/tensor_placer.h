#pragma once

#include <functional>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "backends/moe/arch/row_source.h"
#include "backends/moe/arch/weights.h"
#include "backends/moe/io/tensor_table.h"
#include "backends/moe/ops/ops.h"
#include "harness/core/result.h"

namespace tripos::moe {

struct LoadedWeights {
  ModelWeights weights;
  std::vector<std::shared_ptr<void>> memory;  // the device's, which `weights` points into
};

using Shape = std::vector<std::uint64_t>;

// Brings the tensors of a model's files to a device, or only counts their bytes. Errors (kData) name the tensor that is
// missing or has another shape than asked for; kDevice: no memory.
class TensorPlacer {
 public:
  // `prefix` stands before all names. The table and the device outlive it. Without a device, everything is checked and
  // counted, no rows are read, and all that is returned points nowhere.
  TensorPlacer(const TensorTable& tensors, std::string prefix, Ops* ops)
      : tensors_(tensors), prefix_(std::move(prefix)), ops_(ops) {}

  bool has(const std::string& name) const { return tensors_.find(prefix_ + name) != nullptr; }
  // Of weights.
  Result<const TensorView*> tensor(const std::string& name, const Shape& shape);
  // Of any type and shape.
  Result<const TensorView*> any_tensor(const std::string& name);
  Result<std::vector<float>> floats(const std::string& name, const Shape& shape);

  // All rows of the sources, which are alike in type and columns, one below the other. `name` is that of errors.
  Result<Matrix> place(std::span<const RowSource> sources, const std::string& name);
  Result<const float*> place_floats(std::span<const float> values);
  // A tensor [size], as floats.
  Result<const float*> vector(const std::string& name, int size);
  // A tensor [rows, columns], as it is stored.
  Result<Matrix> matrix(const std::string& name, int rows, int columns);

  // Error (kConfig) when there is a tensor below the prefix that nobody asked for: a part of the model that would be
  // missing. `is_idle` names those that are none.
  Result<void> check_all_used(const std::function<bool(std::string_view)>& is_idle) const;

  std::size_t placed_bytes() const { return placed_bytes_; }
  std::vector<std::shared_ptr<void>> take_memory() { return std::move(memory_); }

 private:
  Result<std::byte*> allocate(std::size_t bytes);

  const TensorTable& tensors_;
  std::string prefix_;
  Ops* ops_;
  std::set<std::string_view> used_;  // names of the table
  std::size_t placed_bytes_ = 0;
  std::vector<std::shared_ptr<void>> memory_;
};

}  // namespace tripos::moe
