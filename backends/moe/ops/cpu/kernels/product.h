// The matrix product. After decode.h.
//
// An element of the result is, whatever the shape of the rest: per lane the sum over the row's lanes in their order,
// then sum(lanes), then + bias.

namespace tripos::moe {
namespace {

inline int larger(int a, int b) { return a > b ? a : b; }
inline int smaller(int a, int b) { return a < b ? a : b; }

template <int kCount>
struct Count {
  static constexpr int value = kCount;
};

// function(Count<count>), for counts up to kMost.
template <int kMost, typename Function>
inline void with_count(int count, const Function& function) {
  if constexpr (kMost > 1) {
    if (count < kMost) return with_count<kMost - 1>(count, function);
  }
  function(Count<kMost>());
}

template <typename T, int kRows, int kColumns>
inline void fill(T (&sums)[kRows][kColumns], T value) {
  for (auto& of_row : sums) {
    for (T& sum : of_row) sum = value;
  }
}

template <int kRows, int kColumns>
inline void put(const Product& product, int row, int column, const Lanes (&sums)[kRows][kColumns]) {
  for (int c = 0; c < kColumns; ++c) {
    if constexpr (kRows == 4) {
      const float* const bias = product.bias == nullptr ? nullptr : product.bias + row;
      store_sums(product.out[column + c] + row, sums[0][c], sums[1][c], sums[2][c], sums[3][c], bias);
      continue;
    }
    for (int r = 0; r < kRows; ++r) {
      const float bias = product.bias == nullptr ? 0 : product.bias[row + r];
      product.out[column + c][row + r] = sum(sums[r][c]) + bias;
    }
  }
}

// Asks for kBytes of weights from a distance behind `from`, so that they are there when their turn comes.
template <int kBytes>
inline void fetch(const std::uint8_t* from) {
  constexpr int kDistance = 24 << 10;
  for (int i = 0; i < kBytes; i += 64) __builtin_prefetch(from + kDistance + i);
}

// Of kRows weight rows from `row` on and kColumns activations from `column` on, with the weights decoded in registers.
template <typename Reader, int kRows, int kColumns>
inline void multiply_stored(const Product& product, int row, int column) {
  constexpr int kBytes = Reader::kBytes * kLaneCount;
  const std::uint8_t* weights[kRows];
  for (int r = 0; r < kRows; ++r) weights[r] = product.weights + static_cast<std::size_t>(row + r) * product.row_bytes;
  const float* const* const in = product.in + column;
  Lanes sums[kRows][kColumns];
  fill(sums, zeros());
  const int whole = product.columns / kLaneCount;
  for (int unit = 0; unit < whole; ++unit) {
    fetch<kRows * kBytes>(weights[0] + unit * kRows * kBytes);
    for (int r = 0; r < kRows; ++r) {
      const Lanes lanes = Reader::read(weights[r], unit);
      for (int c = 0; c < kColumns; ++c) sums[r][c] = fused(lanes, load(in[c] + unit * kLaneCount), sums[r][c]);
    }
  }
  const int rest = product.columns - whole * kLaneCount;
  if (rest > 0) {
    for (int r = 0; r < kRows; ++r) {
      const Lanes lanes = read_rest<Reader>(weights[r], whole, rest);
      for (int c = 0; c < kColumns; ++c) {
        sums[r][c] = fused(lanes, load(in[c] + whole * kLaneCount, rest), sums[r][c]);
      }
    }
  }
  put(product, row, column, sums);
}

// The same, the weights being floats in `tile`: rows of whole lanes, `stride` apart.
template <int kRows, int kColumns>
inline void multiply_tile(const Product& product, const float* tile, int stride, int row, int column) {
  const float* const* const in = product.in + column;
  Lanes sums[kRows][kColumns];
  fill(sums, zeros());
  const int whole = product.columns / kLaneCount * kLaneCount;
  const auto add = [&](int k, const auto& activation) {
    Lanes weights[kRows];
    for (int r = 0; r < kRows; ++r) weights[r] = load(tile + r * stride + k);
    for (int c = 0; c < kColumns; ++c) {
      const Lanes x = activation(in[c] + k);
      for (int r = 0; r < kRows; ++r) sums[r][c] = fused(weights[r], x, sums[r][c]);
    }
  };
  for (int k = 0; k < whole; k += kLaneCount) add(k, [](const float* x) { return load(x); });
  if (whole < product.columns) {
    const int rest = product.columns - whole;
    add(whole, [rest](const float* x) { return load(x, rest); });
  }
  put(product, row, column, sums);
}

struct OtherReader;

template <typename Reader>
inline void read_row(const Product& product, int row, float* tile) {
  const std::uint8_t* const stored = product.weights + static_cast<std::size_t>(row) * product.row_bytes;
  const int whole = product.columns / kLaneCount;
  for (int unit = 0; unit < whole; ++unit) store(tile + unit * kLaneCount, Reader::read(stored, unit));
  const int rest = product.columns - whole * kLaneCount;
  if (rest > 0) store(tile + whole * kLaneCount, read_rest<Reader>(stored, whole, rest));
}

template <>
inline void read_row<OtherReader>(const Product& product, int row, float* tile) {
  const std::uint8_t* const stored = product.weights + static_cast<std::size_t>(row) * product.row_bytes;
  product.read_row(product.type, stored, product.columns, tile);
  for (int i = product.columns; i % kLaneCount != 0; ++i) tile[i] = 0;
}

// Weight rows `row` to row + kRows, for all activations.
template <typename Reader, int kRows>
inline void multiply_rows(const Product& product, int row, float* tile) {
  if constexpr (!__is_same(Reader, OtherReader)) {
    if (product.count <= 2 * kStoredColumns) {
      const int each = product.count > kStoredColumns ? (product.count + 1) / 2 : product.count;
      for (int column = 0; column < product.count; column += each) {
        with_count<kStoredColumns>(smaller(each, product.count - column), [&](auto columns) {
          multiply_stored<Reader, kRows, decltype(columns)::value>(product, row, column);
        });
      }
      return;
    }
  }
  // One lane more than needed: rows of a power of 2 would share the same few places of the first-level cache.
  const int stride = (product.columns + kLaneCount - 1) / kLaneCount * kLaneCount + kLaneCount;
  for (int r = 0; r < kRows; ++r) read_row<Reader>(product, row + r, tile + r * stride);
  for (int column = 0; column < product.count; column += kTileColumns) {
    with_count<kTileColumns>(product.count - column, [&](auto columns) {
      multiply_tile<kRows, decltype(columns)::value>(product, tile, stride, row, column);
    });
  }
}

template <typename Reader>
void multiply_all(const Product& product, int first, int last, float* scratch) {
  int row = first;
  for (; row + kTileRows <= last; row += kTileRows) multiply_rows<Reader, kTileRows>(product, row, scratch);
  for (; row < last; ++row) multiply_rows<Reader, 1>(product, row, scratch);
}

void multiply(const Product& product, int first, int last, float* scratch) {
  switch (product.stored) {
    case Stored::kF32:
      return multiply_all<F32>(product, first, last, scratch);
    case Stored::kF16:
      return multiply_all<F16>(product, first, last, scratch);
    case Stored::kBf16:
      return multiply_all<Bf16>(product, first, last, scratch);
    case Stored::kOther:
      return multiply_all<OtherReader>(product, first, last, scratch);
  }
}

}  // namespace
}  // namespace tripos::moe
