#include "backends/moe/arch/hf_quantisation.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "backends/moe/arch/config_reader.h"

namespace tripos::moe {
namespace {

using nlohmann::json;

[[noreturn]] void unsupported(const std::string& what) {
  bad_config(Error::Kind::kConfig, fmt::format("quantisation {} is not supported", what),
             "supported are compressed-tensors of 8-bit floats or symmetric 4-bit integers, fp8, and mxfp4");
}

// Weights of one of compressed-tensors' groups of layers.
void check_weights(const ConfigReader& weights) {
  const std::string type = weights.text("type", "int");
  const int bits = weights.integer("num_bits", 64);
  const bool is_symmetric = weights.flag("symmetric", true);
  const bool is_float8 = type == "float" && bits == 8;
  const bool is_int4 = type == "int" && bits == 4 && is_symmetric;
  if (!is_float8 && !is_int4) {
    unsupported(fmt::format("to {}{} of {} bits", is_symmetric ? "" : "asymmetric ", type, bits));
  }
}

void check_compressed_tensors(const ConfigReader& quantisation) {
  constexpr std::array<std::string_view, 4> kFormats = {"float-quantized", "naive-quantized", "pack-quantized",
                                                        "mixed-precision"};
  const std::string format = quantisation.text("format", "");
  if (std::find(kFormats.begin(), kFormats.end(), format) == kFormats.end()) {
    unsupported(fmt::format("\"{}\" of compressed-tensors", format));
  }
  // Rotations, zeros and experts that are left out.
  for (const char* key : {"transform_config", "sparsity_config", "moe_sparsity_config"}) {
    const json* more = quantisation.object(key);
    if (more != nullptr && !more->empty() && ConfigReader(*more).text("format", "") != "dense") {
      unsupported(fmt::format("with \"{}\"", key));
    }
  }
  const json* groups = quantisation.object("config_groups");
  if (groups == nullptr || groups->empty()) unsupported("without \"config_groups\"");
  for (const auto& [name, group] : groups->items()) {
    if (!group.is_object()) bad_config(Error::Kind::kData, "\"config_groups\" must hold objects");
    const json* weights = ConfigReader(group).object("weights");
    if (weights != nullptr) check_weights(ConfigReader(*weights));
  }
}

void check_fp8(const ConfigReader& quantisation) {
  const std::string format = quantisation.text("fmt", "e4m3");
  if (format != "e4m3") unsupported(fmt::format("to fp8 {}", format));
  const json* block = quantisation.array("weight_block_size");
  if (block != nullptr && *block != json{128, 128}) unsupported("in blocks other than 128 x 128");
}

}  // namespace

void check_quantisation(const json& config) {
  const json* found = ConfigReader(config).object("quantization_config");
  if (found == nullptr) found = ConfigReader(config).object("compression_config");
  if (found == nullptr) return;
  const ConfigReader quantisation(*found);
  const std::string method = quantisation.text("quant_method", "");
  if (method == "mxfp4") return;
  if (method == "fp8") return check_fp8(quantisation);
  if (method == "compressed-tensors") return check_compressed_tensors(quantisation);
  unsupported(fmt::format("\"{}\"", method));
}

}  // namespace tripos::moe
