#pragma once
// The experts of one layer of a Hugging Face directory, in whichever of its layouts they are.

#include <string>
#include <string_view>
#include <vector>

#include "backends/moe/arch/row_source.h"
#include "backends/moe/arch/spec.h"
#include "backends/moe/arch/tensor_placer.h"
#include "harness/core/result.h"

namespace tripos::moe {

// What a family's experts are called behind the name of their FFN. Published files of a family come in several layouts:
enum class ExpertLayout {
  kSeparate,          // a layer for each expert and projection: "experts.3.up_proj"
  kOutIn,             // one tensor for all experts: [experts, out, in], the gates before the ups
  kInOut,             // the same, transposed: [experts, in, out]
  kInOutInterleaved,  // and gates and ups take turns; or in blocks of 32, [experts, out, in / 32, 16], with scales
};
struct ExpertNames {
  ExpertLayout layout;
  std::string_view gate, up, down;  // of one tensor for both, the first
};

// The rows of all gates and ups, of each expert the gates first, and those of all downs.
struct ExpertRows {
  std::vector<RowSource> gate_up;
  std::vector<RowSource> down;
};

// `at` is the name of the FFN with a dot behind.
Result<ExpertRows> expert_rows(TensorPlacer& placer, const std::string& at, const ExpertNames& names,
                               const MoeSpec& moe, int model_width);

// The biases of all experts, gates before ups.
struct ExpertBiases {
  std::vector<float> gate_up;  // [experts, 2 * width]
  std::vector<float> down;     // [experts, model width]
};
Result<ExpertBiases> expert_biases(TensorPlacer& placer, const std::string& at, const ExpertNames& names,
                                   const MoeSpec& moe, int model_width);

}  // namespace tripos::moe
