// 16 floats in two registers.

#include <immintrin.h>

namespace tripos::moe {
namespace {

constexpr int kTileRows = 2;       // weight rows by
constexpr int kTileColumns = 3;    // activation rows of sums that fit the 16 registers
constexpr int kStoredColumns = 2;  // activation rows up to twice as many: decoding again costs less than a tile
constexpr int kValueLanes = 2;     // of a value by kTileColumns queries
constexpr int kBandColumns = 3;    // activation rows by a band

struct Lanes {
  __m256 low, high;
};

// All bits of the first `count` lanes of 8.
inline __m256i first_lanes(int count) {
  return _mm256_cmpgt_epi32(_mm256_set1_epi32(count), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
}

inline Lanes zeros() { return {_mm256_setzero_ps(), _mm256_setzero_ps()}; }
inline Lanes broadcast(float x) { return {_mm256_set1_ps(x), _mm256_set1_ps(x)}; }
inline Lanes load(const float* from) { return {_mm256_loadu_ps(from), _mm256_loadu_ps(from + 8)}; }
inline Lanes load(const float* from, int count) {
  return {_mm256_maskload_ps(from, first_lanes(count)), _mm256_maskload_ps(from + 8, first_lanes(count - 8))};
}
inline void store(float* to, Lanes x) {
  _mm256_storeu_ps(to, x.low);
  _mm256_storeu_ps(to + 8, x.high);
}
inline void store(float* to, Lanes x, int count) {
  _mm256_maskstore_ps(to, first_lanes(count), x.low);
  _mm256_maskstore_ps(to + 8, first_lanes(count - 8), x.high);
}

inline Lanes operator+(Lanes a, Lanes b) { return {_mm256_add_ps(a.low, b.low), _mm256_add_ps(a.high, b.high)}; }
inline Lanes operator-(Lanes a, Lanes b) { return {_mm256_sub_ps(a.low, b.low), _mm256_sub_ps(a.high, b.high)}; }
inline Lanes operator*(Lanes a, Lanes b) { return {_mm256_mul_ps(a.low, b.low), _mm256_mul_ps(a.high, b.high)}; }
inline Lanes operator/(Lanes a, Lanes b) { return {_mm256_div_ps(a.low, b.low), _mm256_div_ps(a.high, b.high)}; }
inline Lanes fused(Lanes a, Lanes b, Lanes c) {  // a * b + c
  return {_mm256_fmadd_ps(a.low, b.low, c.low), _mm256_fmadd_ps(a.high, b.high, c.high)};
}
inline Lanes lower(Lanes a, Lanes b) { return {_mm256_min_ps(a.low, b.low), _mm256_min_ps(a.high, b.high)}; }
inline Lanes higher(Lanes a, Lanes b) { return {_mm256_max_ps(a.low, b.low), _mm256_max_ps(a.high, b.high)}; }
// x where `by` is at least `limit`, 0 elsewhere.
inline Lanes zero_below(Lanes x, Lanes by, float limit) {
  const __m256 least = _mm256_set1_ps(limit);
  return {_mm256_and_ps(x.low, _mm256_cmp_ps(by.low, least, _CMP_GE_OQ)),
          _mm256_and_ps(x.high, _mm256_cmp_ps(by.high, least, _CMP_GE_OQ))};
}
inline __m256 times_power(__m256 x, __m256 power) {
  const __m256i exponent = _mm256_slli_epi32(_mm256_castps_si256(power), 23);
  return _mm256_castsi256_ps(_mm256_add_epi32(_mm256_castps_si256(x), exponent));
}
// x * 2^n, n being the low bits of `power`, without care for overflow.
inline Lanes times_power(Lanes x, Lanes power) {
  return {times_power(x.low, power.low), times_power(x.high, power.high)};
}

// Lane i + 8 on lane i, then i + 4, i + 2, i + 1.
inline float sum(Lanes x) {
  const __m256 eight = _mm256_add_ps(x.low, x.high);
  const __m128 four = _mm_add_ps(_mm256_castps256_ps128(eight), _mm256_extractf128_ps(eight, 1));
  const __m128 two = _mm_add_ps(four, _mm_movehl_ps(four, four));
  return _mm_cvtss_f32(_mm_add_ss(two, _mm_movehdup_ps(two)));
}
inline float highest(Lanes x) {
  const __m256 eight = _mm256_max_ps(x.low, x.high);
  const __m128 four = _mm_max_ps(_mm256_castps256_ps128(eight), _mm256_extractf128_ps(eight, 1));
  const __m128 two = _mm_max_ps(four, _mm_movehl_ps(four, four));
  return _mm_cvtss_f32(_mm_max_ss(two, _mm_movehdup_ps(two)));
}

inline __m128i load_16(const std::uint8_t* from) { return _mm_loadu_si128(reinterpret_cast<const __m128i*>(from)); }
inline __m128i load_8(const std::uint8_t* from) { return _mm_loadl_epi64(reinterpret_cast<const __m128i*>(from)); }

inline __m256 from_8_bf16(const std::uint8_t* from) {
  return _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_cvtepu16_epi32(load_16(from)), 16));
}
inline Lanes from_bf16(const std::uint8_t* from) { return {from_8_bf16(from), from_8_bf16(from + 16)}; }
inline Lanes from_f16(const std::uint8_t* from) {
  return {_mm256_cvtph_ps(load_16(from)), _mm256_cvtph_ps(load_16(from + 16))};
}
// Of the numbers 0 to 15 in the low halves of the bytes of `numbers`.
inline __m256 look_up(Lanes table, __m256i numbers) {
  const __m256 from_low = _mm256_permutevar8x32_ps(table.low, numbers);
  const __m256 from_high = _mm256_permutevar8x32_ps(table.high, numbers);
  return _mm256_blendv_ps(from_low, from_high, _mm256_castsi256_ps(_mm256_slli_epi32(numbers, 28)));
}

// 16 words of 32 bits, or 64 bytes.
struct Words {
  __m256i low, high;
};

inline Words zero_words() { return {_mm256_setzero_si256(), _mm256_setzero_si256()}; }
inline Words load_words(const std::uint8_t* from) {
  return {_mm256_loadu_si256(reinterpret_cast<const __m256i*>(from)),
          _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from + 32))};
}
// Each word a byte.
inline Words load_bytes(const std::uint8_t* from) {
  return {_mm256_cvtepu8_epi32(load_8(from)), _mm256_cvtepu8_epi32(load_8(from + 8))};
}
inline Lanes with_bits(Words words) { return {_mm256_castsi256_ps(words.low), _mm256_castsi256_ps(words.high)}; }
// For each byte, from 0 to 15, the one of 16 that stands there.
inline Words look_up(const std::uint8_t (&table)[16], Words bytes) {
  const __m256i both = _mm256_broadcastsi128_si256(load_16(table));
  return {_mm256_shuffle_epi8(both, bytes.low), _mm256_shuffle_epi8(both, bytes.high)};
}
// The numbers that the words have from bit `shift` on, as `table` has their low 4 bits.
inline Lanes look_up(Lanes table, Words words, int shift) {
  return {look_up(table, _mm256_srli_epi32(words.low, shift)), look_up(table, _mm256_srli_epi32(words.high, shift))};
}
// Of each word its number `n` of 4 bits.
inline __m256 from_u4(__m256i words, int n) {
  return _mm256_cvtepi32_ps(_mm256_and_si256(_mm256_srli_epi32(words, 4 * n), _mm256_set1_epi32(0xF)));
}
inline Lanes from_u4(Words words, int n) { return {from_u4(words.low, n), from_u4(words.high, n)}; }
inline __m256 from_u4_less_8(__m256i words, int n) {
  const __m256i with_signs = _mm256_xor_si256(words, _mm256_set1_epi32(static_cast<int>(0x88888888)));
  return _mm256_cvtepi32_ps(_mm256_srai_epi32(_mm256_slli_epi32(with_signs, 28 - 4 * n), 28));
}
inline Lanes from_u4_less_8(Words words, int n) {
  return {from_u4_less_8(words.low, n), from_u4_less_8(words.high, n)};
}
inline __m256 from_i8(__m256i words, int byte) {
  return _mm256_cvtepi32_ps(_mm256_srai_epi32(_mm256_slli_epi32(words, 24 - 8 * byte), 24));
}
// Of each word its signed byte `byte`.
inline Lanes from_i8(Words words, int byte) { return {from_i8(words.low, byte), from_i8(words.high, byte)}; }
inline Words operator|(Words a, Words b) { return {_mm256_or_si256(a.low, b.low), _mm256_or_si256(a.high, b.high)}; }
inline Words operator&(Words words, std::uint32_t mask) {
  const __m256i masks = _mm256_set1_epi32(static_cast<int>(mask));
  return {_mm256_and_si256(words.low, masks), _mm256_and_si256(words.high, masks)};
}
inline Words operator^(Words words, std::uint32_t mask) {
  const __m256i masks = _mm256_set1_epi32(static_cast<int>(mask));
  return {_mm256_xor_si256(words.low, masks), _mm256_xor_si256(words.high, masks)};
}
inline Words operator>>(Words words, int bits) {
  return {_mm256_srli_epi32(words.low, bits), _mm256_srli_epi32(words.high, bits)};
}
inline Words operator<<(Words words, int bits) {
  return {_mm256_slli_epi32(words.low, bits), _mm256_slli_epi32(words.high, bits)};
}
// Products of bytes meet in pairs in 16 bits, which hold those of numbers up to 128.
template <int kMost>
inline __m256i dot(__m256i bytes, __m256i with, __m256i sums) {
  const __m256i ones = _mm256_set1_epi16(1);
  if constexpr (kMost > 128) {
    const __m256i top = _mm256_and_si256(bytes, _mm256_set1_epi8(-128));
    sums = _mm256_add_epi32(sums, _mm256_madd_epi16(_mm256_maddubs_epi16(top, with), ones));
    bytes = _mm256_andnot_si256(_mm256_set1_epi8(-128), bytes);
  }
  return _mm256_add_epi32(sums, _mm256_madd_epi16(_mm256_maddubs_epi16(bytes, with), ones));
}
// sums + of each word the dot product of its four bytes, unsigned ones, with the four at `with`. kMost: the highest of
// the bytes.
template <int kMost>
inline Words dot(Words bytes, const std::int8_t* with, Words sums) {
  int four;
  __builtin_memcpy(&four, with, sizeof(four));
  const __m256i fours = _mm256_set1_epi32(four);
  return {dot<kMost>(bytes.low, fours, sums.low), dot<kMost>(bytes.high, fours, sums.high)};
}
inline Lanes to_floats(Words words) { return {_mm256_cvtepi32_ps(words.low), _mm256_cvtepi32_ps(words.high)}; }
// The lowest byte of each lane's bits.
inline void store_low_bytes(std::int8_t* to, Lanes x) {
  const __m256i lowest = _mm256_set1_epi32(0xFF);
  const __m256i low = _mm256_and_si256(_mm256_castps_si256(x.low), lowest);
  const __m256i high = _mm256_and_si256(_mm256_castps_si256(x.high), lowest);
  const __m256i pairs = _mm256_permute4x64_epi64(_mm256_packus_epi32(low, high), 0xD8);
  const __m128i bytes = _mm_packus_epi16(_mm256_castsi256_si128(pairs), _mm256_extracti128_si256(pairs, 1));
  _mm_storeu_si128(reinterpret_cast<__m128i*>(to), bytes);
}

}  // namespace
}  // namespace tripos::moe
