#include "backends/moe/arch/hf_weights.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "backends/moe/arch/hf_experts.h"
#include "backends/moe/arch/hf_linear.h"

namespace tripos::moe {
namespace {

// What the tensors of a layer are called, behind "model.layers.N.".
struct Names {
  std::string_view family;
  std::string_view ffn;     // "mlp"
  std::string_view router;  // behind the FFN's name
  ExpertNames experts;
};

constexpr ExpertNames kSeparate{ExpertLayout::kSeparate, "gate_proj", "up_proj", "down_proj"};
constexpr Names kDenseNames{"", "mlp", "", kSeparate};
constexpr std::array kNames = {
    Names{"mixtral", "block_sparse_moe", "gate", {ExpertLayout::kSeparate, "w1", "w3", "w2"}},
    Names{"qwen3_moe", "mlp", "gate", kSeparate},
    Names{"olmoe", "mlp", "gate", kSeparate},
    Names{"granitemoe",
          "block_sparse_moe",
          "router.layer",
          {ExpertLayout::kOutIn, "input_linear.weight", "", "output_linear.weight"}},
    Names{
        "gpt_oss", "mlp", "router", {ExpertLayout::kInOutInterleaved, "experts.gate_up_proj", "", "experts.down_proj"}},
    Names{"llama4_text",
          "feed_forward",
          "router",
          {ExpertLayout::kInOut, "experts.gate_up_proj", "", "experts.down_proj"}},
};

const Names& names_of(const ArchSpec& spec) {
  for (const Names& names : kNames) {
    if (names.family == spec.family) return names;
  }
  return kDenseNames;
}

// The type that matrices of floats become; nothing where they stay.
std::optional<ElementType> target_of(Quantisation quantisation) {
  switch (quantisation) {
    case Quantisation::kAsStored:
      break;
    case Quantisation::kInt8:
      return ElementType::kQ8_0;
    case Quantisation::kInt4Group32:
      return ElementType::kI4G32;
    case Quantisation::kInt4Group128:
      return ElementType::kI4G128;
  }
  return std::nullopt;
}

// Tensors that are no part of the forward pass: tied weights may be stored twice, frequencies were stored by old
// versions of transformers, and what scales the activations and the cache of quantised models is for those who
// quantise these, too.
bool is_idle(std::string_view name, const ArchSpec& spec) {
  constexpr std::array<std::string_view, 5> kEnds = {".rotary_emb.inv_freq", ".input_scale", ".output_scale",
                                                     ".k_scale", ".v_scale"};
  return (spec.tied_output && name == "lm_head.weight") ||
         std::any_of(kEnds.begin(), kEnds.end(), [&](std::string_view end) { return name.ends_with(end); });
}

class Loader {
 public:
  // Without a device, the bytes are only counted.
  Loader(const TensorTable& tensors, const ArchSpec& spec, Ops* ops, Quantisation quantisation)
      // The part of a model of several senses that reads text stands by itself.
      : spec_(spec),
        names_(names_of(spec)),
        placer_(tensors, tensors.find("language_model.model.embed_tokens.weight") != nullptr ? "language_model." : "",
                ops),
        target_(target_of(quantisation)) {}

  Result<LoadedWeights> load() {
    ModelWeights weights;
    TRIPOS_TRY(weights.embedding, placer_.matrix("model.embed_tokens.weight", spec_.vocabulary, spec_.width));
    weights.output = weights.embedding;
    if (!spec_.tied_output) {
      TRIPOS_TRY(weights.output, placer_.matrix("lm_head.weight", spec_.vocabulary, spec_.width));
    }
    TRIPOS_TRY(weights.final_norm, placer_.vector("model.norm.weight", spec_.width));
    for (std::size_t i = 0; i < spec_.layers.size(); ++i) {
      layer_ = fmt::format("model.layers.{}.", i);
      weights.layers.emplace_back();
      TRIPOS_CHECK(load_attention(spec_.layers[i], weights.layers[i]));
      TRIPOS_CHECK(load_ffn(spec_.layers[i], weights.layers[i]));
    }
    TRIPOS_CHECK(placer_.check_all_used([&](std::string_view name) { return is_idle(name, spec_); }));
    return LoadedWeights{std::move(weights), placer_.take_memory()};
  }

  std::size_t placed_bytes() const { return placer_.placed_bytes(); }

 private:
  Result<void> load_attention(const LayerSpec& layer, LayerWeights& weights) {
    const int queries = spec_.heads * spec_.head_width;
    const int keys = spec_.kv_heads * spec_.head_width;
    const std::string at = layer_ + "self_attn.";
    TRIPOS_TRY(weights.attention_norm, placer_.vector(layer_ + "input_layernorm.weight", spec_.width));
    TRIPOS_TRY(weights.query, linear({at + "q_proj"}, queries, spec_.width));
    TRIPOS_TRY(weights.key, linear({at + "k_proj"}, keys, spec_.width));
    TRIPOS_TRY(weights.value, linear({at + "v_proj"}, keys, spec_.width));
    TRIPOS_TRY(weights.output, linear({at + "o_proj"}, spec_.width, queries));
    if (spec_.attention_bias) {
      TRIPOS_TRY(weights.query_bias, placer_.vector(at + "q_proj.bias", queries));
      TRIPOS_TRY(weights.key_bias, placer_.vector(at + "k_proj.bias", keys));
      TRIPOS_TRY(weights.value_bias, placer_.vector(at + "v_proj.bias", keys));
    }
    if (spec_.attention_output_bias) {
      TRIPOS_TRY(weights.output_bias, placer_.vector(at + "o_proj.bias", spec_.width));
    }
    const bool is_full = spec_.qk_norm == QkNorm::kFullBeforeRope;
    if (layer.qk_norm && (is_full || spec_.qk_norm == QkNorm::kHeadBeforeRope)) {
      TRIPOS_TRY(weights.query_norm, placer_.vector(at + "q_norm.weight", is_full ? queries : spec_.head_width));
      TRIPOS_TRY(weights.key_norm, placer_.vector(at + "k_norm.weight", is_full ? keys : spec_.head_width));
    }
    if (spec_.sinks) {
      TRIPOS_TRY(weights.sinks, placer_.vector(at + "sinks", spec_.heads));
    }
    return {};
  }

  Result<void> load_ffn(const LayerSpec& layer, LayerWeights& weights) {
    TRIPOS_TRY(weights.ffn_norm, placer_.vector(layer_ + "post_attention_layernorm.weight", spec_.width));
    const std::string ffn = layer_ + std::string(names_.ffn) + ".";
    if (!layer.moe) {
      TRIPOS_TRY(weights.dense, dense(ffn, layer.dense_width));
      return {};
    }
    const std::string router = ffn + std::string(names_.router);
    TRIPOS_TRY(weights.router, placer_.matrix(router + ".weight", layer.moe->experts, spec_.width));
    if (layer.moe->router_bias) {
      TRIPOS_TRY(weights.router_bias, placer_.vector(router + ".bias", layer.moe->experts));
    }
    if (layer.moe->shared_width > 0) {
      TRIPOS_TRY(weights.shared, dense(ffn + "shared_expert.", layer.moe->shared_width));
    }
    TRIPOS_TRY(weights.experts, experts(ffn, *layer.moe));
    return {};
  }

  // Layers [rows, columns], one below the other.
  Result<Matrix> linear(const std::vector<std::string>& names, int rows, int columns) {
    std::vector<RowSource> sources;
    for (const std::string& name : names) {
      TRIPOS_TRY(sources.emplace_back(), linear_rows(placer_, name, rows, columns));
    }
    return place(std::move(sources), names[0]);
  }

  Result<Matrix> place(std::vector<RowSource> sources, const std::string& name) {
    for (RowSource& source : sources) {
      if (!target_ || format_of(source.type).block_weights != 1) continue;
      const ElementFormat& format = format_of(*target_);
      if (source.columns % format.block_weights != 0) {
        return fail(Error::Kind::kConfig,
                    fmt::format("\"{}\" has {} columns, which are no whole groups of {} as {}", name, source.columns,
                                format.block_weights, format.name),
                    "choose smaller groups, or load the model as it is stored");
      }
      source = quantised(std::move(source), *target_);
    }
    return placer_.place(sources, name);
  }

  Result<FfnWeights> dense(const std::string& at, int width) {
    FfnWeights weights;
    TRIPOS_TRY(weights.gate_up, linear({at + "gate_proj", at + "up_proj"}, width, spec_.width));
    TRIPOS_TRY(weights.down, linear({at + "down_proj"}, spec_.width, width));
    return weights;
  }

  Result<ExpertWeights> experts(const std::string& ffn, const MoeSpec& moe) {
    ExpertWeights weights;
    TRIPOS_TRY(ExpertRows rows, expert_rows(placer_, ffn, names_.experts, moe, spec_.width));
    TRIPOS_TRY(weights.gate_up, place(std::move(rows.gate_up), ffn + "experts"));
    TRIPOS_TRY(weights.down, place(std::move(rows.down), ffn + "experts"));
    if (spec_.expert_bias) {
      TRIPOS_TRY(const ExpertBiases biases, expert_biases(placer_, ffn, names_.experts, moe, spec_.width));
      TRIPOS_TRY(weights.gate_up_bias, placer_.place_floats(biases.gate_up));
      TRIPOS_TRY(weights.down_bias, placer_.place_floats(biases.down));
    }
    return weights;
  }

  const ArchSpec& spec_;
  const Names& names_;
  TensorPlacer placer_;
  std::optional<ElementType> target_;
  std::string layer_;  // "model.layers.3."
};

}  // namespace

Result<LoadedWeights> load_hf_weights(const TensorTable& tensors, const ArchSpec& spec, Ops& ops,
                                      Quantisation quantisation) {
  return Loader(tensors, spec, &ops, quantisation).load();
}

Result<std::size_t> hf_weight_bytes(const TensorTable& tensors, const ArchSpec& spec, Quantisation quantisation) {
  Loader loader(tensors, spec, nullptr, quantisation);
  TRIPOS_CHECK(loader.load());
  return loader.placed_bytes();
}

}  // namespace tripos::moe
