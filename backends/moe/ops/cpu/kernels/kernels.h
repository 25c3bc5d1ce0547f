#pragma once
// The inner loops of the fast CPU operations, in three versions of one source (implementation.h): portable C++, AVX2
// and AVX-512. All three compute in lanes of 16 floats, of the same values and in the same order, so that they agree to
// the last bit, and what a row becomes depends on no other row.
//
// Plain structs and pointers only: the versions are compiled for other processors than the rest of the program, and the
// linker must find no inline function in them that the rest has, too.

#include <cstddef>
#include <cstdint>

namespace tripos::moe {

inline constexpr int kLaneCount = 16;  // and positions in a page of keys and values
// Rows of activations, and queries, that a kernel takes at a time.
inline constexpr int kMaxColumns = 6;
inline constexpr int kPanelColumns = 12;
// Attention goes over its positions in blocks of so many, from absolute position 0.
inline constexpr int kAttentionBlock = 256;

enum class Stored : std::uint8_t { kF32, kF16, kBf16, kOther };

// out[i][j] = in[i] * weight row j + bias[j]
struct Product {
  const std::uint8_t* weights;  // [rows, columns]
  std::size_t row_bytes;
  Stored stored;
  int columns;
  const float* bias;       // may be null
  const float* const* in;  // `count` rows of `columns`
  float* const* out;       // as many
  int count;
  // Reads a row of kOther.
  void (*read_row)(int type, const std::uint8_t* row, int columns, float* weights);
  int type;  // for read_row
};

// Weights that lie in bands: see ops/cpu/bands.h.
enum class Banded : std::uint8_t { kQ4_0, kQ4_1, kQ5_0, kQ5_1, kQ8_0, kQ4K, kQ5K, kQ6K, kMxfp4, kI4G32, kI4G128 };

// Up to kPanelColumns rows of activations as products with bands read them: 32 values of each, then the next 32 of
// each. Floats, or numbers of 8 bits and a scale for each 32.
struct Panel {
  float* values;         // [columns / 32][count][32], or
  std::int8_t* numbers;  // the same
  float* scales;         // [columns / 32][count]
  float* sums;           // [columns / 32][count], of the values, or of scale times number
  float* halves;         // [columns / 32][count][2], of scale times number of 16; with numbers only
  int count;
};

// out[i][j - first] = in[i] * weight row j + bias[j]
struct BandProduct {
  const std::uint8_t* weights;  // of the whole matrix
  std::size_t row_bytes;
  Banded stored;
  int columns;
  int first;
  const float* bias;  // of the whole matrix; may be null
  const Panel* in;    // `count` rows in all, each panel but the last a full one
  float* const* out;  // `count` rows
  int count;
};

// Up to kMaxColumns queries of one sequence and key-value head.
struct AttentionGroup {
  const float* keys;    // of the head: [pages][page_size], in a page [head_width, kLaneCount]
  const float* values;  // of the head: [pages][page_size], in a page [kLaneCount, page_width]
  std::ptrdiff_t page_size;
  int page_width;
  int head_width;
  const int* pages;
  float scale;
  int count;
  const float* queries[kMaxColumns];  // [head_width]
  float* out[kMaxColumns];
  const float* sinks[kMaxColumns];  // null for none
  int first[kMaxColumns];           // visible positions
  int last[kMaxColumns];
};

struct Kernels {
  const char* name;
  // Weight rows `first` to `last` (excluded). `scratch`: kMaxTileRows rows of a register more than the columns fill.
  void (*multiply)(const Product& product, int first, int last, float* scratch);
  // Weight rows `first` to `last`, with float activations and with rounded ones.
  void (*multiply_bands)(const BandProduct& product, int first, int last);
  void (*multiply_bands_rounded)(const BandProduct& product, int first, int last);
  // Writes a row of activations, its `columns` a multiple of 32, to its place in a panel, as floats or rounded.
  void (*pack)(const float* row, int columns, const Panel& to, int place);
  void (*pack_rounded)(const float* row, int columns, const Panel& to, int place);
  // `scratch`: kMaxColumns * kAttentionBlock
  void (*attend)(const AttentionGroup& group, float* scratch);
  float (*sum_of_squares)(const float* x, int count);
  // The highest value and the sum of e^(x - highest), which is no number where a value is none.
  void (*softmax_terms)(const float* x, int count, float* terms);
  // out = x * scale * weight; weight may be null
  void (*scale)(const float* x, float scale, const float* weight, int count, float* out);
  // x += factor * y
  void (*add)(float* x, const float* y, float factor, int count);
  void (*swiglu)(const float* gate, const float* up, int count, float* out);
  void (*clamped_swiglu)(const float* gate, const float* up, int count, float* out);
};

inline constexpr int kMaxTileRows = 4;

extern const Kernels kScalarKernels;
#ifdef TRIPOS_X86
extern const Kernels kAvx2Kernels;
extern const Kernels kAvx512Kernels;
#endif

}  // namespace tripos::moe
