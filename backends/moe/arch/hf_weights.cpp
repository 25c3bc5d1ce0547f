#include "backends/moe/arch/hf_weights.h"

#include <fmt/format.h>

#include <array>
#include <cstring>

namespace tripos::moe {
namespace {

// How a family lays out its experts.
enum class ExpertLayout {
  kSeparate,          // a tensor an expert and projection: [out, in]
  kOutIn,             // all experts in one tensor: [experts, out, in]
  kInOut,             // the same, transposed: [experts, in, out]
  kInOutInterleaved,  // and gates and ups in turn
};

// What the tensors of a layer are called, behind "model.layers.N.".
struct Names {
  std::string_view family;
  std::string_view ffn;     // "mlp"
  std::string_view router;  // behind the FFN's name
  ExpertLayout layout;
  std::array<std::string_view, 3> experts;  // gate, up, down; where both are in one, up is empty
};

constexpr Names kDenseNames{"", "mlp", "", ExpertLayout::kSeparate, {}};
constexpr std::array kNames = {
    Names{"mixtral", "block_sparse_moe", "gate", ExpertLayout::kSeparate, {"w1.weight", "w3.weight", "w2.weight"}},
    Names{"qwen3_moe",
          "mlp",
          "gate",
          ExpertLayout::kSeparate,
          {"gate_proj.weight", "up_proj.weight", "down_proj.weight"}},
    Names{"olmoe", "mlp", "gate", ExpertLayout::kSeparate, {"gate_proj.weight", "up_proj.weight", "down_proj.weight"}},
    Names{"granitemoe",
          "block_sparse_moe",
          "router.layer",
          ExpertLayout::kOutIn,
          {"input_linear.weight", "", "output_linear.weight"}},
    Names{
        "gpt_oss", "mlp", "router", ExpertLayout::kInOutInterleaved, {"experts.gate_up_proj", "", "experts.down_proj"}},
    Names{"llama4_text",
          "feed_forward",
          "router",
          ExpertLayout::kInOut,
          {"experts.gate_up_proj", "", "experts.down_proj"}},
};

const Names& names_of(const ArchSpec& spec) {
  for (const Names& names : kNames) {
    if (names.family == spec.family) return names;
  }
  return kDenseNames;
}

class Loader {
 public:
  Loader(const TensorTable& tensors, const ArchSpec& spec, Ops& ops)
      // The part of a model of several senses that reads text stands by itself.
      : spec_(spec),
        names_(names_of(spec)),
        placer_(tensors, tensors.find("language_model.model.embed_tokens.weight") != nullptr ? "language_model." : "",
                ops) {}

  Result<LoadedWeights> load() {
    ModelWeights weights;
    TRIPOS_TRY(weights.embedding, placer_.matrix({"model.embed_tokens.weight"}, spec_.vocabulary, spec_.width));
    weights.output = weights.embedding;
    if (!spec_.tied_output) {
      TRIPOS_TRY(weights.output, placer_.matrix({"lm_head.weight"}, spec_.vocabulary, spec_.width));
    }
    TRIPOS_TRY(weights.final_norm, placer_.vector("model.norm.weight", spec_.width));
    for (std::size_t i = 0; i < spec_.layers.size(); ++i) {
      layer_ = fmt::format("model.layers.{}.", i);
      weights.layers.emplace_back();
      TRIPOS_CHECK(load_attention(spec_.layers[i], weights.layers[i]));
      TRIPOS_CHECK(load_ffn(spec_.layers[i], weights.layers[i]));
    }
    TRIPOS_CHECK(placer_.check_all_used([&](std::string_view name) {
      // Tied weights may be stored twice; frequencies were stored by old versions of transformers.
      return (spec_.tied_output && name == "lm_head.weight") || name.ends_with(".rotary_emb.inv_freq");
    }));
    return LoadedWeights{std::move(weights), placer_.take_memory()};
  }

 private:
  Result<void> load_attention(const LayerSpec& layer, LayerWeights& weights) {
    const int queries = spec_.heads * spec_.head_width;
    const int keys = spec_.kv_heads * spec_.head_width;
    const std::string at = layer_ + "self_attn.";
    TRIPOS_TRY(weights.attention_norm, placer_.vector(layer_ + "input_layernorm.weight", spec_.width));
    TRIPOS_TRY(weights.query, placer_.matrix({at + "q_proj.weight"}, queries, spec_.width));
    TRIPOS_TRY(weights.key, placer_.matrix({at + "k_proj.weight"}, keys, spec_.width));
    TRIPOS_TRY(weights.value, placer_.matrix({at + "v_proj.weight"}, keys, spec_.width));
    TRIPOS_TRY(weights.output, placer_.matrix({at + "o_proj.weight"}, spec_.width, queries));
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
    TRIPOS_TRY(weights.router, placer_.matrix({router + ".weight"}, layer.moe->experts, spec_.width));
    if (layer.moe->router_bias) {
      TRIPOS_TRY(weights.router_bias, placer_.vector(router + ".bias", layer.moe->experts));
    }
    if (layer.moe->shared_width > 0) {
      TRIPOS_TRY(weights.shared, dense(ffn + "shared_expert.", layer.moe->shared_width));
    }
    TRIPOS_TRY(weights.experts, experts(ffn, *layer.moe));
    return {};
  }

  Result<FfnWeights> dense(const std::string& at, int width) {
    FfnWeights weights;
    TRIPOS_TRY(weights.gate_up, placer_.matrix({at + "gate_proj.weight", at + "up_proj.weight"}, width, spec_.width));
    TRIPOS_TRY(weights.down, placer_.matrix({at + "down_proj.weight"}, spec_.width, width));
    return weights;
  }

  Result<ExpertWeights> experts(const std::string& ffn, const MoeSpec& moe) {
    ExpertWeights weights;
    const auto [gate, up, down] = names_.experts;
    if (names_.layout == ExpertLayout::kSeparate) {
      std::vector<std::string> gate_ups;
      std::vector<std::string> downs;
      for (int expert = 0; expert < moe.experts; ++expert) {
        const std::string at = fmt::format("{}experts.{}.", ffn, expert);
        gate_ups.insert(gate_ups.end(), {at + std::string(gate), at + std::string(up)});
        downs.push_back(at + std::string(down));
      }
      TRIPOS_TRY(weights.gate_up, placer_.matrix(gate_ups, moe.width, spec_.width));
      TRIPOS_TRY(weights.down, placer_.matrix(downs, spec_.width, moe.width));
      return weights;
    }
    const std::string gate_up_name = ffn + std::string(gate);
    const std::string down_name = ffn + std::string(down);
    TRIPOS_TRY(weights.gate_up, fused(gate_up_name, moe.experts, 2 * moe.width, spec_.width, true));
    TRIPOS_TRY(weights.down, fused(down_name, moe.experts, spec_.width, moe.width, false));
    if (spec_.expert_bias) {
      TRIPOS_TRY(weights.gate_up_bias, expert_bias(gate_up_name + "_bias", moe.experts, 2 * moe.width, true));
      TRIPOS_TRY(weights.down_bias, expert_bias(down_name + "_bias", moe.experts, spec_.width, false));
    }
    return weights;
  }

  // Where row `row` of an expert's matrix stands in the file: gates and ups may take turns.
  std::size_t source_row(std::size_t row, std::size_t rows, bool has_gates) const {
    if (!has_gates || names_.layout != ExpertLayout::kInOutInterleaved) return row;
    return row < rows / 2 ? 2 * row : 2 * (row - rows / 2) + 1;
  }

  // All experts of a layer in one tensor, as [experts * rows, columns].
  Result<Matrix> fused(const std::string& name, int expert_count, int row_count, int column_count, bool has_gates) {
    const auto experts = static_cast<std::size_t>(expert_count);
    const auto rows = static_cast<std::size_t>(row_count);
    const auto columns = static_cast<std::size_t>(column_count);
    if (names_.layout == ExpertLayout::kOutIn) {
      return placer_.expert_matrix({name}, expert_count, row_count, column_count);
    }
    TRIPOS_TRY(const TensorView* const source, placer_.tensor(name, {experts, columns, rows}));
    const ElementFormat& format = format_of(source->type);
    if (format.block_weights != 1) {
      return fail(Error::Kind::kData, fmt::format("tensor \"{}\" is {} and cannot be transposed", name, format.name));
    }
    const std::size_t size = format.block_bytes;
    std::vector<std::byte> turned(source->bytes.size());
    for (std::size_t expert = 0; expert < experts; ++expert) {
      const std::size_t base = expert * rows * columns;
      for (std::size_t row = 0; row < rows; ++row) {
        const std::size_t from = base + source_row(row, rows, has_gates);
        for (std::size_t column = 0; column < columns; ++column) {
          std::memcpy(&turned[(base + row * columns + column) * size], &source->bytes[(from + column * rows) * size],
                      size);
        }
      }
    }
    TRIPOS_TRY(const std::byte* const data, placer_.place(turned));
    return Matrix{data, source->type, expert_count * row_count, column_count};
  }

  Result<const float*> expert_bias(const std::string& name, int experts, int row_count, bool has_gates) {
    const auto rows = static_cast<std::size_t>(row_count);
    TRIPOS_TRY(const std::vector<float> source, placer_.floats(name, {static_cast<std::uint64_t>(experts), rows}));
    std::vector<float> turned(source.size());
    for (std::size_t i = 0; i < source.size(); ++i)
      turned[i] = source[i / rows * rows + source_row(i % rows, rows, has_gates)];
    return placer_.place_floats(turned);
  }

  const ArchSpec& spec_;
  const Names& names_;
  TensorPlacer placer_;
  std::string layer_;  // "model.layers.3."
};

}  // namespace

Result<LoadedWeights> load_hf_weights(const TensorTable& tensors, const ArchSpec& spec, Ops& ops) {
  return Loader(tensors, spec, ops).load();
}

}  // namespace tripos::moe
