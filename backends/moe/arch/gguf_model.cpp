#include "backends/moe/arch/gguf_model.h"

#include <fmt/format.h>

#include <cmath>

#include "backends/moe/arch/bounds.h"
#include "backends/moe/arch/rope.h"

namespace tripos::moe {
namespace {

// Keys of one architecture: "llama.block_count".
class Settings {
 public:
  Settings(const GgufMetadata& metadata, std::string architecture)
      : metadata_(metadata), architecture_(std::move(architecture)) {}

  Result<int> integer(std::string_view name, int highest, std::optional<int> otherwise = std::nullopt) const {
    const std::string key = fmt::format("{}.{}", architecture_, name);
    TRIPOS_TRY(const auto found, metadata_.find<std::int64_t>(key));
    if (!found && otherwise) return *otherwise;
    TRIPOS_TRY(const std::int64_t value, metadata_.get<std::int64_t>(key));
    if (value < 1 || value > highest) {
      return fail(Error::Kind::kData, fmt::format("{} is {}, expected 1 to {}", key, value, highest));
    }
    return static_cast<int>(value);
  }

  Result<double> number(std::string_view name, double otherwise) const {
    TRIPOS_TRY(const auto found, metadata_.find<float>(fmt::format("{}.{}", architecture_, name)));
    return found ? static_cast<double>(*found) : otherwise;
  }

  Result<std::string> text(std::string_view name, std::string_view otherwise) const {
    TRIPOS_TRY(const auto found, metadata_.find<std::string_view>(fmt::format("{}.{}", architecture_, name)));
    return std::string(found.value_or(otherwise));
  }

 private:
  const GgufMetadata& metadata_;
  std::string architecture_;
};

Result<void> check_supported(const Settings& settings, const std::string& architecture) {
  TRIPOS_TRY(const int experts, settings.integer("expert_count", kMaxExperts, 0));
  TRIPOS_TRY(const std::string scaling, settings.text("rope.scaling.type", "none"));
  if (architecture != "llama" || experts > 0) {
    return fail(
        Error::Kind::kConfig,
        fmt::format("GGUF architecture \"{}\"{} is not supported", architecture, experts > 0 ? " with experts" : ""),
        "supported: llama without experts");
  }
  if (scaling != "none") {
    return fail(Error::Kind::kConfig, fmt::format("rope scaling \"{}\" of a GGUF file is not supported", scaling));
  }
  return {};
}

}  // namespace

Result<ArchSpec> spec_of_gguf(const Gguf& model) {
  TRIPOS_TRY(const auto architecture, model.metadata.get<std::string_view>("general.architecture"));
  const Settings settings(model.metadata, std::string(architecture));
  TRIPOS_CHECK(check_supported(settings, std::string(architecture)));
  const TensorView* const embedding = model.tensors.find("token_embd.weight");
  if (embedding == nullptr || embedding->shape.size() != 2 || embedding->shape[0] > kMaxVocabulary) {
    return fail(Error::Kind::kData, "token_embd.weight is missing, or no matrix of a row for each token");
  }
  ArchSpec spec;
  spec.family = architecture;
  spec.vocabulary = static_cast<int>(embedding->shape[0]);
  spec.tied_output = model.tensors.find("output.weight") == nullptr;
  TRIPOS_TRY(spec.width, settings.integer("embedding_length", kMaxWidth));
  TRIPOS_TRY(spec.heads, settings.integer("attention.head_count", kMaxHeads));
  TRIPOS_TRY(spec.kv_heads, settings.integer("attention.head_count_kv", kMaxHeads, spec.heads));
  TRIPOS_TRY(spec.head_width,
             settings.integer("attention.key_length", kMaxWidth, std::max(1, spec.width / spec.heads)));
  TRIPOS_TRY(spec.context, settings.integer("context_length", kMaxContext));
  TRIPOS_TRY(spec.norm_epsilon, settings.number("attention.layer_norm_rms_epsilon", 1e-5));
  TRIPOS_TRY(const double theta, settings.number("rope.freq_base", 10'000));
  TRIPOS_TRY(const int rotated, settings.integer("rope.dimension_count", kMaxWidth, spec.head_width));
  TRIPOS_TRY(const int layers, settings.integer("block_count", kMaxLayers));
  TRIPOS_TRY(const int width, settings.integer("feed_forward_length", kMaxWidth));
  if (spec.heads % spec.kv_heads != 0 || rotated != spec.head_width || rotated % 2 != 0 || !(theta > 1) ||
      static_cast<std::int64_t>(spec.heads) * spec.head_width > kMaxWidth) {
    return fail(Error::Kind::kData,
                fmt::format("{} heads of {} values for {} key-value heads, {} of them rotated by {}", spec.heads,
                            spec.head_width, spec.kv_heads, rotated, theta),
                "the file is damaged, or of a model that the engine does not have");
  }
  spec.attention_scale = 1 / std::sqrt(static_cast<double>(spec.head_width));
  // Queries and keys of this architecture are stored in an order in which neighbours are pairs.
  spec.rope = {RopePairs::kInterleaved, rope_frequencies(theta, spec.head_width, {}), 1};
  spec.layers.assign(static_cast<std::size_t>(layers), LayerSpec{.dense_width = width});
  return spec;
}

Result<LoadedWeights> load_gguf_weights(const TensorTable& tensors, const ArchSpec& spec, Ops& ops) {
  TensorPlacer placer(tensors, "", ops);
  ModelWeights weights;
  const int queries = spec.heads * spec.head_width;
  const int keys = spec.kv_heads * spec.head_width;
  TRIPOS_TRY(weights.embedding, placer.matrix({"token_embd.weight"}, spec.vocabulary, spec.width));
  weights.output = weights.embedding;
  if (!spec.tied_output) {
    TRIPOS_TRY(weights.output, placer.matrix({"output.weight"}, spec.vocabulary, spec.width));
  }
  TRIPOS_TRY(weights.final_norm, placer.vector("output_norm.weight", spec.width));
  for (std::size_t i = 0; i < spec.layers.size(); ++i) {
    const std::string at = fmt::format("blk.{}.", i);
    const int width = spec.layers[i].dense_width;
    LayerWeights layer;
    TRIPOS_TRY(layer.attention_norm, placer.vector(at + "attn_norm.weight", spec.width));
    TRIPOS_TRY(layer.query, placer.matrix({at + "attn_q.weight"}, queries, spec.width));
    TRIPOS_TRY(layer.key, placer.matrix({at + "attn_k.weight"}, keys, spec.width));
    TRIPOS_TRY(layer.value, placer.matrix({at + "attn_v.weight"}, keys, spec.width));
    TRIPOS_TRY(layer.output, placer.matrix({at + "attn_output.weight"}, spec.width, queries));
    TRIPOS_TRY(layer.ffn_norm, placer.vector(at + "ffn_norm.weight", spec.width));
    TRIPOS_TRY(layer.dense.gate_up, placer.matrix({at + "ffn_gate.weight", at + "ffn_up.weight"}, width, spec.width));
    TRIPOS_TRY(layer.dense.down, placer.matrix({at + "ffn_down.weight"}, spec.width, width));
    weights.layers.push_back(layer);
  }
  return LoadedWeights{std::move(weights), placer.take_memory()};
}

}  // namespace tripos::moe
