#pragma once
// What the forward pass asks of a device. Two implementations: CPU (ops/cpu) and CUDA (ops/cuda). Every call is
// batch-invariant: what a row becomes depends on that row alone (attention: on its sequence), in one fixed order of
// additions, whatever else is in the call. Pointers in arguments are to the device's memory unless they are spans,
// which are the host's and read before the call returns. Calls may return before they are done; they are done in order,
// and download() waits. What goes wrong on the device is told by the next download(); after that the object is of no
// more use. One thread calls an object at a time.

#include <cstdint>
#include <memory>
#include <span>

#include "backends/moe/arch/spec.h"
#include "backends/moe/ops/tensors.h"
#include "harness/core/result.h"

namespace tripos::moe {

// Where rows stand: row i is token `positions[i]` of the sequence whose pages are `page_tables[sequences[i]]`.
struct Placement {
  std::span<const int> positions;
  std::span<const int> sequences;
  std::span<const std::span<const int>> page_tables;  // page numbers, kPageRows positions each
};

struct Routing {
  std::int32_t* experts;  // [rows, selected], highest logit first, of equal ones the lowest number
  float* gates;           // [rows, selected]
};

class Ops {
 public:
  virtual ~Ops() = default;

  // Memory of the device, freed with the object that is returned. kDevice where there is not enough.
  virtual Result<std::shared_ptr<void>> allocate(std::size_t bytes) = 0;
  virtual void upload(void* to, std::span<const std::byte> from) = 0;
  // Rows as they are stored in files, one behind the other, to the rows of a matrix from `first` on.
  virtual void upload_rows(const Matrix& to, int first, std::span<const std::byte> rows) {
    upload(to.data + static_cast<std::size_t>(first) * to.row_bytes(), rows);
  }
  // kDevice where this call or one before it has failed: `to` is not to be used then.
  virtual Result<void> download(std::span<float> to, const float* from) = 0;

  // out[i] = scale * table[tokens[i]]
  virtual void embed(const Matrix& table, std::span<const int> tokens, float scale, Rows out) = 0;
  // out = in / rms(in) * weight, a group of `group` values at a time; weight of one row or of one group, null for none.
  // `out` may be `in`.
  virtual void rms_norm(Rows in, const float* weight, int group, double epsilon, Rows out) = 0;
  // out = in * transposed(weight) + bias; bias may be null.
  virtual void linear(const Matrix& weight, const float* bias, Rows in, Rows out) = 0;
  // x += scale * y
  virtual void add(Rows x, Rows y, float scale) = 0;
  // Values to at most `limit` in size.
  virtual void clip(Rows x, float limit) = 0;
  // Rotates each head of `x` ([rows, heads * head width]) by its row's position.
  virtual void rope(Rows x, const RopeSpec& rope, std::span<const int> positions) = 0;
  // out[i] = in[rows[i]]
  virtual void gather(Rows in, std::span<const int> rows, Rows out) = 0;
  // Of each row its highest value and the sum of e^(value - highest), which is no number where a value is none: [count,
  // 2].
  virtual void softmax_terms(Rows in, float* terms) = 0;
  // Multiplies each row by its factor.
  virtual void scale_rows(Rows x, std::span<const float> factors) = 0;
  // Keys and values of the rows into their pages.
  virtual void store(Rows keys, Rows values, const Placement& placement, KvPages pages) = 0;
  // out = softmax(scale * q k + mask) v of each row and head over the stored positions of its sequence, its own
  // included. `sinks`: a logit a head that joins the denominator, null for none.
  virtual void attention(Rows queries, const Placement& placement, KvPages pages, const AttentionMask& mask,
                         float scale, const float* sinks, Rows out) = 0;
  // gate_up: [rows, 2 * width], the gates first. out: [rows, width]
  virtual void activate(Rows gate_up, Activation activation, Rows out) = 0;
  // The experts of each row and their gates from its logits.
  virtual void route(Rows logits, const MoeSpec& moe, Routing routing) = 0;
  // out = sum over the chosen experts, in the order of the routing, of gate * ffn(in), or of ffn(gate * in).
  virtual void experts(const ExpertWeights& weights, const MoeSpec& moe, Activation activation, Rows in,
                       Routing routing, Rows out) = 0;
};

}  // namespace tripos::moe
