#pragma once
// The one decoder skeleton that all supported models are, and the switches in which they differ. Block:
//   x = E[token] * embedding_scale
//   per layer: x += residual_scale * attention(norm(x)); x += residual_scale * ffn(norm(x)), dense or of experts
//   logits = W norm(x) / logits_divisor

#include <cmath>
#include <optional>
#include <string>
#include <vector>

namespace tripos::moe {

// How a rotary embedding pairs the values of a head: neighbours, or one half with the other.
enum class RopePairs { kInterleaved, kHalves };

struct RopeSpec {
  RopePairs pairs = RopePairs::kHalves;
  // One a pair: the angle that one position adds, in radians, scalings of long contexts included.
  std::vector<double> frequencies;
  double amplitude = 1;  // of sine and cosine, which YaRN raises
};

// RMS norm of queries and keys, each with the same weight for all rows or with none.
enum class QkNorm { kNone, kHeadBeforeRope, kFullBeforeRope, kHeadAfterRopeUnweighted };

struct AttentionMask {
  enum class Kind { kCausal, kWindow, kChunk };
  Kind kind = Kind::kCausal;
  int size = 0;  // positions in a window (itself among them) or a chunk
};

// Queries at position p are multiplied by 1 + scale * ln(1 + floor((p + 1) / floor_scale)).
struct QueryTemperature {
  double scale = 0.1;
  double floor_scale = 8192;
};

enum class Activation {
  kSwiglu,         // silu(gate) * up
  kClampedSwiglu,  // gpt-oss: (up + 1) * gate * sigmoid(1.702 gate), gate at most 7, up within 7 of 0
};

enum class Gate {
  kSoftmaxAll,       // of all experts; those of the chosen ones do not add up to 1
  kSoftmaxSelected,  // of the chosen ones, which is the same renormalised
  kSigmoidOnInput,   // Llama 4: scales what the expert reads
};

struct MoeSpec {
  int experts = 0;
  int selected = 0;      // a token
  int width = 0;         // of an expert
  int shared_width = 0;  // of the expert that all tokens pass; 0 for none
  Gate gate = Gate::kSoftmaxSelected;
  bool router_bias = false;
};

struct LayerSpec {
  bool rope = true;
  AttentionMask mask;
  std::optional<QueryTemperature> temperature;
  bool qk_norm = true;  // where the model has one
  std::optional<MoeSpec> moe;
  int dense_width = 0;  // where there are no experts
};

struct ArchSpec {
  std::string family;  // "llama4", "qwen3_moe", ... as config.json names it
  int vocabulary = 0;
  int width = 0;  // of the residual stream
  int heads = 0;
  int kv_heads = 0;
  int head_width = 0;
  int context = 0;  // positions
  double norm_epsilon = 1e-5;
  Activation activation = Activation::kSwiglu;
  RopeSpec rope;
  QkNorm qk_norm = QkNorm::kNone;
  double attention_scale = 1;   // of the product of query and key
  bool attention_bias = false;  // of query, key and value
  bool attention_output_bias = false;
  bool expert_bias = false;
  bool sinks = false;        // one learned logit a head joins the softmax
  bool tied_output = false;  // the output matrix is the embedding
  double qkv_clip = 0;       // 0: none
  double embedding_scale = 1;
  double residual_scale = 1;
  double logits_divisor = 1;
  std::vector<LayerSpec> layers;
};

}  // namespace tripos::moe
