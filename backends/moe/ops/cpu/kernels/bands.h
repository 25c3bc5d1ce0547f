// Products with weights in bands: see ops/cpu/bands.h. A lane is a weight row. After decode.h and product.h.
//
// An element of the result is, whatever the shape of the rest: of each 32 columns the sum in their order, by their
// scale; these sums in their order; + bias. With rounded activations, the sum of the 32 is one of integers.

namespace tripos::moe {
namespace {

// Columns of a unit: those of a scale, or a part of them.
constexpr int kUnit = 32;

// How a unit lies in a band: kWords times the words of all rows, each with some numbers: the value of number n of word
// i, that of column(i, n); and the same numbers as unsigned bytes, those of four columns from bytes_column(i, n) on.

// Numbers of 4 bits: word i has columns 4 * i to 4 * i + 3 in its low halves, and the columns 16 on in its high halves.
// kHeader: bytes of a row of a block before its numbers. kUnits: of a block.
template <int kHeader, int kUnits = 1>
struct Nibbles {
  static constexpr int kBytes = kLaneCount * (kHeader + kUnits * kUnit / 2);  // of a block of a band
  static constexpr int kWords = 4;
  static constexpr int kValues = 8;
  static constexpr int kParts = 2;
  static constexpr int kMost = 15;

  static const std::uint8_t* block(const std::uint8_t* band, int unit) { return band + unit / kUnits * kBytes; }
  static const std::uint8_t* words(const std::uint8_t* band, int unit) {
    return block(band, unit) + kLaneCount * (kHeader + unit % kUnits * kUnit / 2);
  }
  static constexpr int column(int i, int n) { return bytes_column(i, n % 2) + n / 2; }
  static constexpr int bytes_column(int i, int part) { return 4 * i + part * kUnit / 2; }
  static Words bytes(Words words, int part) { return part == 0 ? low_halves(words) : high_halves(words); }
};

// (q - 8) * scale
template <typename Layout>
struct Centred : Layout {
  static constexpr int kOffset = 8;
  static constexpr bool kHasMinimum = false;

  static Lanes value(Words words, int n) { return look_up(load(numbers()) - broadcast(kOffset), words, 4 * n); }
};

struct Q4_0Band : Centred<Nibbles<2>> {
  static Lanes scale(const std::uint8_t* block) { return from_f16(block); }
};

template <int kUnits>
struct Int4Band : Centred<Nibbles<4, kUnits>> {
  static Lanes scale(const std::uint8_t* block) { return load(reinterpret_cast<const float*>(block)); }
};

struct Q4_1Band : Nibbles<4> {
  static constexpr int kOffset = 0;
  static constexpr bool kHasMinimum = true;

  static Lanes scale(const std::uint8_t* block) { return from_f16(block); }
  static Lanes minimum(const std::uint8_t* block) { return from_f16(block + 2 * kLaneCount); }
  static Lanes value(Words words, int n) { return look_up(load(numbers()), words, 4 * n); }
};

// Word i has the signed numbers of columns 4 * i to 4 * i + 3.
struct Q8_0Band {
  static constexpr int kBytes = kLaneCount * 34;
  static constexpr int kWords = 8;
  static constexpr int kValues = 4;
  static constexpr int kParts = 1;
  static constexpr int kMost = 255;
  static constexpr int kOffset = 128;
  static constexpr bool kHasMinimum = false;

  static const std::uint8_t* block(const std::uint8_t* band, int unit) { return band + unit * kBytes; }
  static const std::uint8_t* words(const std::uint8_t* band, int unit) { return block(band, unit) + kLaneCount * 2; }
  static Lanes scale(const std::uint8_t* block) { return from_f16(block); }
  static constexpr int column(int i, int n) { return 4 * i + n; }
  static constexpr int bytes_column(int i, int /*part*/) { return 4 * i; }
  static Lanes value(Words words, int n) { return from_i8(words, n); }
  static Words bytes(Words words, int /*part*/) { return plus_128(words); }
};

// Of kBands bands, `stride` apart, and of rows `place` on of a panel: totals += the products of a unit.
template <typename Band, int kBands, int kColumns>
inline void add_floats(const std::uint8_t* band, std::size_t stride, int unit, const Panel& in, int place,
                       Lanes (&totals)[kBands][kColumns]) {
  const int row = unit * in.count + place;
  const float* const values = in.values + row * kUnit;
  Lanes sums[kBands][kColumns];
  for (auto& of_band : sums) {
    for (Lanes& sum : of_band) sum = zeros();
  }
#pragma GCC unroll 1
  for (int i = 0; i < Band::kWords; ++i) {
    Words words[kBands];
    for (int b = 0; b < kBands; ++b) words[b] = load_words(Band::words(band + b * stride, unit) + i * 4 * kLaneCount);
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
    const std::uint8_t* const block = Band::block(band + b * stride, unit);
    const Lanes scale = Band::scale(block);
    for (int c = 0; c < kColumns; ++c) totals[b][c] = fused(scale, sums[b][c], totals[b][c]);
    if constexpr (Band::kHasMinimum) {
      const Lanes minimum = Band::minimum(block);
      for (int c = 0; c < kColumns; ++c) totals[b][c] = fused(minimum, broadcast(in.sums[row + c]), totals[b][c]);
    }
  }
}

// What a weight is whose unsigned number is 0.
template <typename Band>
inline Lanes least(const std::uint8_t* block, Lanes scale) {
  if constexpr (Band::kHasMinimum) return Band::minimum(block);
  return scale * broadcast(-Band::kOffset);
}

// The same with rounded activations.
template <typename Band, int kBands, int kColumns>
inline void add_rounded(const std::uint8_t* band, std::size_t stride, int unit, const Panel& in, int place,
                        Lanes (&totals)[kBands][kColumns]) {
  const int row = unit * in.count + place;
  const std::int8_t* const numbers = in.numbers + row * kUnit;
  Words sums[kBands][kColumns];
  for (auto& of_band : sums) {
    for (Words& sum : of_band) sum = zero_words();
  }
#pragma GCC unroll 8
  for (int i = 0; i < Band::kWords; ++i) {
    Words words[kBands];
    for (int b = 0; b < kBands; ++b) words[b] = load_words(Band::words(band + b * stride, unit) + i * 4 * kLaneCount);
#pragma GCC unroll 2
    for (int part = 0; part < Band::kParts; ++part) {
      for (int b = 0; b < kBands; ++b) {
        const Words bytes = Band::bytes(words[b], part);
        for (int c = 0; c < kColumns; ++c) {
          sums[b][c] = dot<Band::kMost>(bytes, numbers + c * kUnit + Band::bytes_column(i, part), sums[b][c]);
        }
      }
    }
  }
  for (int b = 0; b < kBands; ++b) {
    const std::uint8_t* const block = Band::block(band + b * stride, unit);
    const Lanes scale = Band::scale(block);
    const Lanes minimum = least<Band>(block, scale);
    for (int c = 0; c < kColumns; ++c) {
      totals[b][c] = fused(to_floats(sums[b][c]), scale * broadcast(in.scales[row + c]), totals[b][c]);
      totals[b][c] = fused(minimum, broadcast(in.sums[row + c]), totals[b][c]);
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
  for (int b = 0; b < kBands; ++b) {
    const std::uint8_t* const block = Band::block(band + b * stride, unit);
    for (int i = 0; i < Band::kBytes; i += 64) __builtin_prefetch(block + i, 0, 2);
  }
}

// Weight rows `first` to `last`, which lie in the kBands bands from row `row` on, by kColumns activations.
template <typename Band, bool kIsRounded, int kBands, int kColumns>
inline void multiply_tile(const BandProduct& product, int row, int first, int last, const Place& place) {
  const std::uint8_t* const band = product.weights + static_cast<std::size_t>(row) * product.row_bytes;
  const std::size_t stride = kLaneCount * product.row_bytes;
  Lanes totals[kBands][kColumns];
  for (auto& of_band : totals) {
    for (Lanes& total : of_band) total = zeros();
  }
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

// Few activations are multiplied with several bands at a time: one sum waits for the other. Bands that are left over
// are multiplied with one activation at a time.
template <typename Band, bool kIsRounded, int kColumns>
inline void multiply_columns(const BandProduct& product, int first, int last, const Place& place) {
  constexpr int kMost = kBandColumns / kColumns;
  constexpr int kBands = kMost >= 4 ? 4 : kMost >= 2 ? 2 : 1;
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
    case Banded::kQ8_0:
      return multiply_bands_of<Q8_0Band, kIsRounded>(product, first, last);
    case Banded::kI4G32:
      return multiply_bands_of<Int4Band<1>, kIsRounded>(product, first, last);
    case Banded::kI4G128:
      return multiply_bands_of<Int4Band<4>, kIsRounded>(product, first, last);
  }
}

static_assert(kPanelColumns % kBandColumns == 0);

void pack(const float* row, int columns, const Panel& to, int place) {
  for (int i = 0; i < columns; i += kUnit) {
    const Lanes a = load(row + i);
    const Lanes b = load(row + i + kLaneCount);
    const int at = i / kUnit * to.count + place;
    store(to.values + at * kUnit, a);
    store(to.values + at * kUnit + kLaneCount, b);
    to.sums[at] = sum(a + b);
  }
}

// Of each unit the nearest multiples of its largest value's 127th. A value that is no number makes the scale none.
void pack_rounded(const float* row, int columns, const Panel& to, int place) {
  constexpr float kRounding = 0x1.8p23F;  // added, it leaves the number in the low bits
  constexpr float kLeast = 1e-30F;        // what is below is taken for 0
  for (int i = 0; i < columns; i += kUnit) {
    const Lanes a = load(row + i);
    const Lanes b = load(row + i + kLaneCount);
    const float largest = highest(higher(higher(a, zeros() - a), higher(b, zeros() - b)));
    const Lanes inverse = broadcast(largest > kLeast ? 127 / largest : 0);
    const Lanes first = a * inverse + broadcast(kRounding);
    const Lanes second = b * inverse + broadcast(kRounding);
    const int at = i / kUnit * to.count + place;
    store_low_bytes(to.numbers + at * kUnit, first);
    store_low_bytes(to.numbers + at * kUnit + kLaneCount, second);
    const float scale = largest / 127 + sum((a + b) * zeros());
    to.scales[at] = scale;
    to.sums[at] = scale * sum((first - broadcast(kRounding)) + (second - broadcast(kRounding)));
  }
}

}  // namespace
}  // namespace tripos::moe
