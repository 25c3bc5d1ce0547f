#pragma once
// The kernels of the CUDA operations, as functions that put them into a queue. What they compute is said in ops/ops.h;
// pointers are to the device's memory. C++17 and plain arguments: read by both compilers.

#include <cstdint>

#include "backends/moe/arch/spec.h"
#include "backends/moe/ops/cuda/queue.h"
#include "backends/moe/ops/tensors.h"

namespace tripos::moe::cuda {

// A Placement with the page tables of the rows behind one another: that of row i begins at pages[tables[i]].
struct Places {
  const int* positions;
  const int* tables;
  const int* pages;
};

struct Attention {
  Rows queries;
  Places places;
  KvPages pages;
  AttentionMask mask;
  float scale;
  const float* sinks;
  Rows out;
};

struct Rotation {
  RopePairs kind;
  int pairs;
  double amplitude;
  const double* frequencies;  // [pairs]
  const double* positions;    // [rows]
};

// The experts of the rows: see Routing.
struct Chosen {
  const std::int32_t* experts;
  const float* gates;
  int selected;
  bool gates_input;
};

void embed(Queue& queue, const Matrix& table, const int* tokens, float scale, Rows out);
void add(Queue& queue, Rows x, Rows y, float scale);
void clip(Queue& queue, Rows x, float limit);
void gather(Queue& queue, Rows in, const int* rows, Rows out);
void scale_rows(Queue& queue, Rows x, const float* factors);
void activate(Queue& queue, Rows gate_up, Activation activation, Rows out);

void rms_norm(Queue& queue, Rows in, const float* weight, int group, float epsilon, Rows out);
void rope(Queue& queue, Rows x, const Rotation& rotation);
void softmax_terms(Queue& queue, Rows in, float* terms);

void linear(Queue& queue, const Matrix& weight, const float* bias, Rows in, Rows out);

void store(Queue& queue, Rows keys, Rows values, const Places& places, KvPages pages);
void attention(Queue& queue, const Attention& attention);

void route(Queue& queue, Rows logits, Gate gate, int selected, std::int32_t* experts, float* gates);
// inner: [rows * selected, width of an expert], what each chosen expert's activation gives.
void experts_up(Queue& queue, const Matrix& gate_up, const float* bias, Activation activation, Rows in,
                const Chosen& chosen, Rows inner);
void experts_down(Queue& queue, const Matrix& down, const float* bias, Rows inner, const Chosen& chosen, Rows out);

}  // namespace tripos::moe::cuda
