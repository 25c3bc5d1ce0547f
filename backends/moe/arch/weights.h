#pragma once
// The weights of a model where the device can read them. Vectors are floats; a null pointer is a part that the model
// does not have. Linear layers are [out, in]; gates stand before ups.

#include <vector>

#include "backends/moe/ops/tensors.h"

namespace tripos::moe {

struct FfnWeights {
  Matrix gate_up;  // [2 * width, model width]
  Matrix down;     // [model width, width]
};

struct LayerWeights {
  const float* attention_norm = nullptr;
  Matrix query, key, value, output;
  const float *query_bias = nullptr, *key_bias = nullptr, *value_bias = nullptr, *output_bias = nullptr;
  const float *query_norm = nullptr, *key_norm = nullptr;
  const float* sinks = nullptr;
  const float* ffn_norm = nullptr;
  FfnWeights dense;   // of a layer without experts
  FfnWeights shared;  // beside the experts
  Matrix router;
  const float* router_bias = nullptr;
  ExpertWeights experts;
};

struct ModelWeights {
  Matrix embedding;  // [vocabulary, model width]
  Matrix output;     // the same, or the embedding itself
  const float* final_norm = nullptr;
  std::vector<LayerWeights> layers;
};

}  // namespace tripos::moe
