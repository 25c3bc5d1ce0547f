#include "backends/moe/arch/forward.h"

#include <algorithm>
#include <cmath>

namespace tripos::moe {
namespace {

int query_width(const ArchSpec& spec) { return spec.heads * spec.head_width; }
int kv_width(const ArchSpec& spec) { return spec.kv_heads * spec.head_width; }

// Of the factor of each position; see QueryTemperature.
std::vector<float> temperatures(const QueryTemperature& temperature, std::span<const int> positions) {
  std::vector<float> factors;
  for (const int position : positions) {
    const double steps = std::floor((position + 1) / temperature.floor_scale);
    factors.push_back(static_cast<float>(1 + temperature.scale * std::log1p(steps)));
  }
  return factors;
}

struct Widest {
  int inner = 0;  // of an FFN, in values after the activation
  int experts = 0;
  int selected = 0;
};

Widest widest(const ArchSpec& spec) {
  Widest widest;
  for (const LayerSpec& layer : spec.layers) {
    widest.inner = std::max(widest.inner, layer.dense_width);
    if (!layer.moe) continue;
    widest.inner = std::max(widest.inner, layer.moe->shared_width);
    widest.experts = std::max(widest.experts, layer.moe->experts);
    widest.selected = std::max(widest.selected, layer.moe->selected);
  }
  return widest;
}

// Of the keys of one layer, or of its values.
std::size_t part_bytes(const ArchSpec& spec, int pages) {
  return sizeof(float) * static_cast<std::size_t>(pages) * kPageRows * static_cast<std::size_t>(kv_width(spec));
}

struct Part {
  float* Scratch::*place;
  int rows;
  int width;

  std::size_t bytes() const { return sizeof(float) * static_cast<std::size_t>(rows) * static_cast<std::size_t>(width); }
};

std::vector<Part> parts(const ArchSpec& spec, int rows, int wanted) {
  const auto [inner, experts, selected] = widest(spec);
  return {{&Scratch::residual, rows, spec.width},
          {&Scratch::normed, rows, spec.width},
          {&Scratch::query, rows, query_width(spec)},
          {&Scratch::key, rows, kv_width(spec)},
          {&Scratch::value, rows, kv_width(spec)},
          {&Scratch::mixed, rows, std::max(query_width(spec), spec.width)},
          {&Scratch::inner, rows, 2 * inner},
          {&Scratch::active, rows, std::max(inner, spec.width)},
          {&Scratch::router, rows, experts},
          {&Scratch::gates, rows, selected},
          {&Scratch::experts, rows, selected},
          {&Scratch::logits, wanted, spec.vocabulary},
          {&Scratch::terms, wanted, 2}};
}

}  // namespace

std::uint64_t cache_bytes(const ArchSpec& spec, int pages) { return 2 * spec.layers.size() * part_bytes(spec, pages); }

Result<KvCache> KvCache::make(Ops& ops, const ArchSpec& spec, int pages) {
  KvCache cache;
  const int width = kv_width(spec);
  const std::size_t bytes = part_bytes(spec, pages);
  for (std::size_t i = 0; i < spec.layers.size(); ++i) {
    TRIPOS_TRY(const auto keys, ops.allocate(bytes));
    TRIPOS_TRY(const auto values, ops.allocate(bytes));
    cache.layers_.push_back(
        {static_cast<float*>(keys.get()), static_cast<float*>(values.get()), width, spec.head_width});
    cache.memory_.insert(cache.memory_.end(), {keys, values});
  }
  return cache;
}

std::uint64_t scratch_bytes(const ArchSpec& spec, int max_rows, int max_wanted) {
  std::uint64_t bytes = 0;
  for (const Part& part : parts(spec, max_rows, max_wanted)) bytes += part.bytes();
  return bytes;
}

Result<Forward> Forward::make(Ops& ops, const ArchSpec& spec, const ModelWeights& weights, int max_rows,
                              int max_wanted) {
  Forward forward(ops, spec, weights);
  for (const Part& part : parts(spec, max_rows, max_wanted)) {
    TRIPOS_TRY(auto memory, ops.allocate(part.bytes()));
    forward.scratch_.*part.place = static_cast<float*>(memory.get());
    forward.memory_.push_back(std::move(memory));
  }
  return forward;
}

void Forward::clip(Rows rows) {
  if (spec_->qkv_clip > 0) ops_->clip(rows, static_cast<float>(spec_->qkv_clip));
}

void Forward::rotate(const LayerSpec& layer, Rows rows, const float* norm, std::span<const int> positions) {
  const int group = spec_->qk_norm == QkNorm::kFullBeforeRope ? rows.width : spec_->head_width;
  const bool after = spec_->qk_norm == QkNorm::kHeadAfterRopeUnweighted;
  const bool has_norm = spec_->qk_norm != QkNorm::kNone && layer.qk_norm;
  if (has_norm && !after) ops_->rms_norm(rows, norm, group, spec_->norm_epsilon, rows);
  clip(rows);
  if (layer.rope) ops_->rope(rows, spec_->rope, positions);
  if (has_norm && after) ops_->rms_norm(rows, nullptr, group, spec_->norm_epsilon, rows);
}

void Forward::attend(std::size_t index, int rows, const Placement& placement, KvPages pages) {
  const LayerSpec& layer = spec_->layers[index];
  const LayerWeights& weights = weights_.layers[index];
  const Rows residual{scratch_.residual, rows, spec_->width};
  const Rows normed{scratch_.normed, rows, spec_->width};
  const Rows query{scratch_.query, rows, query_width(*spec_)};
  const Rows key{scratch_.key, rows, kv_width(*spec_)};
  const Rows value{scratch_.value, rows, kv_width(*spec_)};
  const Rows mixed{scratch_.mixed, rows, query_width(*spec_)};
  ops_->rms_norm(residual, weights.attention_norm, spec_->width, spec_->norm_epsilon, normed);
  ops_->linear(weights.query, weights.query_bias, normed, query);
  ops_->linear(weights.key, weights.key_bias, normed, key);
  ops_->linear(weights.value, weights.value_bias, normed, value);
  clip(value);
  rotate(layer, query, weights.query_norm, placement.positions);
  rotate(layer, key, weights.key_norm, placement.positions);
  if (layer.temperature) ops_->scale_rows(query, temperatures(*layer.temperature, placement.positions));
  ops_->store(key, value, placement, pages);
  ops_->attention(query, placement, pages, layer.mask, static_cast<float>(spec_->attention_scale), weights.sinks,
                  mixed);
  ops_->linear(weights.output, weights.output_bias, mixed, normed);
  ops_->add(residual, normed, static_cast<float>(spec_->residual_scale));
}

void Forward::feed_dense(const FfnWeights& weights, int width, Rows in, Rows out) {
  const Rows inner{scratch_.inner, in.count, 2 * width};
  const Rows active{scratch_.active, in.count, width};
  ops_->linear(weights.gate_up, nullptr, in, inner);
  ops_->activate(inner, spec_->activation, active);
  ops_->linear(weights.down, nullptr, active, out);
}

void Forward::feed(std::size_t index, int rows) {
  const LayerSpec& layer = spec_->layers[index];
  const LayerWeights& weights = weights_.layers[index];
  const Rows residual{scratch_.residual, rows, spec_->width};
  const Rows normed{scratch_.normed, rows, spec_->width};
  const Rows out{scratch_.mixed, rows, spec_->width};
  const auto scale = static_cast<float>(spec_->residual_scale);
  ops_->rms_norm(residual, weights.ffn_norm, spec_->width, spec_->norm_epsilon, normed);
  if (!layer.moe) {
    feed_dense(weights.dense, layer.dense_width, normed, out);
    return ops_->add(residual, out, scale);
  }
  const Rows logits{scratch_.router, rows, layer.moe->experts};
  const Routing routing{reinterpret_cast<std::int32_t*>(scratch_.experts), scratch_.gates};
  ops_->linear(weights.router, weights.router_bias, normed, logits);
  ops_->route(logits, *layer.moe, routing);
  ops_->experts(weights.experts, *layer.moe, spec_->activation, normed, routing, out);
  ops_->add(residual, out, scale);
  if (layer.moe->shared_width == 0) return;
  feed_dense(weights.shared, layer.moe->shared_width, normed, out);
  ops_->add(residual, out, scale);
}

Result<Logits> Forward::run(std::span<const int> tokens, const Placement& placement, const KvCache& cache,
                            std::span<const int> wanted) {
  const int rows = static_cast<int>(tokens.size());
  const int count = static_cast<int>(wanted.size());
  const Rows residual{scratch_.residual, rows, spec_->width};
  ops_->embed(weights_.embedding, tokens, static_cast<float>(spec_->embedding_scale), residual);
  for (std::size_t layer = 0; layer < spec_->layers.size(); ++layer) {
    attend(layer, rows, placement, cache.layer(layer));
    feed(layer, rows);
  }
  if (wanted.empty()) return Logits();
  const Rows last{scratch_.mixed, count, spec_->width};
  const Rows normed{scratch_.normed, count, spec_->width};
  const Rows logits{scratch_.logits, count, spec_->vocabulary};
  ops_->gather(residual, wanted, last);
  ops_->rms_norm(last, weights_.final_norm, spec_->width, spec_->norm_epsilon, normed);
  ops_->linear(weights_.output, nullptr, normed, logits);
  if (spec_->logits_divisor != 1) {
    ops_->scale_rows(logits, std::vector<float>(wanted.size(), static_cast<float>(1 / spec_->logits_divisor)));
  }
  ops_->softmax_terms(logits, scratch_.terms);
  Logits result{std::vector<float>(wanted.size() * static_cast<std::size_t>(spec_->vocabulary)),
                std::vector<float>(wanted.size() * 2)};
  TRIPOS_CHECK(ops_->download(result.values, logits.data));
  TRIPOS_CHECK(ops_->download(result.terms, scratch_.terms));
  if (!std::all_of(result.terms.begin(), result.terms.end(), [](float term) { return std::isfinite(term); })) {
    return fail(Error::Kind::kData, "the model computed a logit that is no finite number",
                "are its weights whole, and of the family that it says?");
  }
  return result;
}

}  // namespace tripos::moe
