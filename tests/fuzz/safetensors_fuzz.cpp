// Tensors of a file from outside lie in that file and have the bytes that type and shape ask for.
#include <cstdint>
#include <cstdlib>
#include <span>
#include <string_view>

#include "backends/moe/io/safetensors.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto file = std::as_bytes(std::span(data, size));
  if (const auto tensors = tripos::moe::parse_safetensors(file, "fuzz.safetensors")) {
    for (const tripos::moe::TensorView& tensor : tensors->all()) {
      if (tripos::moe::tensor_bytes(tensor.type, tensor.shape, "fuzz") != tensor.bytes.size()) std::abort();
      if (tensor.bytes.data() < file.data() || tensor.bytes.data() + tensor.bytes.size() > file.data() + size) {
        std::abort();
      }
      if (tensors->find(tensor.name) != &tensor) std::abort();
    }
  }
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto index = tripos::moe::parse_shard_index(text, "fuzz.json")) {
    for (const auto& [tensor, shard] : *index) {
      if (shard.find('/') != std::string::npos) std::abort();
    }
  }
  return 0;
}
