#pragma once
// Matrix products, their weight rows shared out among threads.

#include <atomic>
#include <span>
#include <variant>
#include <vector>

#include "backends/moe/ops/cpu/cpu_ops.h"
#include "backends/moe/ops/cpu/kernels/kernels.h"
#include "backends/moe/ops/cpu/panels.h"
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
  Products(ThreadPool& pool, const Kernels& kernels, Activations activations)
      : pool_(pool),
        kernels_(kernels),
        activations_(activations),
        panels_(pool, kernels, activations),
        shares_(static_cast<std::size_t>(pool.threads())) {}

  // Adds a product of `count` rows, at least one, to those that run() computes; the pointers are read then. out[i] has
  // a value for each weight row; bias: one for each row of the whole matrix, or null.
  void add(const MatrixPart& part, const float* bias, const float* const* in, float* const* out, int count);
  // Computes all that were added since the last time.
  void run();

  void linear(const Matrix& weight, const float* bias, Rows in, Rows out);

 private:
  struct Task {
    std::variant<Product, BandProduct> product;
    int first, last;  // weight rows, as the kernel counts them
    std::size_t row;  // of panels_, the first of a BandProduct's
  };
  struct Item {
    std::size_t task;
    int first, last;
  };
  struct alignas(64) Share {  // of a thread, in items_
    std::atomic<int> next = 0;
    int end = 0;
  };

  void pack();
  void split();
  void run_item(const Item& item, float* scratch) const;
  void multiply(const Product& product, const Item& item, float* scratch) const;
  void multiply(const BandProduct& product, const Item& item, float* scratch) const;

  ThreadPool& pool_;
  const Kernels& kernels_;
  Activations activations_;
  Panels panels_;
  std::vector<Task> tasks_;
  std::vector<Item> items_;
  std::vector<Share> shares_;
  std::vector<std::vector<float>> scratch_;  // of each thread
  std::vector<const float*> in_;
  std::vector<float*> out_;
};

}  // namespace tripos::moe
