#include "backends/moe/ops/cpu/products.h"

#include <algorithm>
#include <cassert>

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
    case ElementType::kQ4_0:
      return Stored::kQ4_0;
    case ElementType::kQ4_1:
      return Stored::kQ4_1;
    case ElementType::kQ5_0:
      return Stored::kQ5_0;
    case ElementType::kQ5_1:
      return Stored::kQ5_1;
    case ElementType::kQ8_0:
      return Stored::kQ8_0;
    case ElementType::kQ4K:
      return Stored::kQ4K;
    case ElementType::kQ5K:
      return Stored::kQ5K;
    case ElementType::kQ6K:
      return Stored::kQ6K;
    case ElementType::kMxfp4:
      return Stored::kMxfp4;
    case ElementType::kI4G32:
      return Stored::kI4G32;
    case ElementType::kI4G128:
      return Stored::kI4G128;
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

int rounded_up(int value, int step) { return (value + step - 1) / step * step; }

}  // namespace

void Products::add(const MatrixPart& part, const float* bias, const float* const* in, float* const* out, int count) {
  const Matrix& matrix = part.matrix;
  const std::size_t row_bytes = stored_bytes(matrix.type, static_cast<std::size_t>(matrix.columns));
  const auto* const weights = reinterpret_cast<const std::uint8_t*>(matrix.data);
  products_.push_back({weights + static_cast<std::size_t>(part.first) * row_bytes, row_bytes, stored_as(matrix.type),
                       matrix.columns, bias == nullptr ? nullptr : bias + part.first, in, out, count, &read_other_row,
                       static_cast<int>(matrix.type)});
  weight_rows_.push_back(part.count);
}

void Products::run() {
  std::int64_t all_rows = 0;
  int columns = 0;
  for (std::size_t i = 0; i < products_.size(); ++i) {
    all_rows += weight_rows_[i];
    columns = std::max(columns, products_[i].columns);
  }
  // Enough items for an even share, and each long enough to be worth taking.
  const auto share = static_cast<int>(std::clamp<std::int64_t>(all_rows / (8 * pool_.threads()), 8, 64));
  const int step = rounded_up(share, kMaxTileRows);
  items_.clear();
  for (std::size_t i = 0; i < products_.size(); ++i) {
    for (int first = 0; first < weight_rows_[i]; first += step) {
      items_.push_back({i, first, std::min(first + step, weight_rows_[i])});
    }
  }
  scratch_.resize(static_cast<std::size_t>(pool_.threads()));
  const auto needed = static_cast<std::size_t>(kMaxTileRows + 1) *
                      static_cast<std::size_t>(rounded_up(columns, kLaneCount) + kLaneCount);
  for (std::vector<float>& scratch : scratch_) scratch.resize(std::max(scratch.size(), needed));
  pool_.run(static_cast<int>(items_.size()), [&](int item, int thread) {
    run_item(items_[static_cast<std::size_t>(item)], scratch_[static_cast<std::size_t>(thread)].data());
  });
  products_.clear();
  weight_rows_.clear();
}

// So many activations at a time that they stay in the second-level cache while the weight rows pass.
void Products::run_item(const Item& item, float* scratch) const {
  constexpr int kCached = 1 << 16;  // values
  const Product& whole = products_[item.product];
  const int most = std::max(kCached / whole.columns / kMaxColumns, 4) * kMaxColumns;
  for (int begin = 0; begin < whole.count; begin += most) {
    Product part = whole;
    part.in += begin;
    part.out += begin;
    part.count = std::min(most, whole.count - begin);
    kernels_.multiply(part, item.first, item.last, scratch);
  }
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
