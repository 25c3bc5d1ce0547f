// 16 floats in an array, for processors without the others. Slow where the processor has no fused multiplication and
// addition, which std::fma then computes.

#include <cmath>
#include <cstring>

#include "backends/moe/quant/number_formats.h"

namespace tripos::moe {
namespace {

constexpr int kTileRows = 1;
constexpr int kTileColumns = 1;
constexpr int kStoredColumns = 1;
constexpr int kValueLanes = 1;
constexpr int kBandColumns = 1;

struct Lanes {
  float v[kLaneCount];
};

// Of each lane.
template <typename Function>
Lanes each(Function function) {
  Lanes result;
  for (int i = 0; i < kLaneCount; ++i) result.v[i] = function(i);
  return result;
}

inline Lanes zeros() { return {}; }
inline Lanes broadcast(float x) {
  return each([x](int) { return x; });
}
inline Lanes load(const float* from, int count) {
  return each([=](int i) { return i < count ? from[i] : 0; });
}
inline Lanes load(const float* from) { return load(from, kLaneCount); }
inline void store(float* to, Lanes x, int count) {
  for (int i = 0; i < count && i < kLaneCount; ++i) to[i] = x.v[i];
}
inline void store(float* to, Lanes x) { store(to, x, kLaneCount); }

inline Lanes operator+(const Lanes& a, const Lanes& b) {
  return each([&](int i) { return a.v[i] + b.v[i]; });
}
inline Lanes operator-(const Lanes& a, const Lanes& b) {
  return each([&](int i) { return a.v[i] - b.v[i]; });
}
inline Lanes operator*(const Lanes& a, const Lanes& b) {
  return each([&](int i) { return a.v[i] * b.v[i]; });
}
inline Lanes operator/(const Lanes& a, const Lanes& b) {
  return each([&](int i) { return a.v[i] / b.v[i]; });
}
inline Lanes fused(const Lanes& a, const Lanes& b, const Lanes& c) {  // a * b + c
  return each([&](int i) { return std::fma(a.v[i], b.v[i], c.v[i]); });
}
inline Lanes lower(const Lanes& a, const Lanes& b) {
  return each([&](int i) { return a.v[i] < b.v[i] ? a.v[i] : b.v[i]; });
}
inline Lanes higher(const Lanes& a, const Lanes& b) {
  return each([&](int i) { return a.v[i] > b.v[i] ? a.v[i] : b.v[i]; });
}
// x where `by` is at least `limit`, 0 elsewhere.
inline Lanes zero_below(const Lanes& x, const Lanes& by, float limit) {
  return each([&](int i) { return by.v[i] >= limit ? x.v[i] : 0; });
}
// x * 2^n, n being the low bits of `power`, without care for overflow.
inline Lanes times_power(const Lanes& x, const Lanes& power) {
  return each([&](int i) {
    std::uint32_t bits;
    std::uint32_t exponent;
    std::memcpy(&bits, &x.v[i], sizeof(bits));
    std::memcpy(&exponent, &power.v[i], sizeof(exponent));
    return float_of_bits(bits + (exponent << 23));
  });
}

// Lane i + 8 on lane i, then i + 4, i + 2, i + 1.
inline float sum(Lanes x) {
  for (int half = kLaneCount / 2; half > 0; half /= 2) {
    for (int i = 0; i < half; ++i) x.v[i] += x.v[i + half];
  }
  return x.v[0];
}
inline float highest(const Lanes& x) {
  float result = x.v[0];
  for (const float value : x.v) result = value > result ? value : result;
  return result;
}

inline std::uint16_t u16_at(const std::uint8_t* from) {
  std::uint16_t value;
  std::memcpy(&value, from, sizeof(value));
  return value;
}
inline Lanes from_bf16(const std::uint8_t* from) {
  return each([=](int i) { return float_of_bf16(u16_at(from + 2 * i)); });
}
inline Lanes from_f16(const std::uint8_t* from) {
  return each([=](int i) { return float_of_f16(u16_at(from + 2 * i)); });
}

// 16 words of 32 bits, or 64 bytes.
struct Words {
  std::uint32_t v[kLaneCount];
};

// Of each word.
template <typename Function>
Words each_word(Function function) {
  Words result;
  for (int i = 0; i < kLaneCount; ++i) result.v[i] = function(i);
  return result;
}

inline Words zero_words() { return {}; }
inline Words load_words(const std::uint8_t* from) {
  Words words;
  std::memcpy(&words, from, sizeof(words));
  return words;
}
// Each word a byte.
inline Words load_bytes(const std::uint8_t* from) {
  return each_word([=](int i) { return from[i]; });
}
inline Lanes with_bits(const Words& words) {
  return each([&](int i) { return float_of_bits(words.v[i]); });
}
// For each byte, from 0 to 15, the one of 16 that stands there.
inline Words look_up(const std::uint8_t (&table)[16], const Words& bytes) {
  return each_word([&](int i) {
    std::uint32_t found = 0;
    for (int shift = 0; shift < 32; shift += 8) found |= std::uint32_t{table[bytes.v[i] >> shift & 0xF]} << shift;
    return found;
  });
}
// The numbers that the words have from bit `shift` on, as `table` has their low 4 bits.
inline Lanes look_up(const Lanes& table, const Words& words, int shift) {
  return each([&](int i) { return table.v[words.v[i] >> shift & 0xF]; });
}
// Of each word its number `n` of 4 bits.
inline Lanes from_u4(const Words& words, int n) {
  return each([&](int i) { return static_cast<float>(words.v[i] >> (4 * n) & 0xF); });
}
inline Lanes from_u4_less_8(const Words& words, int n) { return from_u4(words, n) - broadcast(8); }
// Of each word its signed byte `byte`.
inline Lanes from_i8(const Words& words, int byte) {
  return each([&](int i) { return static_cast<float>(static_cast<std::int8_t>(words.v[i] >> (8 * byte) & 0xFF)); });
}
inline Words operator|(const Words& a, const Words& b) {
  return each_word([&](int i) { return a.v[i] | b.v[i]; });
}
inline Words operator&(const Words& words, std::uint32_t mask) {
  return each_word([&](int i) { return words.v[i] & mask; });
}
inline Words operator^(const Words& words, std::uint32_t mask) {
  return each_word([&](int i) { return words.v[i] ^ mask; });
}
inline Words operator>>(const Words& words, int bits) {
  return each_word([&](int i) { return words.v[i] >> bits; });
}
inline Words operator<<(const Words& words, int bits) {
  return each_word([&](int i) { return words.v[i] << bits; });
}
// sums + of each word the dot product of its four bytes, unsigned ones, with the four at `with`. kMost: the highest of
// the bytes.
template <int kMost>
inline Words dot(const Words& bytes, const std::int8_t* with, const Words& sums) {
  return each_word([&](int i) {
    std::uint32_t sum = sums.v[i];
    for (int k = 0; k < 4; ++k) {
      sum += static_cast<std::uint32_t>(static_cast<int>(bytes.v[i] >> (8 * k) & 0xFF) * with[k]);
    }
    return sum;
  });
}
inline Lanes to_floats(const Words& words) {
  return each([&](int i) { return static_cast<float>(static_cast<std::int32_t>(words.v[i])); });
}
// The lowest byte of each lane's bits.
inline void store_low_bytes(std::int8_t* to, const Lanes& x) {
  for (int i = 0; i < kLaneCount; ++i) {
    std::uint32_t bits;
    std::memcpy(&bits, &x.v[i], sizeof(bits));
    to[i] = static_cast<std::int8_t>(bits & 0xFF);
  }
}

}  // namespace
}  // namespace tripos::moe
