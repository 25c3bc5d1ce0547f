#pragma once
// Small floating-point formats as float, which holds each of their values exactly. C++17, for kernels, too.

#include <cstdint>
#include <cstring>

#include "backends/moe/host_device.h"

namespace tripos::moe {

TRIPOS_HOST_DEVICE inline float float_of_bits(std::uint32_t bits) {
  float value;
  std::memcpy(&value, &bits, sizeof(value));
  return value;
}

TRIPOS_HOST_DEVICE inline std::uint32_t bits_of_float(float value) {
  std::uint32_t bits;
  std::memcpy(&bits, &value, sizeof(bits));
  return bits;
}

// IEEE 754 binary16: sign, 5 exponent bits of bias 15, 10 mantissa bits.
TRIPOS_HOST_DEVICE inline float float_of_f16(std::uint16_t half) {
  const std::uint32_t sign = std::uint32_t{half & 0x8000U} << 16;
  const std::uint32_t exponent = (half >> 10) & 0x1FU;
  const std::uint32_t mantissa = half & 0x3FFU;
  if (exponent == 0) {  // subnormal: steps of 2^-24
    const float magnitude = static_cast<float>(mantissa) * 0x1p-24F;
    return sign == 0 ? magnitude : -magnitude;
  }
  const std::uint32_t wide_exponent = exponent == 31 ? 255 : exponent + (127 - 15);
  return float_of_bits(sign | wide_exponent << 23 | mantissa << 13);
}

// The nearest binary16, of two the even one; too large is infinite, NaN is 0x7E00 or 0xFE00.
inline std::uint16_t f16_of_float(float value) {
  const std::uint32_t bits = bits_of_float(value);
  const auto sign = static_cast<std::uint16_t>((bits >> 16) & 0x8000U);
  const std::uint32_t magnitude = bits & 0x7FFFFFFFU;
  std::uint32_t half;
  if (magnitude > 0x7F800000U) {
    half = 0x7E00;
  } else if (magnitude >= 0x477FF000U) {  // from half way to 2^16 on
    half = 0x7C00;
  } else if (magnitude < 0x38800000U) {  // below 2^-14: whole steps of 2^-24, which adding 2^-1 rounds to
    half = bits_of_float(float_of_bits(magnitude) + 0.5F) - 0x3F000000U;
  } else {
    half = (magnitude - 0x38000000U + 0xFFFU + ((magnitude >> 13) & 1U)) >> 13;
  }
  return static_cast<std::uint16_t>(sign | half);
}

// The upper half of a float.
TRIPOS_HOST_DEVICE inline float float_of_bf16(std::uint16_t half) { return float_of_bits(std::uint32_t{half} << 16); }

// OCP 8-bit floating point, E4M3: bias 7, no infinity, NaN where all other bits are ones.
TRIPOS_HOST_DEVICE inline float float_of_f8_e4m3(std::uint8_t byte) {
  const std::uint32_t sign = std::uint32_t{byte & 0x80U} << 24;
  const std::uint32_t exponent = (byte >> 3) & 0xFU;
  const std::uint32_t mantissa = byte & 7U;
  if ((byte & 0x7FU) == 0x7FU) return float_of_bits(sign | 0x7FC00000U);
  if (exponent == 0) {  // subnormal: steps of 2^-9
    const float magnitude = static_cast<float>(mantissa) * 0x1p-9F;
    return sign == 0 ? magnitude : -magnitude;
  }
  return float_of_bits(sign | (exponent + (127 - 7)) << 23 | mantissa << 20);
}

// Half of the OCP scale format E8M0: 2^(exponent - 128). As ggml reads it, 255 is a power of two, too, not NaN.
TRIPOS_HOST_DEVICE inline float half_of_e8m0(std::uint8_t exponent) {
  return float_of_bits(exponent < 2 ? 0x00200000U << exponent : (exponent - 1U) << 23);
}

// Twice the OCP 4-bit floating point E2M1, which makes it an integer. As in ggml, there is no negative zero.
TRIPOS_HOST_DEVICE inline int doubled_e2m1(int number) {
  constexpr std::uint32_t kMagnitudes = 0xC8643210;  // 0 1 2 3 4 6 8 12, in 4 bits each
  const int magnitude = static_cast<int>(kMagnitudes >> (number & 7) * 4 & 0xF);
  return (number & 8) == 0 ? magnitude : -magnitude;
}

}  // namespace tripos::moe
