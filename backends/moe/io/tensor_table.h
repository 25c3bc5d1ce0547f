#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "backends/moe/io/tensor_view.h"
#include "harness/core/result.h"

namespace tripos::moe {

// The tensors of a model: in the order in which they lie in its files, and by name.
class TensorTable {
 public:
  // Error (kData) when there is a tensor of that name. `where` names the file in the message.
  Result<void> add(TensorView tensor, std::string_view where);

  std::span<const TensorView> all() const { return tensors_; }
  // nullptr if there is none of that name; valid until the next add().
  const TensorView* find(std::string_view name) const;

 private:
  std::vector<TensorView> tensors_;
  std::map<std::string, std::size_t, std::less<>> places_;
};

// Bytes of a tensor. Error (kData) when its rows are not whole blocks or when 64 bits cannot count them; `where` names
// the file and the tensor.
Result<std::uint64_t> tensor_bytes(ElementType type, std::span<const std::uint64_t> shape, std::string_view where);

}  // namespace tripos::moe
