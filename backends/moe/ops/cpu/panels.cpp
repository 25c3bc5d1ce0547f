#include "backends/moe/ops/cpu/panels.h"

#include <algorithm>
#include <utility>

namespace tripos::moe {
namespace {

constexpr int kUnitColumns = 32;

}  // namespace

std::size_t Panels::add(const float* const* rows, int count, int columns) {
  const std::size_t first = rows_.size();
  rows_.insert(rows_.end(), rows, rows + count);
  for (int i = 0; i < count; ++i) {
    if (i % kPanelColumns == 0) panels_.push_back({.count = std::min(kPanelColumns, count - i)});
    places_.push_back({panels_.size() - 1, i % kPanelColumns, columns});
  }
  count_ += static_cast<std::size_t>(count) * static_cast<std::size_t>(columns);
  return first;
}

void Panels::pack() {
  share_memory();
  const auto function = activations_ == Activations::kInt8 ? kernels_.pack_rounded : kernels_.pack;
  const auto pack_row = [&](int index, int) {
    const auto [panel, row, columns] = places_[static_cast<std::size_t>(index)];
    function(rows_[static_cast<std::size_t>(index)], columns, panels_[panel], row);
  };
  const int rows = static_cast<int>(rows_.size());
  pool_.run_if_worth(rows, rows == 0 ? 0 : static_cast<int>(count_) / rows, pack_row);
}

void Panels::share_memory() {
  const bool is_rounded = activations_ == Activations::kInt8;
  floats_.resize(std::max(floats_.size(), is_rounded ? 4 * count_ / kUnitColumns : count_ + count_ / kUnitColumns));
  if (is_rounded) numbers_.resize(std::max(numbers_.size(), count_));
  float* floats = floats_.data();
  std::int8_t* numbers = numbers_.data();
  for (const Place& place : places_) {
    if (place.row != 0) continue;
    Panel& panel = panels_[place.panel];
    const int size = panel.count * place.columns;
    panel.numbers = std::exchange(numbers, numbers + (is_rounded ? size : 0));
    panel.scales = std::exchange(floats, floats + (is_rounded ? size / kUnitColumns : 0));
    panel.values = std::exchange(floats, floats + (is_rounded ? 0 : size));
    panel.sums = std::exchange(floats, floats + size / kUnitColumns);
    panel.halves = std::exchange(floats, floats + (is_rounded ? 2 * size / kUnitColumns : 0));
  }
}

void Panels::clear() {
  rows_.clear();
  places_.clear();
  panels_.clear();
  count_ = 0;
}

}  // namespace tripos::moe
