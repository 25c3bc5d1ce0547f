#pragma once
// What a GGUF file says of its model, and its tensors as the weights of the forward pass. Keys, names and layouts are
// those that llama.cpp writes (gguf-py/gguf/constants.py) and reads (src/models).

#include "backends/moe/arch/spec.h"
#include "backends/moe/arch/tensor_placer.h"
#include "backends/moe/io/gguf.h"
#include "harness/core/result.h"

namespace tripos::moe {

// Architectures: llama, with and without experts, qwen3, qwen3moe, olmoe, granitemoe, gpt-oss, llama4. Errors (kData)
// name the key; kConfig: another architecture, or a setting that the engine does not have. Bounded like
// spec_of_config().
Result<ArchSpec> spec_of_gguf(const Gguf& model);

Result<LoadedWeights> load_gguf_weights(const TensorTable& tensors, const ArchSpec& spec, Ops& ops);

// Bytes of the device's memory that load_gguf_weights() takes, and its errors.
Result<std::size_t> gguf_weight_bytes(const TensorTable& tensors, const ArchSpec& spec);

}  // namespace tripos::moe
