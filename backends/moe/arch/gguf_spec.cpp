#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "backends/moe/arch/bounds.h"
#include "backends/moe/arch/gguf_model.h"
#include "backends/moe/arch/gguf_settings.h"
#include "backends/moe/arch/rope.h"
#include "backends/moe/io/in_quotes.h"
#include "backends/moe/quant/dequantise.h"

namespace tripos::moe {
namespace {

Result<void> read_sizes(GgufSettings& settings, const TensorTable& tensors, ArchSpec& spec) {
  const TensorView* const embedding = tensors.find("token_embd.weight");
  if (embedding == nullptr || embedding->shape.size() != 2 || embedding->shape[0] > kMaxVocabulary) {
    return fail(Error::Kind::kData, "token_embd.weight is missing, or no matrix of a row for each token");
  }
  spec.vocabulary = static_cast<int>(embedding->shape[0]);
  spec.tied_output = tensors.find("output.weight") == nullptr;
  spec.attention_bias = tensors.find("blk.0.attn_q.bias") != nullptr;
  spec.attention_output_bias = tensors.find("blk.0.attn_output.bias") != nullptr;
  TRIPOS_TRY(spec.width, settings.integer("embedding_length", kMaxWidth));
  TRIPOS_TRY(spec.heads, settings.integer("attention.head_count", kMaxHeads));
  TRIPOS_TRY(spec.kv_heads, settings.integer("attention.head_count_kv", kMaxHeads, spec.heads));
  const int even = std::max(1, spec.width / spec.heads);
  TRIPOS_TRY(spec.head_width, settings.integer("attention.key_length", kMaxWidth, even));
  TRIPOS_TRY(const int value_width, settings.integer("attention.value_length", kMaxWidth, even));
  TRIPOS_TRY(const int rotated, settings.integer("rope.dimension_count", kMaxWidth, spec.head_width));
  TRIPOS_TRY(spec.context, settings.integer("context_length", kMaxContext));
  TRIPOS_TRY(spec.norm_epsilon, settings.number("attention.layer_norm_rms_epsilon"));
  TRIPOS_TRY(const int layers, settings.integer("block_count", kMaxLayers));
  spec.layers.resize(static_cast<std::size_t>(layers));
  spec.attention_scale = 1 / std::sqrt(static_cast<double>(spec.head_width));
  if (spec.heads % spec.kv_heads != 0 || value_width != spec.head_width || rotated != spec.head_width ||
      rotated % 2 != 0 || std::int64_t{spec.heads} * spec.head_width > kMaxWidth) {
    return fail(Error::Kind::kData,
                fmt::format("{} heads of {} values for {} key-value heads of {}, {} of them rotated", spec.heads,
                            spec.head_width, spec.kv_heads, value_width, rotated),
                "the file is damaged, or of a model that the engine does not have");
  }
  return {};
}

Result<RopeScaling> read_scaling(GgufSettings& settings, const ArchSpec& spec) {
  TRIPOS_TRY(const std::string_view type, settings.text("rope.scaling.type", "none"));
  if (type == "none") return RopeScaling();
  if (type != "yarn") {
    return fail(Error::Kind::kConfig, fmt::format("rope scaling {} of a GGUF file is not supported", in_quotes(type)),
                "yarn is, and factors in a tensor rope_freqs.weight");
  }
  YarnScaling yarn;
  TRIPOS_TRY(yarn.factor, settings.number("rope.scaling.factor"));
  TRIPOS_TRY(yarn.beta_fast, settings.number("rope.scaling.yarn_beta_fast", yarn.beta_fast));
  TRIPOS_TRY(yarn.beta_slow, settings.number("rope.scaling.yarn_beta_slow", yarn.beta_slow));
  TRIPOS_TRY(yarn.original_context,
             settings.integer("rope.scaling.original_context_length", kMaxContext, spec.context));
  // There is no key for it. gpt-oss has been trained without (config.json: "truncate": false).
  yarn.truncate = spec.family != "gpt_oss";
  return yarn;
}

// Llama 3.1's scaling comes as a tensor with what each frequency is divided by.
Result<void> divide_frequencies(const TensorTable& tensors, std::vector<double>& frequencies) {
  const TensorView* const tensor = tensors.find("rope_freqs.weight");
  if (tensor == nullptr) return {};
  std::vector<float> factors(frequencies.size());
  if (tensor->shape.size() != 1 || tensor->shape[0] != factors.size()) {
    return fail(Error::Kind::kData, fmt::format("rope_freqs.weight must have {} numbers", factors.size()));
  }
  TRIPOS_CHECK(dequantise(tensor->type, tensor->bytes, factors));
  for (std::size_t i = 0; i < factors.size(); ++i) {
    if (!std::isfinite(factors[i]) || factors[i] <= 0) {
      return fail(Error::Kind::kData, fmt::format("number {} of rope_freqs.weight is {}", i, factors[i]));
    }
    frequencies[i] /= static_cast<double>(factors[i]);
  }
  return {};
}

Result<void> read_rope(GgufSettings& settings, const TensorTable& tensors, RopePairs pairs, ArchSpec& spec) {
  TRIPOS_TRY(const double theta, settings.number("rope.freq_base", 10'000));
  if (!(theta > 1)) return fail(Error::Kind::kData, fmt::format("rope.freq_base is {}, expected more than 1", theta));
  TRIPOS_TRY(const RopeScaling scaling, read_scaling(settings, spec));
  spec.rope = {pairs, rope_frequencies(theta, spec.head_width, scaling), rope_amplitude(scaling)};
  return divide_frequencies(tensors, spec.rope.frequencies);
}

Result<MoeSpec> read_experts(GgufSettings& settings, const ArchSpec& spec, Gate gate) {
  MoeSpec moe;
  TRIPOS_TRY(moe.experts, settings.integer("expert_count", kMaxExperts));
  TRIPOS_TRY(moe.selected, settings.integer("expert_used_count", moe.experts));
  TRIPOS_TRY(const int width, settings.integer("feed_forward_length", kMaxWidth, 0));
  TRIPOS_TRY(moe.width, settings.integer("expert_feed_forward_length", kMaxWidth,
                                         width > 0 ? std::optional(width) : std::nullopt));
  moe.gate = gate;
  if (!experts_are_countable(moe, spec.width)) {
    return fail(Error::Kind::kData, fmt::format("{} experts of {} values are too many", moe.experts, moe.width));
  }
  return moe;
}

Result<void> read_dense(GgufSettings& settings, ArchSpec& spec) {
  TRIPOS_TRY(const int width, settings.integer("feed_forward_length", kMaxWidth));
  for (LayerSpec& layer : spec.layers) layer.dense_width = width;
  return {};
}

Result<void> read_sparse(GgufSettings& settings, Gate gate, ArchSpec& spec) {
  TRIPOS_TRY(const MoeSpec moe, read_experts(settings, spec, gate));
  for (LayerSpec& layer : spec.layers) layer.moe = moe;
  return {};
}

// With experts, it is Mixtral. Zero of them are written, too.
Result<void> read_llama(GgufSettings& settings, ArchSpec& spec) {
  TRIPOS_TRY(const int experts, settings.integer("expert_count", kMaxExperts, 0, 0));
  TRIPOS_CHECK(settings.integer("expert_used_count", kMaxExperts, 0, 0));
  if (experts == 0) return read_dense(settings, spec);
  spec.family = "mixtral";
  return read_sparse(settings, Gate::kSoftmaxSelected, spec);
}

Result<void> read_qwen3(GgufSettings& settings, ArchSpec& spec) {
  spec.qk_norm = QkNorm::kHeadBeforeRope;
  return read_dense(settings, spec);
}

Result<void> read_qwen3_moe(GgufSettings& settings, ArchSpec& spec) {
  spec.qk_norm = QkNorm::kHeadBeforeRope;
  return read_sparse(settings, Gate::kSoftmaxSelected, spec);
}

Result<void> read_olmoe(GgufSettings& settings, ArchSpec& spec) {
  spec.qk_norm = QkNorm::kFullBeforeRope;
  return read_sparse(settings, Gate::kSoftmaxAll, spec);
}

Result<void> read_granite_moe(GgufSettings& settings, ArchSpec& spec) {
  TRIPOS_TRY(spec.embedding_scale, settings.number("embedding_scale", 1));
  TRIPOS_TRY(spec.residual_scale, settings.number("residual_scale", 1));
  TRIPOS_TRY(spec.attention_scale, settings.number("attention.scale", spec.attention_scale));
  TRIPOS_TRY(spec.logits_divisor, settings.number("logit_scale"));
  return read_sparse(settings, Gate::kSoftmaxSelected, spec);
}

Result<void> read_gpt_oss(GgufSettings& settings, ArchSpec& spec) {
  spec.activation = Activation::kClampedSwiglu;
  spec.expert_bias = true;
  spec.sinks = true;
  TRIPOS_TRY(const int window, settings.integer("attention.sliding_window", kMaxContext));
  TRIPOS_CHECK(read_sparse(settings, Gate::kSoftmaxSelected, spec));
  for (std::size_t i = 0; i < spec.layers.size(); ++i) {
    spec.layers[i].moe->router_bias = true;
    if (i % 2 == 0) spec.layers[i].mask = {AttentionMask::Kind::kWindow, window};
  }
  return {};
}

// What config.json says of chunks, temperature and layers without rotation has no keys; llama.cpp has these numbers,
// too, and leaves the norm out where there are as many experts as Maverick has.
Result<void> read_llama4(GgufSettings& settings, ArchSpec& spec) {
  constexpr int kMaverickExperts = 128;
  constexpr std::size_t kRotated = 4;  // one layer in so many is not
  TRIPOS_TRY(MoeSpec moe, read_experts(settings, spec, Gate::kSigmoidOnInput));
  moe.shared_width = moe.width;
  TRIPOS_TRY(const int step, settings.integer("interleave_moe_layer_step", kMaxLayers));
  if (moe.experts != kMaverickExperts) spec.qk_norm = QkNorm::kHeadAfterRopeUnweighted;
  if (step > 1) TRIPOS_CHECK(read_dense(settings, spec));
  for (std::size_t i = 0; i < spec.layers.size(); ++i) {
    LayerSpec& layer = spec.layers[i];
    layer.rope = (i + 1) % kRotated != 0;
    layer.qk_norm = layer.rope;
    if (layer.rope) layer.mask = {AttentionMask::Kind::kChunk, 8192};
    if (!layer.rope) layer.temperature = QueryTemperature{0.1, 8192};
    if ((i + 1) % static_cast<std::size_t>(step) != 0) continue;
    layer.dense_width = 0;
    layer.moe = moe;
  }
  return {};
}

struct Family {
  std::string_view architecture;
  std::string_view name;  // as config.json has it
  RopePairs pairs;        // where they are neighbours, the writer has reordered queries and keys (not so in Llama 4)
  Result<void> (*read)(GgufSettings&, ArchSpec&);
};
constexpr std::array kFamilies = {
    Family{"llama", "llama", RopePairs::kInterleaved, read_llama},
    Family{"qwen3", "qwen3", RopePairs::kHalves, read_qwen3},
    Family{"qwen3moe", "qwen3_moe", RopePairs::kHalves, read_qwen3_moe},
    Family{"olmoe", "olmoe", RopePairs::kHalves, read_olmoe},
    Family{"granitemoe", "granitemoe", RopePairs::kInterleaved, read_granite_moe},
    Family{"gpt-oss", "gpt_oss", RopePairs::kHalves, read_gpt_oss},
    Family{"llama4", "llama4_text", RopePairs::kInterleaved, read_llama4},
};

Result<const Family*> family_of(std::string_view architecture) {
  std::string known;
  for (const Family& family : kFamilies) {
    if (family.architecture == architecture) return &family;
    known += (known.empty() ? "" : ", ") + std::string(family.architecture);
  }
  return fail(Error::Kind::kConfig, fmt::format("GGUF architecture {} is not supported", in_quotes(architecture)),
              "supported: " + known);
}

}  // namespace

Result<ArchSpec> spec_of_gguf(const Gguf& model) {
  TRIPOS_TRY(const auto architecture, model.metadata.get<std::string_view>("general.architecture"));
  TRIPOS_TRY(const Family* const family, family_of(architecture));
  GgufSettings settings(model.metadata, architecture);
  ArchSpec spec;
  spec.family = family->name;
  TRIPOS_CHECK(read_sizes(settings, model.tensors, spec));
  TRIPOS_CHECK(read_rope(settings, model.tensors, family->pairs, spec));
  TRIPOS_CHECK(family->read(settings, spec));
  TRIPOS_CHECK(settings.check_all_read());
  return spec;
}

}  // namespace tripos::moe
