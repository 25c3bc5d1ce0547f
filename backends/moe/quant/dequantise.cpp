// The block layouts of ggml (src/ggml-common.h, src/ggml-quants.c). All arithmetic is in float, in ggml's order.
//
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
#include "backends/moe/quant/dequantise.h"

#include <fmt/format.h>

#include <array>
#include <cstdint>
#include <cstring>

#include "backends/moe/quant/number_formats.h"

namespace tripos::moe {
namespace {

using Bytes = const std::uint8_t*;

std::uint16_t u16_at(Bytes bytes) {
  std::uint16_t value;
  std::memcpy(&value, bytes, sizeof(value));
  return value;
}

float f16_at(Bytes bytes) { return float_of_f16(u16_at(bytes)); }

void read_f32(Bytes stored, float* weight) { std::memcpy(weight, stored, sizeof(float)); }
void read_f16(Bytes stored, float* weight) { *weight = f16_at(stored); }
void read_bf16(Bytes stored, float* weight) { *weight = float_of_bf16(u16_at(stored)); }
void read_f8_e4m3(Bytes stored, float* weight) { *weight = float_of_f8_e4m3(*stored); }

// The number in 4 bits of weight i of 32.
int nibble(Bytes bytes, int i) { return i < 16 ? bytes[i] & 0xF : bytes[i - 16] >> 4; }

// The number in 5 bits of weight i of 32: the upper bits lie together in front.
int five_bits(Bytes bytes, int i) {
  const int upper = bytes[i / 8] >> (i % 8) & 1;
  return nibble(bytes + 4, i) | upper << 4;
}

void read_q4_0(Bytes block, float* weights) {
  const float scale = f16_at(block);
  for (int i = 0; i < 32; ++i) weights[i] = scale * static_cast<float>(nibble(block + 2, i) - 8);
}

void read_q4_1(Bytes block, float* weights) {
  const float scale = f16_at(block);
  const float minimum = f16_at(block + 2);
  for (int i = 0; i < 32; ++i) weights[i] = scale * static_cast<float>(nibble(block + 4, i)) + minimum;
}

void read_q5_0(Bytes block, float* weights) {
  const float scale = f16_at(block);
  for (int i = 0; i < 32; ++i) weights[i] = scale * static_cast<float>(five_bits(block + 2, i) - 16);
}

void read_q5_1(Bytes block, float* weights) {
  const float scale = f16_at(block);
  const float minimum = f16_at(block + 2);
  for (int i = 0; i < 32; ++i) weights[i] = scale * static_cast<float>(five_bits(block + 4, i)) + minimum;
}

void read_q8_0(Bytes block, float* weights) {
  const float scale = f16_at(block);
  for (int i = 0; i < 32; ++i) weights[i] = scale * static_cast<float>(static_cast<std::int8_t>(block[2 + i]));
}

void read_mxfp4(Bytes block, float* weights) {
  // Twice the values of E2M1, so that they are integers; ggml has no negative zero.
  constexpr std::array<float, 16> kDoubled = {0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12};
  const float half_scale = half_of_e8m0(block[0]);
  for (int i = 0; i < 32; ++i) weights[i] = half_scale * kDoubled[static_cast<std::size_t>(nibble(block + 1, i))];
}

struct GroupScale {
  int scale;
  int minimum;
};

// Scale and minimum, 6 bits each, of group `g` of 8. Groups 0 to 3 have theirs in bytes g and g + 4; groups 4 to 7 have
// the low 4 bits in byte g + 4 and the upper 2 bits where those of group g - 4 leave room.
GroupScale group_scale(Bytes scales, int g) {
  if (g < 4) return {scales[g] & 0x3F, scales[g + 4] & 0x3F};
  return {(scales[g + 4] & 0xF) | (scales[g - 4] >> 6) << 4, scales[g + 4] >> 4 | (scales[g] >> 6) << 4};
}

void read_q4_k(Bytes block, float* weights) {
  const float d = f16_at(block);
  const float m = f16_at(block + 2);
  for (int g = 0; g < 8; ++g) {
    const GroupScale group = group_scale(block + 4, g);
    const float scale = d * static_cast<float>(group.scale);
    const float minimum = m * static_cast<float>(group.minimum);
    const Bytes pairs = &block[16 + g / 2 * 32];  // the even group in the low halves, the odd one in the high
    for (int i = 0; i < 32; ++i) {
      const int q = pairs[i] >> (g % 2 * 4) & 0xF;
      weights[g * 32 + i] = scale * static_cast<float>(q) - minimum;
    }
  }
}

void read_q5_k(Bytes block, float* weights) {
  const float d = f16_at(block);
  const float m = f16_at(block + 2);
  const Bytes upper = block + 16;  // bit g of byte i belongs to weight i of group g
  for (int g = 0; g < 8; ++g) {
    const GroupScale group = group_scale(block + 4, g);
    const float scale = d * static_cast<float>(group.scale);
    const float minimum = m * static_cast<float>(group.minimum);
    const Bytes pairs = &block[48 + g / 2 * 32];
    for (int i = 0; i < 32; ++i) {
      const int q = (pairs[i] >> (g % 2 * 4) & 0xF) | (upper[i] >> g & 1) << 4;
      weights[g * 32 + i] = scale * static_cast<float>(q) - minimum;
    }
  }
}

void read_q6_k(Bytes block, float* weights) {
  const float d = f16_at(block + 208);
  for (int i = 0; i < 256; ++i) {
    const int half = i / 128;  // each half of the block is laid out alike
    const int row = i % 128 / 32;
    const int lower = block[half * 64 + i % 64] >> (row / 2 * 4) & 0xF;
    const int upper = block[128 + half * 32 + i % 32] >> (row * 2) & 3;
    const float scale = d * static_cast<float>(static_cast<std::int8_t>(block[192 + i / 16]));
    weights[i] = scale * static_cast<float>((lower | upper << 4) - 32);
  }
}

float f32_at(Bytes bytes) {
  float value;
  std::memcpy(&value, bytes, sizeof(value));
  return value;
}

void read_e4m3_g128(Bytes block, float* weights) {
  const float scale = f32_at(block);
  for (int i = 0; i < 128; ++i) weights[i] = float_of_f8_e4m3(block[4 + i]) * scale;
}

template <int kGroup>
void read_i4(Bytes block, float* weights) {
  const float scale = f32_at(block);
  for (int i = 0; i < kGroup; ++i) {
    weights[i] = static_cast<float>(nibble(block + 4 + i / 32 * 16, i % 32) - 8) * scale;
  }
}

using ReadBlock = void (*)(Bytes block, float* weights);

// nullptr for integers, which are no weights.
ReadBlock reader_of(ElementType type) {
  switch (type) {
    case ElementType::kF32:
      return &read_f32;
    case ElementType::kF16:
      return &read_f16;
    case ElementType::kBf16:
      return &read_bf16;
    case ElementType::kF8E4m3:
      return &read_f8_e4m3;
    case ElementType::kQ4_0:
      return &read_q4_0;
    case ElementType::kQ4_1:
      return &read_q4_1;
    case ElementType::kQ5_0:
      return &read_q5_0;
    case ElementType::kQ5_1:
      return &read_q5_1;
    case ElementType::kQ8_0:
      return &read_q8_0;
    case ElementType::kQ4K:
      return &read_q4_k;
    case ElementType::kQ5K:
      return &read_q5_k;
    case ElementType::kQ6K:
      return &read_q6_k;
    case ElementType::kMxfp4:
      return &read_mxfp4;
    case ElementType::kE4m3G128:
      return &read_e4m3_g128;
    case ElementType::kI4G32:
      return &read_i4<32>;
    case ElementType::kI4G128:
      return &read_i4<128>;
    case ElementType::kI8:
    case ElementType::kU8:
    case ElementType::kI32:
    case ElementType::kI64:
      break;
  }
  return nullptr;
}

}  // namespace

Result<void> dequantise(ElementType type, std::span<const std::byte> stored, std::span<float> weights) {
  const ElementFormat& format = format_of(type);
  const ReadBlock read = reader_of(type);
  if (read == nullptr) return fail(Error::Kind::kData, fmt::format("{} numbers are no weights", format.name));
  const std::size_t blocks = stored.size() / format.block_bytes;
  if (stored.size() % format.block_bytes != 0 || weights.size() != blocks * format.block_weights) {
    return fail(Error::Kind::kData,
                fmt::format("{} bytes of {} do not hold {} weights", stored.size(), format.name, weights.size()));
  }
  const auto* const bytes = reinterpret_cast<Bytes>(stored.data());
  for (std::size_t i = 0; i < blocks; ++i) {
    read(bytes + i * format.block_bytes, weights.data() + i * format.block_weights);
  }
  return {};
}

}  // namespace tripos::moe
