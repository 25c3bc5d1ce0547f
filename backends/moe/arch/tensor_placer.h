#pragma once

#include <functional>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

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

// Brings the tensors of a model's files to the device. Errors (kData) name the tensor that is missing or has another
// shape than asked for; kDevice: no memory.
class TensorPlacer {
 public:
  // `prefix` stands before all names. The tables and the device outlive it.
  TensorPlacer(const TensorTable& tensors, std::string prefix, Ops& ops)
      : tensors_(tensors), prefix_(std::move(prefix)), ops_(ops) {}

  Result<const TensorView*> tensor(const std::string& name, const Shape& shape);
  Result<std::vector<float>> floats(const std::string& name, const Shape& shape);

  Result<const std::byte*> place(std::span<const std::byte> bytes);
  Result<const float*> place_floats(std::span<const float> values);
  // A tensor of one dimension, as floats.
  Result<const float*> vector(const std::string& name, int size);
  // Tensors of this shape and of one type, one below the other.
  Result<Matrix> matrix(const std::vector<std::string>& names, int rows, int columns);
  // Tensors [experts, rows, columns] of one type: of each expert, those of all tensors one below the other.
  Result<Matrix> expert_matrix(const std::vector<std::string>& names, int experts, int rows, int columns);
  // The same of tensors [experts, size].
  Result<const float*> expert_vector(const std::vector<std::string>& names, int experts, int size);

  // Error (kConfig) when there is a tensor below the prefix that nobody asked for: a part of the model that would be
  // missing. `is_idle` names those that are none.
  Result<void> check_all_used(const std::function<bool(std::string_view)>& is_idle) const;

  std::vector<std::shared_ptr<void>> take_memory() { return std::move(memory_); }

 private:
  Result<Matrix> interleaved(const std::vector<std::string>& names, const Shape& shape, int groups);

  const TensorTable& tensors_;
  std::string prefix_;
  Ops& ops_;
  std::set<std::string_view> used_;  // names of the table
  std::vector<std::shared_ptr<void>> memory_;
};

}  // namespace tripos::moe
