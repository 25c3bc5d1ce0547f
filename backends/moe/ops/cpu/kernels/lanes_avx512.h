// 16 floats in one register.

#include <immintrin.h>

namespace tripos::moe {
namespace {

constexpr int kTileRows = 4;       // weight rows by
constexpr int kTileColumns = 6;    // activation rows of sums that fit the 32 registers
constexpr int kStoredColumns = 5;  // activation rows up to twice as many: decoding again costs less than a tile
constexpr int kValueLanes = 4;     // of a value by kTileColumns queries
constexpr int kBandColumns = 12;   // activation rows by a band

struct Lanes {
  __m512 v;
};

inline __mmask16 first_lanes(int count) { return static_cast<__mmask16>((1U << count) - 1); }

inline Lanes zeros() { return {_mm512_setzero_ps()}; }
inline Lanes broadcast(float x) { return {_mm512_set1_ps(x)}; }
inline Lanes load(const float* from) { return {_mm512_loadu_ps(from)}; }
inline Lanes load(const float* from, int count) { return {_mm512_maskz_loadu_ps(first_lanes(count), from)}; }
inline void store(float* to, Lanes x) { _mm512_storeu_ps(to, x.v); }
inline void store(float* to, Lanes x, int count) { _mm512_mask_storeu_ps(to, first_lanes(count), x.v); }

inline Lanes operator+(Lanes a, Lanes b) { return {_mm512_add_ps(a.v, b.v)}; }
inline Lanes operator-(Lanes a, Lanes b) { return {_mm512_sub_ps(a.v, b.v)}; }
inline Lanes operator*(Lanes a, Lanes b) { return {_mm512_mul_ps(a.v, b.v)}; }
inline Lanes operator/(Lanes a, Lanes b) { return {_mm512_div_ps(a.v, b.v)}; }
inline Lanes fused(Lanes a, Lanes b, Lanes c) { return {_mm512_fmadd_ps(a.v, b.v, c.v)}; }  // a * b + c
inline Lanes lower(Lanes a, Lanes b) { return {_mm512_min_ps(a.v, b.v)}; }
inline Lanes higher(Lanes a, Lanes b) { return {_mm512_max_ps(a.v, b.v)}; }
// x where `by` is at least `limit`, 0 elsewhere.
inline Lanes zero_below(Lanes x, Lanes by, float limit) {
  return {_mm512_maskz_mov_ps(_mm512_cmp_ps_mask(by.v, _mm512_set1_ps(limit), _CMP_GE_OQ), x.v)};
}
// x * 2^n, n being the low bits of `power`, without care for overflow.
inline Lanes times_power(Lanes x, Lanes power) {
  const __m512i exponent = _mm512_slli_epi32(_mm512_castps_si512(power.v), 23);
  return {_mm512_castsi512_ps(_mm512_add_epi32(_mm512_castps_si512(x.v), exponent))};
}

inline __m128 four_of(Lanes x) {
  const __m256 eight = _mm256_add_ps(_mm512_castps512_ps256(x.v), _mm512_extractf32x8_ps(x.v, 1));
  return _mm_add_ps(_mm256_castps256_ps128(eight), _mm256_extractf128_ps(eight, 1));
}

// Lane i + 8 on lane i, then i + 4, i + 2, i + 1.
inline float sum(Lanes x) {
  const __m128 four = four_of(x);
  const __m128 two = _mm_add_ps(four, _mm_movehl_ps(four, four));
  return _mm_cvtss_f32(_mm_add_ss(two, _mm_movehdup_ps(two)));
}
inline __m128 two_of(__m128 a, __m128 b) {  // a, b, a, b
  return _mm_add_ps(_mm_unpacklo_ps(a, b), _mm_unpackhi_ps(a, b));
}
// The sums of four, each in the order of sum(), with their biases; bias may be null.
inline void store_sums(float* to, Lanes a, Lanes b, Lanes c, Lanes d, const float* bias) {
  const __m128 ab = two_of(four_of(a), four_of(b));
  const __m128 cd = two_of(four_of(c), four_of(d));
  const __m128 sums = _mm_add_ps(_mm_movelh_ps(ab, cd), _mm_movehl_ps(cd, ab));
  _mm_storeu_ps(to, _mm_add_ps(sums, bias == nullptr ? _mm_setzero_ps() : _mm_loadu_ps(bias)));
}
inline float highest(Lanes x) { return _mm512_reduce_max_ps(x.v); }

inline __m128i load_16(const std::uint8_t* from) { return _mm_loadu_si128(reinterpret_cast<const __m128i*>(from)); }

inline Lanes from_bf16(const std::uint8_t* from) {
  const __m256i halves = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from));
  return {_mm512_castsi512_ps(_mm512_slli_epi32(_mm512_cvtepu16_epi32(halves), 16))};
}
inline Lanes from_f16(const std::uint8_t* from) {
  return {_mm512_cvtph_ps(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(from)))};
}

// 16 words of 32 bits, or 64 bytes.
struct Words {
  __m512i v;
};

inline Words zero_words() { return {_mm512_setzero_si512()}; }
inline Words load_words(const std::uint8_t* from) { return {_mm512_loadu_si512(from)}; }
// Each word a byte.
inline Words load_bytes(const std::uint8_t* from) { return {_mm512_cvtepu8_epi32(load_16(from))}; }
inline Lanes with_bits(Words words) { return {_mm512_castsi512_ps(words.v)}; }
// For each byte, from 0 to 15, the one of 16 that stands there.
inline Words look_up(const std::uint8_t (&table)[16], Words bytes) {
  return {_mm512_shuffle_epi8(_mm512_broadcast_i32x4(load_16(table)), bytes.v)};
}
// The numbers that the words have from bit `shift` on, as `table` has their low 4 bits.
inline Lanes look_up(Lanes table, Words words, int shift) {
  return {_mm512_permutexvar_ps(_mm512_srli_epi32(words.v, static_cast<unsigned>(shift)), table.v)};
}
// Of each word its number `n` of 4 bits.
inline Lanes from_u4(Words words, int n) {
  return look_up({_mm512_setr_ps(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15)}, words, 4 * n);
}
inline Lanes from_u4_less_8(Words words, int n) {
  return look_up({_mm512_setr_ps(-8, -7, -6, -5, -4, -3, -2, -1, 0, 1, 2, 3, 4, 5, 6, 7)}, words, 4 * n);
}
// Of each word its signed byte `byte`.
inline Lanes from_i8(Words words, int byte) {
  const __m512i upper = _mm512_slli_epi32(words.v, static_cast<unsigned>(24 - 8 * byte));
  return {_mm512_cvtepi32_ps(_mm512_srai_epi32(upper, 24))};
}
inline Words operator|(Words a, Words b) { return {_mm512_or_si512(a.v, b.v)}; }
inline Words operator&(Words words, std::uint32_t mask) {
  return {_mm512_and_si512(words.v, _mm512_set1_epi32(static_cast<int>(mask)))};
}
inline Words operator^(Words words, std::uint32_t mask) {
  return {_mm512_xor_si512(words.v, _mm512_set1_epi32(static_cast<int>(mask)))};
}
inline Words operator>>(Words words, int bits) { return {_mm512_srli_epi32(words.v, static_cast<unsigned>(bits))}; }
inline Words operator<<(Words words, int bits) { return {_mm512_slli_epi32(words.v, static_cast<unsigned>(bits))}; }
// sums + of each word the dot product of its four bytes, unsigned ones, with the four at `with`. kMost: the highest of
// the bytes.
template <int kMost>
inline Words dot(Words bytes, const std::int8_t* with, Words sums) {
  int four;
  __builtin_memcpy(&four, with, sizeof(four));
  return {_mm512_dpbusd_epi32(sums.v, bytes.v, _mm512_set1_epi32(four))};
}
inline Lanes to_floats(Words words) { return {_mm512_cvtepi32_ps(words.v)}; }
// The lowest byte of each lane's bits.
inline void store_low_bytes(std::int8_t* to, Lanes x) {
  _mm_storeu_si128(reinterpret_cast<__m128i*>(to), _mm512_cvtepi32_epi8(_mm512_castps_si512(x.v)));
}

}  // namespace
}  // namespace tripos::moe
