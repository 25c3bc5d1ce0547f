#include "backends/moe/arch/hf_config.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <nlohmann/json.hpp>

#include "backends/moe/arch/bounds.h"
#include "backends/moe/arch/config_reader.h"
#include "backends/moe/arch/hf_quantisation.h"
#include "backends/moe/arch/rope.h"

namespace tripos::moe {
namespace {

using nlohmann::json;

RopeScaling scaling_of(const ConfigReader& rope) {
  const std::string type = rope.text("rope_type", rope.text("type", "default"));
  if (type == "default") return std::monostate();
  if (type == "llama3") {
    return Llama3Scaling{rope.number("factor"), rope.number("low_freq_factor"), rope.number("high_freq_factor"),
                         rope.number("original_max_position_embeddings")};
  }
  if (type == "yarn") {
    for (const char* key : {"mscale", "mscale_all_dim", "attention_factor"}) {
      if (rope.has(key))
        bad_config(Error::Kind::kConfig, fmt::format("rope scaling with \"{}\" is not supported", key));
    }
    return YarnScaling{rope.number("factor"), rope.number("beta_fast", 32), rope.number("beta_slow", 1),
                       rope.number("original_max_position_embeddings"), rope.flag("truncate", true)};
  }
  bad_config(Error::Kind::kConfig, fmt::format("rope scaling \"{}\" is not supported", type), "llama3 and yarn are");
}

// "rope_theta" and "rope_scaling", which newer files have in one object "rope_parameters".
void read_rope(const ConfigReader& config, double default_theta, RopePairs pairs, ArchSpec& spec) {
  const json* parameters = config.object("rope_parameters");
  const json* old = config.object("rope_scaling");
  double theta = config.number("rope_theta", default_theta);
  if (parameters != nullptr) theta = ConfigReader(*parameters).number("rope_theta", theta);
  if (!(theta > 1)) bad_config(Error::Kind::kData, "\"rope_theta\" must be above 1");
  if (spec.head_width % 2 != 0) bad_config(Error::Kind::kData, "\"head_dim\" must be even");
  const json* scaled = parameters != nullptr ? parameters : old;
  for (const ConfigReader& reader : {config, scaled != nullptr ? ConfigReader(*scaled) : config}) {
    if (reader.number("partial_rotary_factor", 1) == 1) continue;
    bad_config(Error::Kind::kConfig, "a \"partial_rotary_factor\" other than 1 is not supported");
  }
  const RopeScaling scaling = scaled != nullptr ? scaling_of(ConfigReader(*scaled)) : RopeScaling();
  spec.rope = {pairs, rope_frequencies(theta, spec.head_width, scaling), rope_amplitude(scaling)};
}

ArchSpec read_common(const ConfigReader& config, const std::string& family) {
  ArchSpec spec;
  spec.family = family;
  spec.vocabulary = config.integer("vocab_size", kMaxVocabulary);
  spec.width = config.integer("hidden_size", kMaxWidth);
  spec.heads = config.integer("num_attention_heads", kMaxHeads);
  spec.kv_heads = config.integer("num_key_value_heads", kMaxHeads, spec.heads);
  spec.head_width = config.integer("head_dim", kMaxWidth, std::max(1, spec.width / spec.heads));
  spec.context = config.integer("max_position_embeddings", kMaxContext);
  spec.norm_epsilon = config.number("rms_norm_eps", 1e-5);
  spec.tied_output = config.flag("tie_word_embeddings", false);
  spec.attention_scale = 1 / std::sqrt(static_cast<double>(spec.head_width));
  spec.attention_bias = config.flag("attention_bias", false);
  spec.attention_output_bias = spec.attention_bias;
  spec.layers.resize(static_cast<std::size_t>(config.integer("num_hidden_layers", kMaxLayers)));
  if (spec.heads % spec.kv_heads != 0) {
    bad_config(Error::Kind::kData, fmt::format("{} heads do not share {} key-value heads", spec.heads, spec.kv_heads));
  }
  if (static_cast<std::int64_t>(spec.heads) * spec.head_width > kMaxWidth) {
    bad_config(Error::Kind::kData, fmt::format("{} heads of {} values are too many", spec.heads, spec.head_width));
  }
  const std::string activation = config.text("hidden_act", "silu");
  if (activation != "silu")
    bad_config(Error::Kind::kConfig, fmt::format("activation \"{}\" is not supported", activation));
  return spec;
}

MoeSpec read_experts(const ConfigReader& config, const char* width_key, Gate gate) {
  MoeSpec moe;
  moe.experts = config.integer(config.has("num_experts") ? "num_experts" : "num_local_experts", kMaxExperts);
  moe.selected = config.integer("num_experts_per_tok", moe.experts);
  moe.width = config.integer(width_key, kMaxWidth);
  moe.gate = gate;
  if (!experts_are_countable(moe, config.integer("hidden_size", kMaxWidth))) {
    bad_config(Error::Kind::kData, fmt::format("{} experts of {} values are too many", moe.experts, moe.width));
  }
  return moe;
}

void set_all(ArchSpec& spec, const LayerSpec& layer) { spec.layers.assign(spec.layers.size(), layer); }

// Whether "layer_types" says that a layer's attention is of the one kind that the family has beside the full one;
// nothing where it says nothing.
std::optional<bool> has_kind(const ConfigReader& config, std::string_view kind, const ArchSpec& spec,
                             std::size_t layer) {
  const json* types = config.array("layer_types");
  if (types == nullptr) return std::nullopt;
  if (types->size() != spec.layers.size()) {
    bad_config(Error::Kind::kData,
               fmt::format("\"layer_types\" has {} entries for {} layers", types->size(), spec.layers.size()));
  }
  if ((*types)[layer] == kind) return true;
  if ((*types)[layer] == "full_attention") return false;
  bad_config(Error::Kind::kConfig,
             fmt::format("the kind of attention of layer {} in \"layer_types\" is not supported", layer));
}

void refuse_windows(const ConfigReader& config, const ArchSpec& spec) {
  if (config.flag("use_sliding_window", false)) {
    bad_config(Error::Kind::kConfig, "\"use_sliding_window\" is not supported");
  }
  for (std::size_t i = 0; i < spec.layers.size(); ++i) has_kind(config, "full_attention", spec, i);
}

void read_dense(const ConfigReader& config, ArchSpec& spec) {
  if (config.flag("mlp_bias", false)) bad_config(Error::Kind::kConfig, "\"mlp_bias\" is not supported");
  refuse_windows(config, spec);
  set_all(spec, {.dense_width = config.integer("intermediate_size", kMaxWidth)});
}

void read_llama(const ConfigReader& config, ArchSpec& spec) {
  read_rope(config, 1e4, RopePairs::kHalves, spec);
  read_dense(config, spec);
}

void read_qwen3(const ConfigReader& config, ArchSpec& spec) {
  spec.qk_norm = QkNorm::kHeadBeforeRope;
  read_llama(config, spec);
}

void read_qwen3_moe(const ConfigReader& config, ArchSpec& spec) {
  spec.qk_norm = QkNorm::kHeadBeforeRope;
  read_rope(config, 1e4, RopePairs::kHalves, spec);
  refuse_windows(config, spec);
  const Gate gate = config.flag("norm_topk_prob", false) ? Gate::kSoftmaxSelected : Gate::kSoftmaxAll;
  const MoeSpec moe = read_experts(config, "moe_intermediate_size", gate);
  const int step = config.integer("decoder_sparse_step", kMaxLayers, 1);
  for (std::size_t i = 0; i < spec.layers.size(); ++i) {
    const json* dense = config.array("mlp_only_layers");
    const bool is_dense = (i + 1) % static_cast<std::size_t>(step) != 0 ||
                          (dense != nullptr && std::find(dense->begin(), dense->end(), json(i)) != dense->end());
    if (is_dense) {
      spec.layers[i].dense_width = config.integer("intermediate_size", kMaxWidth);
    } else {
      spec.layers[i].moe = moe;
    }
  }
}

void read_mixtral(const ConfigReader& config, ArchSpec& spec) {
  read_rope(config, 1e6, RopePairs::kHalves, spec);
  LayerSpec layer;
  if (config.has("sliding_window"))
    layer.mask = {AttentionMask::Kind::kWindow, config.integer("sliding_window", kMaxContext)};
  layer.moe = read_experts(config, "intermediate_size", Gate::kSoftmaxSelected);
  set_all(spec, layer);
}

void read_olmoe(const ConfigReader& config, ArchSpec& spec) {
  spec.qk_norm = QkNorm::kFullBeforeRope;
  spec.qkv_clip = config.number("clip_qkv", 0);
  read_rope(config, 1e4, RopePairs::kHalves, spec);
  const Gate gate = config.flag("norm_topk_prob", false) ? Gate::kSoftmaxSelected : Gate::kSoftmaxAll;
  set_all(spec, {.moe = read_experts(config, "intermediate_size", gate)});
}

void read_granite_moe(const ConfigReader& config, ArchSpec& spec) {
  spec.embedding_scale = config.number("embedding_multiplier", 1);
  spec.residual_scale = config.number("residual_multiplier", 1);
  spec.attention_scale = config.number("attention_multiplier", 1);
  spec.logits_divisor = config.number("logits_scaling", 1);
  read_rope(config, 1e4, RopePairs::kHalves, spec);
  set_all(spec, {.moe = read_experts(config, "intermediate_size", Gate::kSoftmaxSelected)});
}

void read_gpt_oss(const ConfigReader& config, ArchSpec& spec) {
  spec.activation = Activation::kClampedSwiglu;
  spec.attention_bias = config.flag("attention_bias", true);
  spec.attention_output_bias = spec.attention_bias;
  spec.expert_bias = true;
  spec.sinks = true;
  if (config.number("swiglu_limit", 7) != 7)
    bad_config(Error::Kind::kConfig, "a \"swiglu_limit\" other than 7 is not supported");
  read_rope(config, 150'000, RopePairs::kHalves, spec);
  MoeSpec moe = read_experts(config, "intermediate_size", Gate::kSoftmaxSelected);
  moe.router_bias = true;
  const AttentionMask window{AttentionMask::Kind::kWindow, config.integer("sliding_window", kMaxContext)};
  for (std::size_t i = 0; i < spec.layers.size(); ++i) {
    spec.layers[i].moe = moe;
    if (has_kind(config, "sliding_attention", spec, i).value_or(i % 2 == 0)) spec.layers[i].mask = window;
  }
}

// Whether a list of the config has something to say of layer i: [1, 1, 1, 0] for a flag each.
std::optional<bool> listed_flag(const ConfigReader& config, const char* key, std::size_t layer) {
  const json* list = config.array(key);
  if (list == nullptr || list->empty()) return std::nullopt;
  if (layer >= list->size()) bad_config(Error::Kind::kData, fmt::format("\"{}\" is shorter than the layers", key));
  return (*list)[layer] != 0;
}

void read_llama4(const ConfigReader& config, ArchSpec& spec) {
  const bool norm = config.flag("use_qk_norm", true);
  if (norm) spec.qk_norm = QkNorm::kHeadAfterRopeUnweighted;
  read_rope(config, 500'000, RopePairs::kInterleaved, spec);
  MoeSpec moe = read_experts(config, "intermediate_size", Gate::kSigmoidOnInput);
  moe.shared_width = moe.width;
  const std::size_t moe_step = static_cast<std::size_t>(config.integer("interleave_moe_layer_step", kMaxLayers, 1));
  const std::size_t rope_step = static_cast<std::size_t>(config.integer("no_rope_layer_interval", kMaxLayers, 4));
  const json* moe_layers = config.array("moe_layers");
  const bool tuned = config.flag("attn_temperature_tuning", true);
  const QueryTemperature temperature{config.number("attn_scale", 0.1), config.number("floor_scale", 8192)};
  const AttentionMask chunk{AttentionMask::Kind::kChunk, config.integer("attention_chunk_size", kMaxContext, 8192)};
  for (std::size_t i = 0; i < spec.layers.size(); ++i) {
    LayerSpec& layer = spec.layers[i];
    layer.rope = listed_flag(config, "no_rope_layers", i).value_or((i + 1) % rope_step != 0);
    layer.qk_norm = layer.rope;
    if (has_kind(config, "chunked_attention", spec, i).value_or(layer.rope)) layer.mask = chunk;
    if (!layer.rope && tuned) layer.temperature = temperature;
    const bool has_experts = moe_layers == nullptr || moe_layers->empty()
                                 ? (i + 1) % moe_step == 0
                                 : std::find(moe_layers->begin(), moe_layers->end(), json(i)) != moe_layers->end();
    if (has_experts) {
      layer.moe = moe;
    } else {
      layer.dense_width = config.integer("intermediate_size_mlp", kMaxWidth);
    }
  }
}

struct Family {
  std::string_view name;
  void (*read)(const ConfigReader&, ArchSpec&);
};
constexpr std::array kFamilies = {
    Family{"llama", read_llama},     Family{"qwen3", read_qwen3},        Family{"qwen3_moe", read_qwen3_moe},
    Family{"mixtral", read_mixtral}, Family{"olmoe", read_olmoe},        Family{"granitemoe", read_granite_moe},
    Family{"gpt_oss", read_gpt_oss}, Family{"llama4_text", read_llama4},
};

}  // namespace

Result<ArchSpec> spec_of_config(const json& config) try {
  if (!config.is_object()) bad_config(Error::Kind::kData, "must be an object");
  // A model of several senses keeps the one that reads text inside.
  const json* inner = ConfigReader(config).object("text_config");
  const json& text = inner != nullptr ? *inner : config;
  check_quantisation(config);
  check_quantisation(text);
  const ConfigReader reader(text);
  const std::string family = reader.text("model_type", "");
  std::string known;
  for (const Family& candidate : kFamilies) {
    if (candidate.name == family) {
      ArchSpec spec = read_common(reader, family);
      candidate.read(reader, spec);
      return spec;
    }
    known += (known.empty() ? "" : ", ") + std::string(candidate.name);
  }
  bad_config(Error::Kind::kConfig, fmt::format("model_type \"{}\" is not supported", family), "supported: " + known);
} catch (const BadConfig& problem) {
  return tl::unexpected(problem.error);
}

}  // namespace tripos::moe
