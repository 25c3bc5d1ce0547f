#include "backends/moe/arch/memory.h"

#include "backends/moe/arch/forward.h"
#include "backends/moe/arch/hf_config.h"
#include "backends/moe/arch/hf_weights.h"
#include "tests/moe/runner.h"
#include "tests/moe/tiny_models.h"

namespace tripos::moe {
namespace {

using nlohmann::json;
using test::must;
using tripos::test::TinyModel;

// Of a tensor; matrices, but not the biases of experts, have room for whole bands.
std::size_t placed_bytes(const TensorView& tensor) {
  if (tensor.shape.size() != 2 || tensor.name.ends_with("bias")) return tensor.bytes.size();
  const std::size_t rows = tensor.shape[0];
  return tensor.bytes.size() / rows * ((rows + kBandRows - 1) / kBandRows * kBandRows);
}

TEST_CASE("the memory for weights is that of the tensors, quantised or not", "[moe][memory]") {
  for (json& golden : tripos::test::tiny_goldens()) {
    const TinyModel model = tripos::test::tiny_model(std::move(golden));
    const ArchSpec spec = must(spec_of_config(model.golden.at("config")));
    CAPTURE(model.golden.at("label").get<std::string>());
    std::size_t stored = 0;
    for (const TensorView& tensor : model.tensors.all()) stored += placed_bytes(tensor);
    CHECK(must(hf_weight_bytes(model.tensors, spec)) == stored);
    if (spec.family != "llama" && spec.family != "qwen3_moe") continue;  // whose rows are whole groups of 32
    std::size_t quantised = 0;
    for (const TensorView& tensor : model.tensors.all()) {
      const bool is_layer = tensor.name.find("proj") != std::string::npos;
      quantised += is_layer ? tensor.bytes.size() / sizeof(float) / 32 * 34 : placed_bytes(tensor);
    }
    CHECK(must(hf_weight_bytes(model.tensors, spec, Quantisation::kInt8)) == quantised);
  }
}

TEST_CASE("keys, values and working space are counted", "[moe][memory]") {
  const TinyModel model = tripos::test::tiny_model(tripos::test::tiny_goldens()[0]);
  const ArchSpec spec = must(spec_of_config(model.golden.at("config")));
  REQUIRE(model.golden.at("label") == "llama");
  CHECK(cache_bytes(spec, 5) == 3 * 2 * 5 * kPageRows * 32 * sizeof(float));
  const std::uint64_t one = scratch_bytes(spec, 1, 1);
  CHECK(one >= (64 + 64 + 2 * 32 + 2 * 96 + 160) * sizeof(float));
  CHECK(scratch_bytes(spec, 10, 1) == 10 * (one - 162 * sizeof(float)) + 162 * sizeof(float));
}

TEST_CASE("a model that does not fit is refused with the numbers", "[moe][memory]") {
  const MemoryNeed need{58'600'000'000, 4'000'000'000, 600'000'000};
  CHECK(check_fits(need, 63'200'000'000, "the GPU"));
  const auto fits = check_fits(need, 63'199'999'999, "the GPU");
  REQUIRE_FALSE(fits);
  CHECK(fits.error().kind == Error::Kind::kDevice);
  CHECK(fits.error().message ==
        "the GPU has 63.2 GB free, and the model needs 63.2 GB: weights 58.6 GB, keys and values 4.0 GB, working space "
        "600.0 MB");
}

}  // namespace
}  // namespace tripos::moe
