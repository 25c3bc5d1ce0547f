#pragma once
// The experts of a layer, each over all of the rows that chose it.

#include <span>
#include <vector>

#include "backends/moe/arch/spec.h"
#include "backends/moe/ops/cpu/kernels/kernels.h"
#include "backends/moe/ops/cpu/products.h"
#include "backends/moe/ops/cpu/thread_pool.h"
#include "backends/moe/ops/ops.h"

namespace tripos::moe {

// One row of Ops::route().
void route_row(const float* logits, const MoeSpec& moe, std::int32_t* experts, float* gates);

// Ops::experts()
class Experts {
 public:
  Experts(ThreadPool& pool, const Kernels& kernels, Products& products)
      : pool_(pool), kernels_(kernels), products_(products) {}

  void run(const ExpertWeights& weights, const MoeSpec& moe, Activation activation, Rows in, Routing routing, Rows out);

 private:
  // A row chooses `selected` experts. A choice has a place: the choices of expert 0 come first, in the order of the
  // rows, then those of expert 1.
  void sort(std::span<const std::int32_t> experts, int count);
  void gather(const MoeSpec& moe, Rows in, const float* gates);
  void multiply(const Matrix& matrix, const float* bias, int rows_each, const std::vector<const float*>& in, Rows out);
  void combine(const MoeSpec& moe, const float* gates, Rows out);

  ThreadPool& pool_;
  const Kernels& kernels_;
  Products& products_;
  std::vector<int> begins_;  // the first place of each expert, and the end of all
  std::vector<int> places_;  // of each choice
  std::vector<float> scaled_, inner_, active_, parts_;
  std::vector<const float*> sources_, active_rows_;  // of each place
  std::vector<float*> targets_;
};

}  // namespace tripos::moe
