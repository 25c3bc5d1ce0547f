// Weights that are numbers of their own as lanes: unit `unit` of a row is one lane each. After lanes_*.h.

namespace tripos::moe {
namespace {

struct F32 {
  static constexpr int kBytes = 4;
  static Lanes read(const std::uint8_t* row, int unit) {
    return load(reinterpret_cast<const float*>(row) + unit * kLaneCount);
  }
};

struct F16 {
  static constexpr int kBytes = 2;
  static Lanes read(const std::uint8_t* row, int unit) { return from_f16(row + unit * kBytes * kLaneCount); }
};

struct Bf16 {
  static constexpr int kBytes = 2;
  static Lanes read(const std::uint8_t* row, int unit) { return from_bf16(row + unit * kBytes * kLaneCount); }
};

// The last weights of a row, fewer than the lanes; 0 behind them.
template <typename Reader>
inline Lanes read_rest(const std::uint8_t* row, int unit, int rest) {
  std::uint8_t padded[Reader::kBytes * kLaneCount] = {};
  __builtin_memcpy(padded, row + unit * Reader::kBytes * kLaneCount, static_cast<std::size_t>(rest) * Reader::kBytes);
  return Reader::read(padded, 0);
}

}  // namespace
}  // namespace tripos::moe
