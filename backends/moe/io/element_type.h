#pragma once
// How the numbers of a tensor are stored. Blocks hold several weights of one row with their common scales; their
// layouts are described where they are read (backends/moe/quant/stored_weights.h).

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace tripos::moe {

enum class ElementType : std::uint8_t {
  kF32,
  kF16,
  kBf16,
  kF8E4m3,  // sign, 4 exponent bits of bias 7, 3 mantissa bits; no infinity, and NaN only as 0x7f and 0xff
  kI8,
  kU8,
  kI32,
  kI64,
  kQ4_0,
  kQ4_1,
  kQ5_0,
  kQ5_1,
  kQ8_0,
  kQ4K,
  kQ5K,
  kQ6K,
  kMxfp4,
  // Of our own making, from weights and scales that Hugging Face files hold apart.
  kE4m3G128,
  kI4G32,
  kI4G128,
};

struct ElementFormat {
  std::string_view name;
  std::size_t block_weights;  // 1 where each number stands for itself
  std::size_t block_bytes;
};

// In the order of the enumerators.
inline constexpr std::array kElementFormats = {
    ElementFormat{"F32", 1, 4},      ElementFormat{"F16", 1, 2},        ElementFormat{"BF16", 1, 2},
    ElementFormat{"F8_E4M3", 1, 1},  ElementFormat{"I8", 1, 1},         ElementFormat{"U8", 1, 1},
    ElementFormat{"I32", 1, 4},      ElementFormat{"I64", 1, 8},        ElementFormat{"Q4_0", 32, 18},
    ElementFormat{"Q4_1", 32, 20},   ElementFormat{"Q5_0", 32, 22},     ElementFormat{"Q5_1", 32, 24},
    ElementFormat{"Q8_0", 32, 34},   ElementFormat{"Q4_K", 256, 144},   ElementFormat{"Q5_K", 256, 176},
    ElementFormat{"Q6_K", 256, 210}, ElementFormat{"MXFP4", 32, 17},    ElementFormat{"E4M3_G128", 128, 132},
    ElementFormat{"I4_G32", 32, 20}, ElementFormat{"I4_G128", 128, 68},
};
static_assert(kElementFormats.size() == static_cast<std::size_t>(ElementType::kI4G128) + 1);

constexpr const ElementFormat& format_of(ElementType type) { return kElementFormats[static_cast<std::size_t>(type)]; }

// Bytes of so many weights, which are whole blocks.
constexpr std::size_t stored_bytes(ElementType type, std::size_t weights) {
  return weights / format_of(type).block_weights * format_of(type).block_bytes;
}

constexpr bool is_integer(ElementType type) { return type >= ElementType::kI8 && type <= ElementType::kI64; }

}  // namespace tripos::moe
