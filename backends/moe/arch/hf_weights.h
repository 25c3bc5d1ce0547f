#pragma once
// The tensors of a Hugging Face directory as the weights of the forward pass.

#include "backends/moe/arch/spec.h"
#include "backends/moe/arch/tensor_placer.h"

namespace tripos::moe {

// What becomes of matrices of 16- and 32-bit floats. Embedding, output and routers stay as they are stored.
enum class Quantisation { kAsStored, kInt8, kInt4Group32, kInt4Group128 };

Result<LoadedWeights> load_hf_weights(const TensorTable& tensors, const ArchSpec& spec, Ops& ops,
                                      Quantisation quantisation = Quantisation::kAsStored);

// Bytes of the device's memory that load_hf_weights() takes, and its errors, but for what the weights' values decide.
Result<std::size_t> hf_weight_bytes(const TensorTable& tensors, const ArchSpec& spec,
                                    Quantisation quantisation = Quantisation::kAsStored);

}  // namespace tripos::moe
