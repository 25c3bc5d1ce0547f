#pragma once

#include <cstring>
#include <random>
#include <vector>

#include "backends/moe/io/element_type.h"

namespace tripos::test {

inline const std::vector<moe::ElementType> kWeightTypes = {
    moe::ElementType::kF32,   moe::ElementType::kF16,      moe::ElementType::kBf16,  moe::ElementType::kF8E4m3,
    moe::ElementType::kQ4_0,  moe::ElementType::kQ4_1,     moe::ElementType::kQ5_0,  moe::ElementType::kQ5_1,
    moe::ElementType::kQ8_0,  moe::ElementType::kQ4K,      moe::ElementType::kQ5K,   moe::ElementType::kQ6K,
    moe::ElementType::kMxfp4, moe::ElementType::kE4m3G128, moe::ElementType::kI4G32, moe::ElementType::kI4G128};

// Where the f16 numbers of a block begin, in bytes; the others of its bytes can be any.
inline std::vector<std::size_t> f16_places(moe::ElementType type) {
  switch (type) {
    case moe::ElementType::kF16:
    case moe::ElementType::kQ4_0:
    case moe::ElementType::kQ5_0:
    case moe::ElementType::kQ8_0:
      return {0};
    case moe::ElementType::kQ4_1:
    case moe::ElementType::kQ5_1:
    case moe::ElementType::kQ4K:
    case moe::ElementType::kQ5K:
      return {0, 2};
    case moe::ElementType::kQ6K:
      return {208};
    default:
      return {};
  }
}

inline bool has_float_scale(moe::ElementType type) {
  return type == moe::ElementType::kE4m3G128 || type == moe::ElementType::kI4G32 || type == moe::ElementType::kI4G128;
}

// Random weights of a middling size, none of them infinite.
inline std::vector<std::byte> stored_weights(moe::ElementType type, std::size_t count, unsigned seed) {
  std::mt19937 random(seed);
  std::vector<std::byte> bytes(moe::stored_bytes(type, count));
  for (std::byte& byte : bytes) byte = static_cast<std::byte>(random());
  const std::size_t block = moe::format_of(type).block_bytes;
  for (std::size_t at = 0; at < bytes.size(); at += block) {
    for (const std::size_t place : f16_places(type)) {  // 2^-7 to 1
      bytes[at + place + 1] = (bytes[at + place + 1] & std::byte{0x9F}) | std::byte{0x20};
    }
    if (type == moe::ElementType::kMxfp4) bytes[at] = std::byte{120} | (bytes[at] & std::byte{7});
    if (type == moe::ElementType::kF8E4m3) bytes[at] &= std::byte{0xBF};
    if (type == moe::ElementType::kE4m3G128) {
      for (std::size_t i = 4; i < block; ++i) bytes[at + i] &= std::byte{0xBF};  // no NaN
    }
    if (has_float_scale(type)) {
      const float scale = std::uniform_real_distribution<float>(0.01F, 1)(random);
      std::memcpy(&bytes[at], &scale, sizeof(scale));
    }
    if (type == moe::ElementType::kF32 || type == moe::ElementType::kBf16) {
      const float value = std::normal_distribution<float>()(random);
      const auto* const upper = reinterpret_cast<const std::byte*>(&value) + sizeof(value) - block;
      std::memcpy(&bytes[at], upper, block);
    }
  }
  return bytes;
}

}  // namespace tripos::test
