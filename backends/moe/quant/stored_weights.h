#pragma once
// Weights as they are stored, one by one. C++17, for kernels, too.
//
// The block layouts are those of ggml (src/ggml-common.h, src/ggml-quants.c). All arithmetic is in float, in ggml's
// order.
// Blocks of 32 hold weight i in the low half of byte i and weight i + 16 in the high half:
//   Q4_0   f16 scale, 16 bytes                        (q - 8) * scale
//   Q4_1   f16 scale, f16 minimum, 16 bytes           q * scale + minimum
//   Q5_0   f16 scale, u32 of fifth bits, 16 bytes     (q - 16) * scale
//   Q5_1   f16 scale, f16 minimum, u32, 16 bytes      q * scale + minimum
//   Q8_0   f16 scale, 32 signed bytes                 q * scale
//   MXFP4  e8m0 scale, 16 bytes                       fp4(q) * scale
// Blocks of 256 hold groups with small integer scales of their own:
//   Q4_K   f16 d, f16 m, 12 bytes of scales, 128 bytes             q * (d * scale) - m * minimum, groups of 32
//   Q5_K   f16 d, f16 m, 12 bytes of scales, 32 bytes, 128 bytes   the same
//   Q6_K   128 bytes, 64 bytes, 16 signed scales, f16 d            (q - 32) * (d * scale), groups of 16
// And our own, whose scales are floats; I4_G128 has four times the 16 bytes of I4_G32, for 32 weights each:
//   E4M3_G128  f32 scale, 128 bytes    f8(q) * scale
//   I4_G32     f32 scale, 16 bytes     (q - 8) * scale
//   I4_G128    f32 scale, 64 bytes     (q - 8) * scale

#include "backends/moe/io/element_type.h"
#include "backends/moe/quant/number_formats.h"

namespace tripos::moe {

using Bytes = const std::uint8_t*;

// How weights of a type are read; there is none for integers. The weights of a group have their scales in common.
template <ElementType kType>
struct StoredAs {
  static constexpr int kBlockWeights = static_cast<int>(format_of(kType).block_weights);
  static constexpr int kBlockBytes = static_cast<int>(format_of(kType).block_bytes);
  static constexpr int kGroupWeights = kType == ElementType::kQ6K ? 16 : kBlockWeights < 32 ? 1 : 32;

  // Weight i of a group of a block.
  TRIPOS_HOST_DEVICE static float weight(Bytes block, int group, int i);
  // Weight i of a row of blocks.
  TRIPOS_HOST_DEVICE static float weight_of_row(Bytes row, int i) {
    const Bytes block = row + static_cast<std::ptrdiff_t>(i / kBlockWeights) * kBlockBytes;
    return weight(block, i % kBlockWeights / kGroupWeights, i % kGroupWeights);
  }
};

// Numbers in files may stand at any byte; those on a device stand at multiples of their size, and are read at once.
template <typename T>
TRIPOS_HOST_DEVICE inline T number_at(Bytes bytes) {
#ifdef __CUDA_ARCH__
  return *reinterpret_cast<const T*>(bytes);
#else
  T value;
  std::memcpy(&value, bytes, sizeof(value));
  return value;
#endif
}

TRIPOS_HOST_DEVICE inline float f16_at(Bytes bytes) { return float_of_f16(number_at<std::uint16_t>(bytes)); }

// The number in 4 bits of weight i of 32.
TRIPOS_HOST_DEVICE inline int nibble(Bytes bytes, int i) { return i < 16 ? bytes[i] & 0xF : bytes[i - 16] >> 4; }

// The number in 5 bits of weight i of 32: the upper bits lie together in front.
TRIPOS_HOST_DEVICE inline int five_bits(Bytes bytes, int i) {
  const int upper = bytes[i / 8] >> (i % 8) & 1;
  return nibble(bytes + 4, i) | upper << 4;
}

struct GroupScale {
  int scale;
  int minimum;
};

// Scale and minimum, 6 bits each, of group `g` of 8. Groups 0 to 3 have theirs in bytes g and g + 4; groups 4 to 7 have
// the low 4 bits in byte g + 4 and the upper 2 bits where those of group g - 4 leave room.
TRIPOS_HOST_DEVICE inline GroupScale group_scale(Bytes scales, int g) {
  if (g < 4) return {scales[g] & 0x3F, scales[g + 4] & 0x3F};
  return {(scales[g + 4] & 0xF) | (scales[g - 4] >> 6) << 4, scales[g + 4] >> 4 | (scales[g] >> 6) << 4};
}

// A weight of Q4_K and Q5_K, whose blocks begin alike, from its number in 4 or 5 bits.
TRIPOS_HOST_DEVICE inline float scaled_in_group(Bytes block, int group, int number) {
  const GroupScale scales = group_scale(block + 4, group);
  const float scale = f16_at(block) * static_cast<float>(scales.scale);
  const float minimum = f16_at(block + 2) * static_cast<float>(scales.minimum);
  return scale * static_cast<float>(number) - minimum;
}

// The number in 4 bits of weight i of a group of Q4_K and Q5_K: of each 32 bytes, the low halves are one group and the
// high halves the next.
TRIPOS_HOST_DEVICE inline int nibble_of_group(Bytes bytes, int group, int i) {
  return bytes[group / 2 * 32 + i] >> (group % 2 * 4) & 0xF;
}

template <>
TRIPOS_HOST_DEVICE inline float StoredAs<ElementType::kF32>::weight(Bytes block, int /*group*/, int /*i*/) {
  return number_at<float>(block);
}

template <>
TRIPOS_HOST_DEVICE inline float StoredAs<ElementType::kF16>::weight(Bytes block, int /*group*/, int /*i*/) {
  return f16_at(block);
}

template <>
TRIPOS_HOST_DEVICE inline float StoredAs<ElementType::kBf16>::weight(Bytes block, int /*group*/, int /*i*/) {
  return float_of_bf16(number_at<std::uint16_t>(block));
}

template <>
TRIPOS_HOST_DEVICE inline float StoredAs<ElementType::kF8E4m3>::weight(Bytes block, int /*group*/, int /*i*/) {
  return float_of_f8_e4m3(*block);
}

template <>
TRIPOS_HOST_DEVICE inline float StoredAs<ElementType::kQ4_0>::weight(Bytes block, int /*group*/, int i) {
  return f16_at(block) * static_cast<float>(nibble(block + 2, i) - 8);
}

template <>
TRIPOS_HOST_DEVICE inline float StoredAs<ElementType::kQ4_1>::weight(Bytes block, int /*group*/, int i) {
  return f16_at(block) * static_cast<float>(nibble(block + 4, i)) + f16_at(block + 2);
}

template <>
TRIPOS_HOST_DEVICE inline float StoredAs<ElementType::kQ5_0>::weight(Bytes block, int /*group*/, int i) {
  return f16_at(block) * static_cast<float>(five_bits(block + 2, i) - 16);
}

template <>
TRIPOS_HOST_DEVICE inline float StoredAs<ElementType::kQ5_1>::weight(Bytes block, int /*group*/, int i) {
  return f16_at(block) * static_cast<float>(five_bits(block + 4, i)) + f16_at(block + 2);
}

template <>
TRIPOS_HOST_DEVICE inline float StoredAs<ElementType::kQ8_0>::weight(Bytes block, int /*group*/, int i) {
  return f16_at(block) * static_cast<float>(static_cast<std::int8_t>(block[2 + i]));
}

template <>
TRIPOS_HOST_DEVICE inline float StoredAs<ElementType::kMxfp4>::weight(Bytes block, int /*group*/, int i) {
  return half_of_e8m0(block[0]) * static_cast<float>(doubled_e2m1(nibble(block + 1, i)));
}

template <>
TRIPOS_HOST_DEVICE inline float StoredAs<ElementType::kQ4K>::weight(Bytes block, int group, int i) {
  return scaled_in_group(block, group, nibble_of_group(block + 16, group, i));
}

template <>
TRIPOS_HOST_DEVICE inline float StoredAs<ElementType::kQ5K>::weight(Bytes block, int group, int i) {
  const int upper = block[16 + i] >> group & 1;  // bit g of byte i belongs to weight i of group g
  return scaled_in_group(block, group, nibble_of_group(block + 48, group, i) | upper << 4);
}

template <>
TRIPOS_HOST_DEVICE inline float StoredAs<ElementType::kQ6K>::weight(Bytes block, int group, int i) {
  const int half = group / 8;  // each half of the block is laid out alike, in four rows of 32
  const int row = group % 8 / 2;
  const int column = group % 2 * 16 + i;
  const int lower = block[half * 64 + row % 2 * 32 + column] >> (row / 2 * 4) & 0xF;
  const int upper = block[128 + half * 32 + column] >> (row * 2) & 3;
  const float scale = f16_at(block + 208) * static_cast<float>(static_cast<std::int8_t>(block[192 + group]));
  return scale * static_cast<float>((lower | upper << 4) - 32);
}

template <>
TRIPOS_HOST_DEVICE inline float StoredAs<ElementType::kE4m3G128>::weight(Bytes block, int group, int i) {
  return float_of_f8_e4m3(block[4 + group * 32 + i]) * number_at<float>(block);
}

// Of I4_G32 and I4_G128.
TRIPOS_HOST_DEVICE inline float scaled_int4(Bytes block, int group, int i) {
  return static_cast<float>(nibble(block + 4 + group * 16, i) - 8) * number_at<float>(block);
}

template <>
TRIPOS_HOST_DEVICE inline float StoredAs<ElementType::kI4G32>::weight(Bytes block, int group, int i) {
  return scaled_int4(block, group, i);
}

template <>
TRIPOS_HOST_DEVICE inline float StoredAs<ElementType::kI4G128>::weight(Bytes block, int group, int i) {
  return scaled_int4(block, group, i);
}

// Calls `visit` with the StoredAs of a type; not for integers, which are no weights.
template <typename Visit>
TRIPOS_HOST_DEVICE inline void with_stored_as(ElementType type, Visit visit) {
  switch (type) {
    case ElementType::kF32:
      return visit(StoredAs<ElementType::kF32>());
    case ElementType::kF16:
      return visit(StoredAs<ElementType::kF16>());
    case ElementType::kBf16:
      return visit(StoredAs<ElementType::kBf16>());
    case ElementType::kF8E4m3:
      return visit(StoredAs<ElementType::kF8E4m3>());
    case ElementType::kQ4_0:
      return visit(StoredAs<ElementType::kQ4_0>());
    case ElementType::kQ4_1:
      return visit(StoredAs<ElementType::kQ4_1>());
    case ElementType::kQ5_0:
      return visit(StoredAs<ElementType::kQ5_0>());
    case ElementType::kQ5_1:
      return visit(StoredAs<ElementType::kQ5_1>());
    case ElementType::kQ8_0:
      return visit(StoredAs<ElementType::kQ8_0>());
    case ElementType::kQ4K:
      return visit(StoredAs<ElementType::kQ4K>());
    case ElementType::kQ5K:
      return visit(StoredAs<ElementType::kQ5K>());
    case ElementType::kQ6K:
      return visit(StoredAs<ElementType::kQ6K>());
    case ElementType::kMxfp4:
      return visit(StoredAs<ElementType::kMxfp4>());
    case ElementType::kE4m3G128:
      return visit(StoredAs<ElementType::kE4m3G128>());
    case ElementType::kI4G32:
      return visit(StoredAs<ElementType::kI4G32>());
    case ElementType::kI4G128:
      return visit(StoredAs<ElementType::kI4G128>());
    case ElementType::kI8:
    case ElementType::kU8:
    case ElementType::kI32:
    case ElementType::kI64:
      return;
  }
}

}  // namespace tripos::moe
