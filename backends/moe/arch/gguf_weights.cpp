#include <fmt/format.h>

#include "backends/moe/arch/gguf_model.h"

namespace tripos::moe {
namespace {

class Loader {
 public:
  // Without a device, the bytes are only counted.
  Loader(const TensorTable& tensors, const ArchSpec& spec, Ops* ops) : spec_(spec), placer_(tensors, "", ops) {}

  Result<LoadedWeights> load() {
    ModelWeights weights;
    TRIPOS_TRY(weights.embedding, placer_.matrix("token_embd.weight", spec_.vocabulary, spec_.width));
    weights.output = weights.embedding;
    if (!spec_.tied_output) {
      TRIPOS_TRY(weights.output, placer_.matrix("output.weight", spec_.vocabulary, spec_.width));
    }
    TRIPOS_TRY(weights.final_norm, placer_.vector("output_norm.weight", spec_.width));
    for (std::size_t i = 0; i < spec_.layers.size(); ++i) {
      layer_ = fmt::format("blk.{}.", i);
      weights.layers.emplace_back();
      TRIPOS_CHECK(load_attention(spec_.layers[i], weights.layers[i]));
      TRIPOS_CHECK(load_ffn(spec_.layers[i], weights.layers[i]));
    }
    // The factors of the frequencies are in the spec.
    TRIPOS_CHECK(placer_.check_all_used([](std::string_view name) { return name == "rope_freqs.weight"; }));
    return LoadedWeights{std::move(weights), placer_.take_memory()};
  }

  std::size_t placed_bytes() const { return placer_.placed_bytes(); }

 private:
  Result<void> load_attention(const LayerSpec& layer, LayerWeights& weights) {
    const int queries = spec_.heads * spec_.head_width;
    const int keys = spec_.kv_heads * spec_.head_width;
    const std::string at = layer_ + "attn_";
    TRIPOS_TRY(weights.attention_norm, placer_.vector(at + "norm.weight", spec_.width));
    TRIPOS_TRY(weights.query, placer_.matrix(at + "q.weight", queries, spec_.width));
    TRIPOS_TRY(weights.key, placer_.matrix(at + "k.weight", keys, spec_.width));
    TRIPOS_TRY(weights.value, placer_.matrix(at + "v.weight", keys, spec_.width));
    TRIPOS_TRY(weights.output, placer_.matrix(at + "output.weight", spec_.width, queries));
    if (spec_.attention_bias) {
      TRIPOS_TRY(weights.query_bias, placer_.vector(at + "q.bias", queries));
      TRIPOS_TRY(weights.key_bias, placer_.vector(at + "k.bias", keys));
      TRIPOS_TRY(weights.value_bias, placer_.vector(at + "v.bias", keys));
    }
    if (spec_.attention_output_bias) {
      TRIPOS_TRY(weights.output_bias, placer_.vector(at + "output.bias", spec_.width));
    }
    const bool is_full = spec_.qk_norm == QkNorm::kFullBeforeRope;
    if (layer.qk_norm && (is_full || spec_.qk_norm == QkNorm::kHeadBeforeRope)) {
      TRIPOS_TRY(weights.query_norm, placer_.vector(at + "q_norm.weight", is_full ? queries : spec_.head_width));
      TRIPOS_TRY(weights.key_norm, placer_.vector(at + "k_norm.weight", is_full ? keys : spec_.head_width));
    }
    if (spec_.sinks) {
      TRIPOS_TRY(weights.sinks, placer_.vector(at + "sinks.weight", spec_.heads));
    }
    return {};
  }

  Result<void> load_ffn(const LayerSpec& layer, LayerWeights& weights) {
    const char* const norm = spec_.family == "gpt_oss" ? "post_attention_norm.weight" : "ffn_norm.weight";
    TRIPOS_TRY(weights.ffn_norm, placer_.vector(layer_ + norm, spec_.width));
    if (!layer.moe) {
      TRIPOS_TRY(weights.dense, dense("", layer.dense_width));
      return {};
    }
    TRIPOS_TRY(weights.router, placer_.matrix(layer_ + "ffn_gate_inp.weight", layer.moe->experts, spec_.width));
    if (layer.moe->router_bias) {
      TRIPOS_TRY(weights.router_bias, placer_.vector(layer_ + "ffn_gate_inp.bias", layer.moe->experts));
    }
    if (layer.moe->shared_width > 0) {
      TRIPOS_TRY(weights.shared, dense("_shexp", layer.moe->shared_width));
    }
    TRIPOS_TRY(weights.experts, experts(*layer.moe));
    return {};
  }

  Result<FfnWeights> dense(const std::string& kind, int width) {
    FfnWeights weights;
    const std::string at = layer_ + "ffn_";
    const std::string end = kind + ".weight";
    const Shape shape = {static_cast<std::uint64_t>(width), static_cast<std::uint64_t>(spec_.width)};
    TRIPOS_TRY(weights.gate_up, joined({at + "gate" + end, at + "up" + end}, shape, 1));
    TRIPOS_TRY(weights.down, placer_.matrix(at + "down" + end, spec_.width, width));
    return weights;
  }

  // Tensors of one shape, cut into so many groups of rows: those of all tensors take turns.
  Result<Matrix> joined(const std::vector<std::string>& names, const Shape& shape, std::size_t groups) {
    std::vector<RowSource> tensors;
    for (const std::string& name : names) {
      TRIPOS_TRY(const TensorView* const tensor, placer_.tensor(name, shape));
      tensors.push_back(rows_of(*tensor));
    }
    std::vector<RowSource> parts;
    for (std::size_t group = 0; group < groups; ++group) {
      for (const RowSource& tensor : tensors) {
        parts.push_back(slice(tensor, group * tensor.rows / groups, tensor.rows / groups));
      }
    }
    return placer_.place(parts, names[0]);
  }

  // The same of tensors [experts, size].
  Result<const float*> joined_bias(const std::vector<std::string>& names, int experts, int size) {
    const Shape shape = {static_cast<std::uint64_t>(experts), static_cast<std::uint64_t>(size)};
    std::vector<std::vector<float>> tensors;
    for (const std::string& name : names) {
      TRIPOS_TRY(tensors.emplace_back(), placer_.floats(name, shape));
    }
    std::vector<float> parts;
    for (std::size_t at = 0; at < tensors[0].size(); at += shape[1]) {
      for (const auto& tensor : tensors) parts.insert(parts.end(), &tensor[at], &tensor[at] + shape[1]);
    }
    return placer_.place_floats(parts);
  }

  Result<ExpertWeights> experts(const MoeSpec& moe) {
    ExpertWeights weights;
    const auto count = static_cast<std::uint64_t>(moe.experts);
    const auto inner = static_cast<std::uint64_t>(moe.width);
    const auto outer = static_cast<std::uint64_t>(spec_.width);
    const std::string gate = layer_ + "ffn_gate_exps.";
    const std::string up = layer_ + "ffn_up_exps.";
    const std::string down = layer_ + "ffn_down_exps.";
    TRIPOS_TRY(weights.gate_up, joined({gate + "weight", up + "weight"}, {count, inner, outer}, count));
    TRIPOS_TRY(weights.down, joined({down + "weight"}, {count, outer, inner}, 1));
    if (spec_.expert_bias) {
      TRIPOS_TRY(weights.gate_up_bias, joined_bias({gate + "bias", up + "bias"}, moe.experts, moe.width));
      TRIPOS_TRY(weights.down_bias, joined_bias({down + "bias"}, moe.experts, spec_.width));
    }
    return weights;
  }

  const ArchSpec& spec_;
  TensorPlacer placer_;
  std::string layer_;  // "blk.3."
};

}  // namespace

Result<LoadedWeights> load_gguf_weights(const TensorTable& tensors, const ArchSpec& spec, Ops& ops) {
  return Loader(tensors, spec, &ops).load();
}

Result<std::size_t> gguf_weight_bytes(const TensorTable& tensors, const ArchSpec& spec) {
  Loader loader(tensors, spec, nullptr);
  TRIPOS_CHECK(loader.load());
  return loader.placed_bytes();
}

}  // namespace tripos::moe
