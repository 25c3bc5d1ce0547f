// Stored weights as lanes, each exactly what quant/dequantise.h says, where the layouts are described. After lanes_*.h.
//
// A reader takes the weights of a row in units of kLanes lanes: read(row, i, lanes) is unit i.

namespace tripos::moe {
namespace {

inline void look_up(const Lanes& table, const std::uint8_t* from, Lanes* lanes) {
  look_up(table, table, from, lanes[0], lanes[1]);
}

inline Lanes counting() {
  static const float kNumbers[kLaneCount] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
  return load(kNumbers);
}

// Numbers that stand for themselves, whose rows may end within a unit.
template <int kSize>
struct Plain {
  static constexpr bool kWhole = false;
  static constexpr int kLanes = 1;
  static constexpr int kBytes = kSize * kLaneCount;
};

struct F32 : Plain<4> {
  static void read(const std::uint8_t* row, int unit, Lanes* lanes) {
    lanes[0] = load(reinterpret_cast<const float*>(row) + unit * kLaneCount);
  }
};

struct F16 : Plain<2> {
  static void read(const std::uint8_t* row, int unit, Lanes* lanes) { lanes[0] = from_f16(row + unit * kBytes); }
};

struct Bf16 : Plain<2> {
  static void read(const std::uint8_t* row, int unit, Lanes* lanes) { lanes[0] = from_bf16(row + unit * kBytes); }
};

struct Block32 {
  static constexpr bool kWhole = true;
  static constexpr int kLanes = 2;
};

struct Q4_0 : Block32 {
  static void read(const std::uint8_t* row, int unit, Lanes* lanes) {
    const std::uint8_t* const block = row + static_cast<std::ptrdiff_t>(unit) * 18;
    look_up(broadcast_f16(block) * (counting() - broadcast(8)), block + 2, lanes);
  }
};

struct Q4_1 : Block32 {
  static void read(const std::uint8_t* row, int unit, Lanes* lanes) {
    const std::uint8_t* const block = row + static_cast<std::ptrdiff_t>(unit) * 20;
    look_up(broadcast_f16(block) * counting() + broadcast_f16(block + 2), block + 4, lanes);
  }
};

struct Q8_0 : Block32 {
  static void read(const std::uint8_t* row, int unit, Lanes* lanes) {
    const std::uint8_t* const block = row + static_cast<std::ptrdiff_t>(unit) * 34;
    const Lanes scale = broadcast_f16(block);
    lanes[0] = scale * from_i8(block + 2);
    lanes[1] = scale * from_i8(block + 2 + kLaneCount);
  }
};

struct Mxfp4 : Block32 {
  static void read(const std::uint8_t* row, int unit, Lanes* lanes) {
    static const float kDoubled[kLaneCount] = {0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12};
    const std::uint8_t* const block = row + static_cast<std::ptrdiff_t>(unit) * 17;
    const std::uint32_t bits = block[0] < 2 ? 0x00200000U << block[0] : (block[0] - 1U) << 23;
    float half_scale;
    __builtin_memcpy(&half_scale, &bits, sizeof(bits));
    look_up(broadcast(half_scale) * load(kDoubled), block + 1, lanes);
  }
};

// A unit is two groups of 32, the halves of the same bytes.
struct Q4K {
  static constexpr bool kWhole = true;
  static constexpr int kLanes = 4;

  static void read(const std::uint8_t* row, int unit, Lanes* lanes) {
    const std::uint8_t* const block = row + static_cast<std::ptrdiff_t>(unit / 4) * 144;
    const int group = unit % 4 * 2;
    const Lanes even = table(block, group);
    const Lanes odd = table(block, group + 1);
    for (int half = 0; half < 2; ++half) {
      const std::uint8_t* const bytes = block + 16 + group * 16 + half * 16;
      look_up(even, odd, bytes, lanes[half], lanes[2 + half]);
    }
  }

 private:
  static Lanes table(const std::uint8_t* block, int group) {
    const std::uint8_t* const scales = block + 4;
    int scale = scales[group] & 0x3F;
    int minimum = scales[group + 4] & 0x3F;
    if (group >= 4) {
      scale = (scales[group + 4] & 0xF) | (scales[group - 4] >> 6) << 4;
      minimum = scales[group + 4] >> 4 | (scales[group] >> 6) << 4;
    }
    const Lanes step = broadcast_f16(block) * broadcast(static_cast<float>(scale));
    return step * counting() - broadcast_f16(block + 2) * broadcast(static_cast<float>(minimum));
  }
};

// Unit `unit` of a row of `columns` weights, 0 behind its end.
template <typename Reader>
inline void read_unit(const std::uint8_t* row, int unit, int columns, Lanes* lanes) {
  if constexpr (!Reader::kWhole) {
    const int rest = columns - unit * kLaneCount;
    if (rest < kLaneCount) {
      std::uint8_t padded[Reader::kBytes] = {};
      __builtin_memcpy(padded, row + static_cast<std::ptrdiff_t>(unit) * Reader::kBytes,
                       static_cast<std::size_t>(rest) * (Reader::kBytes / kLaneCount));
      return Reader::read(padded, 0, lanes);
    }
  }
  Reader::read(row, unit, lanes);
}

}  // namespace
}  // namespace tripos::moe
