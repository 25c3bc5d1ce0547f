// Stored weights as lanes, each exactly what quant/dequantise.h says, where the layouts are described. After lanes_*.h.
//
// A reader takes the weights of a row in units of kLanes lanes. prepare(row, units, scales) makes floats of the scales
// of a row, kScales a unit; read(row, unit, scales, lanes) is unit `unit`. The first goes ahead because a float in
// memory is spread over all lanes as it is loaded, while a conversion in a register holds up the shuffles.

namespace tripos::moe {
namespace {

inline const float* numbers() {
  static const float kNumbers[kLaneCount] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
  return kNumbers;
}

// Numbers that stand for themselves, whose rows may end within a unit.
template <int kSize>
struct Plain {
  static constexpr bool kWhole = false;
  static constexpr int kLanes = 1;
  static constexpr int kBytes = kSize * kLaneCount;
  static constexpr int kScales = 0;

  static void prepare(const std::uint8_t*, int, float*) {}
};

struct F32 : Plain<4> {
  static void read(const std::uint8_t* row, int unit, const float*, Lanes* lanes) {
    lanes[0] = load(reinterpret_cast<const float*>(row) + unit * kLaneCount);
  }
};

struct F16 : Plain<2> {
  static void read(const std::uint8_t* row, int unit, const float*, Lanes* lanes) {
    lanes[0] = from_f16(row + unit * kBytes);
  }
};

struct Bf16 : Plain<2> {
  static void read(const std::uint8_t* row, int unit, const float*, Lanes* lanes) {
    lanes[0] = from_bf16(row + unit * kBytes);
  }
};

// Blocks of 32 in kBytes, which begin with kScales numbers of 16 bits.
template <int kSize, int kCount>
struct Block32 {
  static constexpr bool kWhole = true;
  static constexpr int kLanes = 2;
  static constexpr int kBytes = kSize;
  static constexpr int kScales = kCount;

  static void prepare(const std::uint8_t* row, int units, float* scales) {
    for (int unit = 0; unit < units; ++unit) {
      convert_f16(row + unit * kBytes, reinterpret_cast<float(&)[kScales]>(scales[unit * kScales]));
    }
  }
};

// Scale times number is exact in the types below, so that a number's parts may be scaled apart.

struct Q5_0 : Block32<22, 1> {
  static void read(const std::uint8_t* row, int unit, const float* scales, Lanes* lanes) {
    const std::uint8_t* const block = row + unit * kBytes;
    const Lanes scale = broadcast(scales[unit]);
    const Lanes table = scale * (load(numbers()) - broadcast(16));
    look_up(table, table, block + 6, lanes[0], lanes[1]);
    for (int i = 0; i < kLanes; ++i) lanes[i] = lanes[i] + where_set(scale * broadcast(16), block + 2 + 2 * i);
  }
};

struct Q5_1 : Block32<24, 2> {
  static void read(const std::uint8_t* row, int unit, const float* scales, Lanes* lanes) {
    const std::uint8_t* const block = row + unit * kBytes;
    const Lanes scale = broadcast(scales[2 * unit]);
    const Lanes minimum = broadcast(scales[2 * unit + 1]);
    const Lanes table = scale * load(numbers());
    look_up(table, table, block + 8, lanes[0], lanes[1]);
    for (int i = 0; i < kLanes; ++i) {
      lanes[i] = lanes[i] + where_set(scale * broadcast(16), block + 4 + 2 * i) + minimum;
    }
  }
};

// Unit `unit` of a row of `columns` weights, 0 behind its end.
template <typename Reader>
inline void read_unit(const std::uint8_t* row, int unit, int columns, const float* scales, Lanes* lanes) {
  if constexpr (!Reader::kWhole) {
    const int rest = columns - unit * kLaneCount;
    if (rest < kLaneCount) {
      std::uint8_t padded[Reader::kBytes] = {};
      __builtin_memcpy(padded, row + unit * Reader::kBytes,
                       static_cast<std::size_t>(rest) * (Reader::kBytes / kLaneCount));
      return Reader::read(padded, 0, scales, lanes);
    }
  }
  Reader::read(row, unit, scales, lanes);
}

}  // namespace
}  // namespace tripos::moe
