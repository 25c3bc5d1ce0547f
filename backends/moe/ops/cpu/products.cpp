#include "backends/moe/ops/cpu/products.h"

#include <algorithm>
#include <cassert>

#include "backends/moe/ops/cpu/bands.h"
#include "backends/moe/quant/dequantise.h"

namespace tripos::moe {
namespace {

Stored stored_as(ElementType type) {
  switch (type) {
    case ElementType::kF32:
      return Stored::kF32;
    case ElementType::kF16:
      return Stored::kF16;
    case ElementType::kBf16:
      return Stored::kBf16;
    default:
      return Stored::kOther;
  }
}

void read_other_row(int type, const std::uint8_t* row, int columns, float* weights) {
  const auto element = static_cast<ElementType>(type);
  const auto count = static_cast<std::size_t>(columns);
  const std::span<const std::byte> stored(reinterpret_cast<const std::byte*>(row), stored_bytes(element, count));
  const auto read = dequantise(element, stored, {weights, count});
  assert(read);  // a Matrix holds whole rows of weights
  static_cast<void>(read);
}

// Rows of activations, in whole panels.
void skip(Product& product, int rows) { product.in += rows; }
void skip(BandProduct& product, int rows) { product.in += rows / kPanelColumns; }

int rounded_up(int value, int step) { return (value + step - 1) / step * step; }

}  // namespace

void Products::add(const MatrixPart& part, const float* bias, const float* const* in, float* const* out, int count) {
  const Matrix& matrix = part.matrix;
  const std::size_t row_bytes = matrix.row_bytes();
  const auto* const weights = reinterpret_cast<const std::uint8_t*>(matrix.data);
  if (const auto banded = banded_as(matrix.type)) {
    tasks_.push_back({BandProduct{weights, row_bytes, *banded, matrix.columns, part.first, bias, nullptr, out, count},
                      part.first, part.first + part.count, panels_.add(in, count, matrix.columns)});
    return;
  }
  tasks_.push_back({Product{weights + static_cast<std::size_t>(part.first) * row_bytes, row_bytes,
                            stored_as(matrix.type), matrix.columns, bias == nullptr ? nullptr : bias + part.first, in,
                            out, count, &read_other_row, static_cast<int>(matrix.type)},
                    0, part.count, 0});
}

void Products::run() {
  pack();
  split();
  // Each thread begins with its own share, whose weights lie one behind the other, and then helps the others.
  const int threads = pool_.threads();
  const int items = static_cast<int>(items_.size());
  for (int i = 0; i < threads; ++i) {
    Share& share = shares_[static_cast<std::size_t>(i)];
    share.next = items * i / threads;
    share.end = items * (i + 1) / threads;
  }
  pool_.run(std::min(threads, items), [&](int, int thread) {
    for (int i = 0; i < threads; ++i) {
      Share& share = shares_[static_cast<std::size_t>((thread + i) % threads)];
      for (int item = share.next++; item < share.end; item = share.next++) {
        run_item(items_[static_cast<std::size_t>(item)], scratch_[static_cast<std::size_t>(thread)].data());
      }
    }
  });
  tasks_.clear();
  panels_.clear();
}

void Products::pack() {
  panels_.pack();
  for (Task& task : tasks_) {
    if (auto* const bands = std::get_if<BandProduct>(&task.product)) bands->in = panels_.of(task.row);
  }
}

// Enough items for an even share, and each long enough to be worth taking.
void Products::split() {
  std::int64_t all_rows = 0;
  int columns = 0;
  for (const Task& task : tasks_) {
    all_rows += task.last - task.first;
    std::visit([&](const auto& product) { columns = std::max(columns, product.columns); }, task.product);
  }
  const auto share = static_cast<int>(std::clamp<std::int64_t>(all_rows / (8 * pool_.threads()), kBandRows, 64));
  const int step = rounded_up(share, kBandRows);
  items_.clear();
  for (std::size_t i = 0; i < tasks_.size(); ++i) {
    for (int first = tasks_[i].first; first < tasks_[i].last;) {
      const int last = std::min(first / kBandRows * kBandRows + step, tasks_[i].last);
      items_.push_back({i, first, last});
      first = last;
    }
  }
  scratch_.resize(static_cast<std::size_t>(pool_.threads()));
  const auto needed =
      static_cast<std::size_t>(kMaxTileRows) * static_cast<std::size_t>(rounded_up(columns, kLaneCount) + kLaneCount);
  for (std::vector<float>& scratch : scratch_) scratch.resize(std::max(scratch.size(), needed));
}

// So many activations at a time that they stay in the second-level cache while the weight rows pass.
void Products::run_item(const Item& item, float* scratch) const {
  constexpr int kCached = 1 << 16;  // values
  std::visit(
      [&](const auto& whole) {
        const int most = std::max(kCached / whole.columns / kPanelColumns, 2) * kPanelColumns;
        for (int begin = 0; begin < whole.count; begin += most) {
          auto part = whole;
          skip(part, begin);
          part.out += begin;
          part.count = std::min(most, whole.count - begin);
          multiply(part, item, scratch);
        }
      },
      tasks_[item.task].product);
}

void Products::multiply(const Product& product, const Item& item, float* scratch) const {
  kernels_.multiply(product, item.first, item.last, scratch);
}

void Products::multiply(const BandProduct& product, const Item& item, float* /*scratch*/) const {
  const bool is_rounded = activations_ == Activations::kInt8;
  (is_rounded ? kernels_.multiply_bands_rounded : kernels_.multiply_bands)(product, item.first, item.last);
}

void Products::linear(const Matrix& weight, const float* bias, Rows in, Rows out) {
  in_.clear();
  out_.clear();
  for (int i = 0; i < in.count; ++i) {
    in_.push_back(in.row(i));
    out_.push_back(out.row(i));
  }
  add({weight, 0, out.width}, bias, in_.data(), out_.data(), in.count);
  run();
}

}  // namespace tripos::moe
