#pragma once
// The tensors of a Hugging Face directory as the weights of the forward pass.

#include "backends/moe/arch/spec.h"
#include "backends/moe/arch/tensor_placer.h"

namespace tripos::moe {

Result<LoadedWeights> load_hf_weights(const TensorTable& tensors, const ArchSpec& spec, Ops& ops);

}  // namespace tripos::moe
