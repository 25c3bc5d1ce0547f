// Products with weights in bands. After band_formats.h and product.h.
//
// An element of the result is, whatever the shape of the rest: of each 32 columns, or fewer that have a scale of their
// own, the sum in their order, by their scale; these sums in their order; + bias. With rounded activations, the sums of
// the columns are integers.

namespace tripos::moe {
namespace {

static_assert(kPanelColumns % kBandColumns == 0);

template <typename Band>
inline const std::uint8_t* block_of(const std::uint8_t* band, int unit) {
  return band + unit / Band::kUnits * Band::kBytes;
}

// Of kBands bands, `stride` apart, and of rows `place` on of a panel: totals += the products of a unit.
template <typename Band, int kBands, int kColumns>
inline void add_floats(const std::uint8_t* band, std::size_t stride, int unit, const Panel& in, int place,
                       Lanes (&totals)[kBands][kColumns]) {
  constexpr int kWords = Band::kWords / Band::kScales;
  const std::uint8_t* const block = block_of<Band>(band, unit);
  const int of_block = unit % Band::kUnits;
  const int row = unit * in.count + place;
  const float* const values = in.values + row * kUnit;
#pragma GCC unroll 1
  for (int part = 0; part < Band::kScales; ++part) {
    Lanes sums[kBands][kColumns];
    fill(sums, zeros());
#pragma GCC unroll 1
    for (int i = part * kWords; i < (part + 1) * kWords; ++i) {
      Words words[kBands];
      for (int b = 0; b < kBands; ++b) words[b] = Band::word(block + b * stride, of_block, i);
#pragma GCC unroll 8
      for (int n = 0; n < Band::kValues; ++n) {
        for (int b = 0; b < kBands; ++b) {
          const Lanes weights = Band::value(words[b], n);
          for (int c = 0; c < kColumns; ++c) {
            sums[b][c] = fused(weights, broadcast(values[c * kUnit + Band::column(i, n)]), sums[b][c]);
          }
        }
      }
    }
    for (int b = 0; b < kBands; ++b) {
      const Lanes scale = Band::scale(block + b * stride, of_block * Band::kScales + part);
      for (int c = 0; c < kColumns; ++c) totals[b][c] = fused(scale, sums[b][c], totals[b][c]);
    }
  }
  if constexpr (Band::kHasMinimum) {
    for (int b = 0; b < kBands; ++b) {
      const Lanes minimum = Band::minimum(block + b * stride, of_block);
      for (int c = 0; c < kColumns; ++c) totals[b][c] = fused(minimum, broadcast(in.sums[row + c]), totals[b][c]);
    }
  }
}

// What a weight is whose unsigned number is 0.
template <typename Band>
inline Lanes least(const std::uint8_t* block, int unit, Lanes scale) {
  if constexpr (Band::kHasMinimum) return Band::minimum(block, unit);
  return scale * broadcast(-Band::kOffset);
}

// The same with rounded activations.
template <typename Band, int kBands, int kColumns>
inline void add_rounded(const std::uint8_t* band, std::size_t stride, int unit, const Panel& in, int place,
                        Lanes (&totals)[kBands][kColumns]) {
  constexpr int kWords = Band::kWords / Band::kScales;
  const std::uint8_t* const block = block_of<Band>(band, unit);
  const int of_block = unit % Band::kUnits;
  const int row = unit * in.count + place;
  const std::int8_t* const numbers = in.numbers + row * kUnit;
  const float* const activations = Band::kScales == 1 ? in.sums + row : in.halves + row * Band::kScales;
#pragma GCC unroll 2
  for (int part = 0; part < Band::kScales; ++part) {
    Words sums[kBands][kColumns];
    fill(sums, zero_words());
#pragma GCC unroll 8
    for (int i = part * kWords; i < (part + 1) * kWords; ++i) {
      Words words[kBands];
      for (int b = 0; b < kBands; ++b) words[b] = Band::word(block + b * stride, of_block, i);
#pragma GCC unroll 2
      for (int k = 0; k < Band::kParts; ++k) {
        for (int b = 0; b < kBands; ++b) {
          const Words bytes = Band::bytes(words[b], k);
          for (int c = 0; c < kColumns; ++c) {
            sums[b][c] = dot<Band::kMost>(bytes, numbers + c * kUnit + Band::bytes_column(i, k), sums[b][c]);
          }
        }
      }
    }
    for (int b = 0; b < kBands; ++b) {
      const Lanes scale = Band::scale(block + b * stride, of_block * Band::kScales + part);
      const Lanes minimum = least<Band>(block + b * stride, of_block, scale);
      for (int c = 0; c < kColumns; ++c) {
        totals[b][c] = fused(to_floats(sums[b][c]), scale * broadcast(in.scales[row + c]), totals[b][c]);
        totals[b][c] = fused(minimum, broadcast(activations[c * Band::kScales + part]), totals[b][c]);
      }
    }
  }
}

// Of the band that begins with row `row`, its rows `first` to `last`.
inline void put_band(const BandProduct& product, int row, int first, int last, int column, Lanes totals) {
  float* const out = product.out[column] - product.first;
  if (last - first == kLaneCount) {
    return store(out + row, product.bias == nullptr ? totals : totals + load(product.bias + row));
  }
  float values[kLaneCount];
  store(values, totals);
  for (int i = first; i < last; ++i) out[i] = values[i - row] + (product.bias == nullptr ? 0 : product.bias[i]);
}

// Rows of activations of a panel, and the first of them in the product.
struct Place {
  const Panel& panel;
  int row;
  int column;
};

// Asks for a unit of kBands bands, so that it is near when their turn comes.
template <typename Band, int kBands>
inline void fetch_bands(const std::uint8_t* band, std::size_t stride, int unit) {
  constexpr int kBytes = Band::kBytes / Band::kUnits;
  for (int b = 0; b < kBands; ++b) {
    const std::uint8_t* const from = block_of<Band>(band + b * stride, unit) + unit % Band::kUnits * kBytes;
    for (int i = 0; i < kBytes; i += 64) __builtin_prefetch(from + i, 0, 2);
  }
}

// Weight rows `first` to `last`, which lie in the kBands bands from row `row` on, by kColumns activations.
template <typename Band, bool kIsRounded, int kBands, int kColumns>
inline void multiply_tile(const BandProduct& product, int row, int first, int last, const Place& place) {
  const std::uint8_t* const band = product.weights + static_cast<std::size_t>(row) * product.row_bytes;
  const std::size_t stride = kLaneCount * product.row_bytes;
  Lanes totals[kBands][kColumns];
  fill(totals, zeros());
  for (int unit = 0; unit < product.columns / kUnit; ++unit) {
    fetch_bands<Band, kBands>(band + kBands * stride, stride, unit);
    if constexpr (kIsRounded) {
      add_rounded<Band>(band, stride, unit, place.panel, place.row, totals);
    } else {
      add_floats<Band>(band, stride, unit, place.panel, place.row, totals);
    }
  }
  for (int b = 0; b < kBands; ++b) {
    const int of_band = row + b * kLaneCount;
    for (int c = 0; c < kColumns; ++c) {
      put_band(product, of_band, larger(of_band, first), smaller(of_band + kLaneCount, last), place.column + c,
               totals[b][c]);
    }
  }
}

// A few floats are multiplied with several bands at a time: one sum waits for the other, where sums of integers are so
// short that those of the next unit go on beside them. Bands that are left over are multiplied with one activation at a
// time.
template <typename Band, bool kIsRounded, int kColumns>
inline void multiply_columns(const BandProduct& product, int first, int last, const Place& place) {
  constexpr int kMost = kBandColumns / kColumns;
  constexpr int kBands = kIsRounded ? 1 : kMost >= 4 ? 4 : kMost >= 2 ? 2 : 1;
  int row = first / kLaneCount * kLaneCount;
  for (; row + (kBands - 1) * kLaneCount < last; row += kBands * kLaneCount) {
    multiply_tile<Band, kIsRounded, kBands, kColumns>(product, row, first, last, place);
  }
  for (; row < last; row += kLaneCount) {
    for (int c = 0; c < kColumns; ++c) {
      multiply_tile<Band, kIsRounded, 1, 1>(product, row, first, last, {place.panel, place.row + c, place.column + c});
    }
  }
}

// function(Count<count>) for the highest of some counts, up to kMost, that is at most `count`.
template <int kMost, typename Function>
inline int with_count_below(int count, const Function& function) {
  if constexpr (kMost > 1) {
    constexpr int kNext = kMost > 8 ? 8 : kMost > 4 ? kMost - 2 : kMost - 1;
    if (count < kMost) return with_count_below<kNext>(count, function);
  }
  function(Count<kMost>());
  return kMost;
}

template <typename Band, bool kIsRounded>
void multiply_bands_of(const BandProduct& product, int first, int last) {
  for (int column = 0; column < product.count;) {
    const Panel& panel = product.in[column / kPanelColumns];
    const int row = column % kPanelColumns;
    column += with_count_below<kBandColumns>(panel.count - row, [&](auto columns) {
      multiply_columns<Band, kIsRounded, decltype(columns)::value>(product, first, last, {panel, row, column});
    });
  }
}

template <bool kIsRounded>
void multiply_bands(const BandProduct& product, int first, int last) {
  switch (product.stored) {
    case Banded::kQ4_0:
      return multiply_bands_of<Q4_0Band, kIsRounded>(product, first, last);
    case Banded::kQ4_1:
      return multiply_bands_of<Q4_1Band, kIsRounded>(product, first, last);
    case Banded::kQ5_0:
      return multiply_bands_of<Q5_0Band, kIsRounded>(product, first, last);
    case Banded::kQ5_1:
      return multiply_bands_of<Q5_1Band, kIsRounded>(product, first, last);
    case Banded::kQ8_0:
      return multiply_bands_of<Q8_0Band, kIsRounded>(product, first, last);
    case Banded::kQ4K:
      return multiply_bands_of<Q4KBand, kIsRounded>(product, first, last);
    case Banded::kQ5K:
      return multiply_bands_of<Q5KBand, kIsRounded>(product, first, last);
    case Banded::kQ6K:
      return multiply_bands_of<Q6KBand, kIsRounded>(product, first, last);
    case Banded::kMxfp4:
      return multiply_bands_of<Mxfp4Band, kIsRounded>(product, first, last);
    case Banded::kI4G32:
      return multiply_bands_of<Int4Band<1>, kIsRounded>(product, first, last);
    case Banded::kI4G128:
      return multiply_bands_of<Int4Band<4>, kIsRounded>(product, first, last);
  }
}

}  // namespace
}  // namespace tripos::moe
