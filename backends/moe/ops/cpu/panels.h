#pragma once
// Activations of products with bands, as their kernels read them: see Panel.

#include <cstdint>
#include <vector>

#include "backends/moe/ops/cpu/cpu_ops.h"
#include "backends/moe/ops/cpu/kernels/kernels.h"
#include "backends/moe/ops/cpu/thread_pool.h"

namespace tripos::moe {

class Panels {
 public:
  Panels(ThreadPool& pool, const Kernels& kernels, Activations activations)
      : pool_(pool), kernels_(kernels), activations_(activations) {}

  // Adds `count` rows of `columns`, at least one, to those that pack() packs, and returns the number of the first.
  std::size_t add(const float* const* rows, int count, int columns);
  void pack();
  // Of rows that were added together; from pack() on. `first` is what add() returned.
  const Panel* of(std::size_t first) const { return &panels_[places_[first].panel]; }
  void clear();

 private:
  struct Place {  // of a row
    std::size_t panel;
    int row;  // in the panel
    int columns;
  };

  void share_memory();

  ThreadPool& pool_;
  const Kernels& kernels_;
  Activations activations_;
  std::vector<const float*> rows_;
  std::vector<Place> places_;  // of each row
  std::vector<Panel> panels_;
  std::size_t count_ = 0;      // of activations
  std::vector<float> floats_;  // of all panels
  std::vector<std::int8_t> numbers_;
};

}  // namespace tripos::moe
