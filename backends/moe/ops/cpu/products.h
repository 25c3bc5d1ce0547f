#pragma once
// Matrix products, their weight rows shared out among threads.

#include <span>
#include <vector>

#include "backends/moe/ops/cpu/kernels/kernels.h"
#include "backends/moe/ops/cpu/thread_pool.h"
#include "backends/moe/ops/tensors.h"

namespace tripos::moe {

// Some rows of a matrix: `count` from `first` on.
struct MatrixPart {
  Matrix matrix;
  int first;
  int count;
};

class Products {
 public:
  Products(ThreadPool& pool, const Kernels& kernels) : pool_(pool), kernels_(kernels) {}

  // Adds a product of `count` rows to those that run() computes; the pointers are read then. out[i] has a value for
  // each weight row; bias: one for each row of the whole matrix, or null.
  void add(const MatrixPart& part, const float* bias, const float* const* in, float* const* out, int count);
  // Computes all that were added since the last time.
  void run();

  void linear(const Matrix& weight, const float* bias, Rows in, Rows out);

 private:
  struct Item {
    std::size_t product;
    int first;  // weight rows
    int last;   // behind them
  };

  void run_item(const Item& item, float* scratch) const;

  ThreadPool& pool_;
  const Kernels& kernels_;
  std::vector<Product> products_;
  std::vector<int> weight_rows_;  // of each product
  std::vector<Item> items_;
  std::vector<std::vector<float>> scratch_;  // of each thread
  std::vector<const float*> in_;
  std::vector<float*> out_;
};

}  // namespace tripos::moe
