#pragma once
// What a GGUF file says of its model, and its tensors as the weights of the forward pass.

#include "backends/moe/arch/spec.h"
#include "backends/moe/arch/tensor_placer.h"
#include "backends/moe/io/gguf.h"
#include "harness/core/result.h"

namespace tripos::moe {

// Architecture: llama without experts. Errors (kData) name the key; kConfig: another architecture. Bounded like
// spec_of_config().
Result<ArchSpec> spec_of_gguf(const Gguf& model);

Result<LoadedWeights> load_gguf_weights(const TensorTable& tensors, const ArchSpec& spec, Ops& ops);

}  // namespace tripos::moe
