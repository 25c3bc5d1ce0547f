#pragma once

#include <nlohmann/json_fwd.hpp>

namespace tripos::moe {

// Refuses a model whose "quantization_config" is not one that hf_linear.h or hf_experts.h can read: that of
// compressed-tensors with 8-bit floats or symmetric numbers of 4 bits, fp8, or mxfp4. Throws BadConfig. What the values
// of weights are is told by the tensors; the config says what tensors do not show.
void check_quantisation(const nlohmann::json& config);

}  // namespace tripos::moe
