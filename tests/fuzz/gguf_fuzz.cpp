// Tensors of a file from outside lie in that file and have the bytes that type and shape ask for; each key has a value
// of at most one kind, and asking for it does no harm.
#include <cstdint>
#include <cstdlib>
#include <span>
#include <string_view>
#include <vector>

#include "backends/moe/io/gguf.h"

namespace {

using tripos::moe::GgufMetadata;

template <typename... T>
int kinds_of(const GgufMetadata& metadata, std::string_view key) {
  return (... + (metadata.get<T>(key) ? 1 : 0)) + (... + (metadata.get<std::vector<T>>(key) ? 1 : 0));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto file = std::as_bytes(std::span(data, size));
  const auto model = tripos::moe::parse_gguf(file, "fuzz.gguf");
  if (!model) return 0;
  for (const tripos::moe::TensorView& tensor : model->tensors.all()) {
    if (tripos::moe::tensor_bytes(tensor.type, tensor.shape, "fuzz") != tensor.bytes.size()) std::abort();
    if (tensor.bytes.data() < file.data() || tensor.bytes.data() + tensor.bytes.size() > file.data() + size) {
      std::abort();
    }
  }
  for (const std::string_view key : model->metadata.keys()) {
    const bool is_empty_array = kinds_of<bool, std::string_view>(model->metadata, key) == 2;
    const int kinds = kinds_of<std::int64_t, float, double, bool, std::string_view>(model->metadata, key);
    if (kinds > 1 && !is_empty_array) std::abort();
  }
  return 0;
}
