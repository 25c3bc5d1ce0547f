// config.json: what the published files of each family say. The values of tiny models are held against transformers in
// forward_test.cpp.

#include <nlohmann/json.hpp>
#include <regex>
#include <set>

#include "backends/moe/arch/hf_config.h"
#include "harness/core/file.h"
#include "tests/catch.h"
#include "tests/moe/tiny_models.h"

namespace tripos::moe {
namespace {

nlohmann::json scout() {
  return nlohmann::json::parse(R"({"model_type": "llama4", "text_config": {"model_type": "llama4_text",
    "vocab_size": 202048, "hidden_size": 5120, "num_hidden_layers": 48, "num_attention_heads": 40,
    "num_key_value_heads": 8, "head_dim": 128, "max_position_embeddings": 10485760, "num_local_experts": 16,
    "num_experts_per_tok": 1, "intermediate_size": 8192, "intermediate_size_mlp": 16384, "rms_norm_eps": 1e-05,
    "rope_theta": 500000.0, "rope_scaling": {"rope_type": "llama3", "factor": 16.0, "low_freq_factor": 1.0,
    "high_freq_factor": 1.0, "original_max_position_embeddings": 8192}}})");
}

TEST_CASE("a model of several senses is read by the part that reads text", "[moe][config]") {
  const auto spec = spec_of_config(scout());
  REQUIRE(spec);
  CHECK(spec->layers.size() == 48);
  CHECK(spec->rope.pairs == RopePairs::kInterleaved);
  CHECK(spec->qk_norm == QkNorm::kHeadAfterRopeUnweighted);
  int without_rope = 0;
  for (std::size_t i = 0; i < spec->layers.size(); ++i) {
    const LayerSpec& layer = spec->layers[i];
    REQUIRE(layer.moe);
    CHECK(layer.moe->shared_width == 8192);
    CHECK(layer.rope == ((i + 1) % 4 != 0));
    CHECK(layer.temperature.has_value() == !layer.rope);
    CHECK((layer.mask.kind == AttentionMask::Kind::kChunk) == layer.rope);
    without_rope += layer.rope ? 0 : 1;
  }
  CHECK(without_rope == 12);
}

TEST_CASE("every second layer of Maverick has experts", "[moe][config]") {
  auto maverick = scout();
  maverick["text_config"].update(
      {{"num_local_experts", 128}, {"interleave_moe_layer_step", 2}, {"use_qk_norm", false}});
  const auto spec = spec_of_config(maverick);
  REQUIRE(spec);
  CHECK(spec->qk_norm == QkNorm::kNone);
  for (std::size_t i = 0; i < spec->layers.size(); ++i) {
    CHECK(spec->layers[i].moe.has_value() == (i % 2 == 1));
    CHECK(spec->layers[i].dense_width == (i % 2 == 1 ? 0 : 16384));
  }
}

TEST_CASE("a layer's kind of attention is what the config says of it", "[moe][config]") {
  auto config = scout();
  nlohmann::json& types = config["text_config"]["layer_types"];
  types = std::vector<std::string>(48, "full_attention");
  types[5] = "chunked_attention";
  const auto spec = spec_of_config(config);
  REQUIRE(spec);
  for (std::size_t i = 0; i < 48; ++i) {
    CHECK((spec->layers[i].mask.kind == AttentionMask::Kind::kChunk) == (i == 5));
    CHECK(spec->layers[i].rope == ((i + 1) % 4 != 0));
  }
}

TEST_CASE("layers of gpt-oss see a window in turn, the first one first", "[moe][config]") {
  nlohmann::json config = {{"model_type", "gpt_oss"},
                           {"vocab_size", 201088},
                           {"hidden_size", 2880},
                           {"num_hidden_layers", 24},
                           {"num_attention_heads", 64},
                           {"num_key_value_heads", 8},
                           {"head_dim", 64},
                           {"num_local_experts", 32},
                           {"num_experts_per_tok", 4},
                           {"max_position_embeddings", 131072},
                           {"intermediate_size", 2880},
                           {"sliding_window", 128}};
  const auto masks = [&] {
    std::vector<bool> windows;
    const ArchSpec spec = spec_of_config(config).value();
    for (const LayerSpec& layer : spec.layers) windows.push_back(layer.mask.size == 128);
    return windows;
  };
  std::vector<bool> expected;
  for (int i = 0; i < 24; ++i) expected.push_back(i % 2 == 0);
  CHECK(masks() == expected);
  config["layer_types"] = std::vector<std::string>(24, "full_attention");
  config["layer_types"][7] = "sliding_attention";
  expected.assign(24, false);
  expected[7] = true;
  CHECK(masks() == expected);
}

TEST_CASE("rope scalings of published models are those of transformers", "[moe][config]") {
  const auto golden = nlohmann::json::parse(read_file(TRIPOS_SOURCE_DIR "/tests/golden/rope.json").value());
  CHECK(golden.size() == 5);
  for (const nlohmann::json& row : golden) {
    CAPTURE(row.at("model"));
    auto config = scout();
    config["text_config"].update(
        {{"rope_theta", row.at("theta")}, {"head_dim", row.at("width")}, {"rope_scaling", row.at("scaling")}});
    const auto spec = spec_of_config(config);
    REQUIRE(spec);
    CHECK(std::abs(spec->rope.amplitude - row.at("amplitude").get<double>()) < 1e-6);
    const auto expected = row.at("frequencies").get<std::vector<double>>();
    REQUIRE(spec->rope.frequencies.size() == expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i) {
      CHECK(std::abs(spec->rope.frequencies[i] / expected[i] - 1) < 1e-5);  // theirs are floats
    }
  }
}

TEST_CASE("what the engine does not have, and what cannot be, is refused by its key", "[moe][config]") {
  struct Case {
    nlohmann::json change;  // of text_config; null takes a key away
    const char* message;
  };
  const auto c = GENERATE(
      Case{{{"model_type", "mamba"}}, "config.json: model_type \"mamba\" is not supported"},
      Case{{{"hidden_size", nullptr}}, "config.json: \"hidden_size\" is missing"},
      Case{{{"hidden_size", -1}}, "config.json: \"hidden_size\" must be an integer from 1 to 1048576, got -1"},
      Case{{{"num_hidden_layers", 1.5}},
           "config.json: \"num_hidden_layers\" must be an integer from 1 to 4096, got 1.5"},
      Case{{{"num_key_value_heads", 7}}, "config.json: 40 heads do not share 7 key-value heads"},
      Case{{{"num_experts_per_tok", 17}},
           "config.json: \"num_experts_per_tok\" must be an integer from 1 to 16, got 17"},
      Case{{{"hidden_act", "gelu"}}, "config.json: activation \"gelu\" is not supported"},
      Case{{{"no_rope_layers", {1, 1}}}, "config.json: \"no_rope_layers\" is shorter than the layers"},
      Case{{{"rope_scaling", {{"rope_type", "longrope"}}}}, "config.json: rope scaling \"longrope\" is not supported"},
      Case{{{"layer_types", std::vector<std::string>(48, "linear_attention")}},
           "config.json: the kind of attention of layer 0 in \"layer_types\" is not supported"},
      Case{{{"layer_types", {"full_attention"}}}, "config.json: \"layer_types\" has 1 entries for 48 layers"},
      Case{{{"partial_rotary_factor", 0.5}}, "config.json: a \"partial_rotary_factor\" other than 1 is not supported"},
      Case{{{"head_dim", 127}}, "config.json: \"head_dim\" must be even"});
  auto config = scout();
  config["text_config"].update(c.change);
  const auto spec = spec_of_config(config);
  REQUIRE_FALSE(spec);
  CHECK(spec.error().message == c.message);
}

// What published models say of their quantisation.
nlohmann::json int4_groups() {
  return nlohmann::json::parse(R"({"quant_method": "compressed-tensors", "format": "pack-quantized",
    "config_groups": {"group_0": {"targets": ["Linear"], "input_activations": null, "weights": {"num_bits": 4,
    "type": "int", "symmetric": true, "strategy": "group", "group_size": 128}}}, "ignore": ["lm_head"],
    "kv_cache_scheme": null, "quantization_status": "compressed", "sparsity_config": {}, "transform_config": {}})");
}

TEST_CASE("quantisations are read by what they are, and refused when they are another", "[moe][config]") {
  const auto error_of = [](const nlohmann::json& quantisation) {
    auto config = scout();
    config["quantization_config"] = quantisation;
    const auto spec = spec_of_config(config);
    return spec ? "" : spec.error().message;
  };
  CHECK(error_of(int4_groups()).empty());
  CHECK(error_of({{"quant_method", "fp8"}, {"fmt", "e4m3"}, {"weight_block_size", {128, 128}}}).empty());
  CHECK(error_of({{"quant_method", "mxfp4"}}).empty());
  CHECK(error_of({{"quant_method", "gptq"}}) == "config.json: quantisation \"gptq\" is not supported");
  CHECK(error_of({{"quant_method", "fp8"}, {"weight_block_size", {64, 128}}}) ==
        "config.json: quantisation in blocks other than 128 x 128 is not supported");
  struct Case {
    const char* path;
    nlohmann::json value;
    const char* message;
  };
  const auto c = GENERATE(Case{"/format", "marlin-24", "\"marlin-24\" of compressed-tensors"},
                          Case{"/config_groups/group_0/weights/symmetric", false, "to asymmetric int of 4 bits"},
                          Case{"/config_groups/group_0/weights/num_bits", 8, "to int of 8 bits"},
                          Case{"/config_groups/group_0/weights/type", "float", "to float of 4 bits"},
                          Case{"/config_groups", nlohmann::json::object(), "without \"config_groups\""},
                          Case{"/transform_config/config_groups", 1, "with \"transform_config\""});
  auto changed = int4_groups();
  changed[nlohmann::json::json_pointer(c.path)] = c.value;
  CHECK(error_of(changed) == std::string("config.json: quantisation ") + c.message + " is not supported");
}

// With N for each number, and the packed weights of gpt-oss under the name that they have unpacked.
std::set<std::string> name_patterns(const std::vector<std::string>& names) {
  std::set<std::string> patterns;
  for (const std::string& name : names) {
    const std::string numbered = std::regex_replace(name, std::regex(R"(\.\d+)"), ".N");
    patterns.insert(std::regex_replace(numbered, std::regex("_(blocks|scales)$"), ""));
  }
  return patterns;
}

TEST_CASE("the tensors have the names of published checkpoints", "[moe][config]") {
  const auto published =
      nlohmann::json::parse(read_file(TRIPOS_SOURCE_DIR "/tests/golden/published_names.json").value());
  int compared = 0;
  for (const nlohmann::json& golden : tripos::test::tiny_goldens()) {
    const auto label = golden.at("label").get<std::string>();
    if (!published.contains(label)) continue;
    CAPTURE(label);
    std::vector<std::string> names;
    for (const nlohmann::json& tensor : golden.at("tensors")) names.push_back(tensor.at("name"));
    CHECK(name_patterns(names) == name_patterns(published.at(label)));
    ++compared;
  }
  CHECK(compared == 6);
}

}  // namespace
}  // namespace tripos::moe
