#pragma once

#include "backends/moe/arch/spec.h"
#include "backends/moe/ops/cuda/launch.h"

namespace tripos::moe::cuda {

TRIPOS_DEVICE inline float sigmoid(float x) { return 1 / (1 + expf(-x)); }

TRIPOS_DEVICE inline float activated(float gate, float up, Activation activation) {
  if (activation == Activation::kSwiglu) return gate * sigmoid(gate) * up;
  constexpr float kLimit = 7;
  constexpr float kSlope = 1.702F;
  gate = fminf(gate, kLimit);
  up = fmaxf(-kLimit, fminf(up, kLimit));
  return (up + 1) * gate * sigmoid(kSlope * gate);
}

}  // namespace tripos::moe::cuda
