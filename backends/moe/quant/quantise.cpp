#include "backends/moe/quant/quantise.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstring>

#include "backends/moe/quant/number_formats.h"

namespace tripos::moe {
namespace {

// Larger ones than any model has: scales and sums of squares stay finite.
constexpr float kLimit = 8e6F;

// As ggml does it: the weight of largest size becomes 127 or -127. Halves are rounded away from 0.
void write_q8_0(const float* weights, std::uint8_t* block) {
  float largest = 0;
  for (int i = 0; i < 32; ++i) largest = std::max(largest, std::fabs(weights[i]));
  const float scale = largest / 127;
  const float inverse = scale < 0x1p-126F ? 0 : 1 / scale;
  const std::uint16_t half = f16_of_float(scale);
  std::memcpy(block, &half, sizeof(half));
  for (int i = 0; i < 32; ++i) {
    const float q = weights[i] * inverse;
    const int whole = static_cast<int>(q);
    const int rounded = whole + static_cast<int>(2 * (q - static_cast<float>(whole)));
    block[2 + i] = static_cast<std::uint8_t>(static_cast<std::int8_t>(rounded));
  }
}

// Four floats, of which the compiler computes all at once (an extension of g++ and clang).
using Four = float __attribute__((vector_size(16)));

// Numbers from -8 to 7, of two the even one: adding and taking away 1.5 * 2^23 rounds.
Four nearest(Four x) {
  constexpr float kWhole = 0x1.8p23F;
  const Four lowest = {-8, -8, -8, -8};
  const Four highest = {7, 7, 7, 7};
  const Four whole = x + kWhole - kWhole;
  const Four bounded = whole < lowest ? lowest : whole;
  return bounded > highest ? highest : bounded;
}

// The numbers of a group that the weights times `inverse` are nearest to.
template <int kGroup>
using Numbers = std::array<Four, kGroup / 4>;
template <int kGroup>
Numbers<kGroup> numbers_of(const Numbers<kGroup>& weights, float inverse) {
  Numbers<kGroup> numbers;
  for (std::size_t i = 0; i < weights.size(); ++i) numbers[i] = nearest(weights[i] * inverse);
  return numbers;
}

template <int kGroup>
float dot(const Numbers<kGroup>& a, const Numbers<kGroup>& b) {
  std::array<Four, 4> sums{};  // which do not wait for each other
  for (std::size_t i = 0; i < a.size(); ++i) sums[i % 4] += a[i] * b[i];
  const Four sum = (sums[0] + sums[1]) + (sums[2] + sums[3]);
  return (sum[0] + sum[1]) + (sum[2] + sum[3]);
}

// The scale with the least squared error of a group: of given numbers it is product / square, and takes
// product^2 / square off the error of zeros. Tried are those numbers in which the weight of largest size is -7 to
// -9 in steps of a half, cut to -8: more steps take half a percent off the error.
template <int kGroup>
float best_scale(const Numbers<kGroup>& weights) {
  float largest = 0;
  for (const Four& four : weights) {
    for (int i = 0; i < 4; ++i) {
      if (std::fabs(four[i]) > std::fabs(largest)) largest = four[i];
    }
  }
  if (std::fabs(largest) < 0x1p-60F) return 0;  // squares would vanish
  float scale = 0;
  float best = 0;
  for (int halves = 14; halves <= 18; ++halves) {
    const auto numbers = numbers_of<kGroup>(weights, -0.5F * static_cast<float>(halves) / largest);
    const float product = dot<kGroup>(weights, numbers);
    const float square = dot<kGroup>(numbers, numbers);
    const float gain = product / square * product;
    if (gain > best) {
      best = gain;
      scale = product / square;
    }
  }
  return scale;
}

template <int kGroup>
void write_i4(const float* weights, std::uint8_t* block) {
  Numbers<kGroup> group;
  std::memcpy(group.data(), weights, sizeof(group));
  const float scale = best_scale<kGroup>(group);
  const Numbers<kGroup> numbers = numbers_of<kGroup>(group, scale == 0 ? 0 : 1 / scale);
  std::memcpy(block, &scale, sizeof(scale));
  const auto nibble = [&](int i) { return static_cast<int>(numbers[i / 4][i % 4]) + 8; };
  for (int i = 0; i < kGroup; i += 32) {
    for (int j = 0; j < 16; ++j) {
      block[4 + i / 2 + j] = static_cast<std::uint8_t>(nibble(i + j) | nibble(i + j + 16) << 4);
    }
  }
}

using WriteBlock = void (*)(const float* weights, std::uint8_t* block);

// nullptr for types that are only read.
WriteBlock writer_of(ElementType type) {
  if (type == ElementType::kQ8_0) return &write_q8_0;
  if (type == ElementType::kI4G32) return &write_i4<32>;
  if (type == ElementType::kI4G128) return &write_i4<128>;
  return nullptr;
}

}  // namespace

Result<void> quantise(ElementType type, std::span<const float> weights, std::span<std::byte> stored) {
  const ElementFormat& format = format_of(type);
  const WriteBlock write = writer_of(type);
  if (write == nullptr) return fail(Error::Kind::kData, fmt::format("weights are not quantised to {}", format.name));
  const std::size_t blocks = weights.size() / format.block_weights;
  if (weights.size() % format.block_weights != 0 || stored.size() != blocks * format.block_bytes) {
    return fail(Error::Kind::kData,
                fmt::format("{} weights do not fill {} bytes of {}", weights.size(), stored.size(), format.name));
  }
  if (!std::all_of(weights.begin(), weights.end(), [](float weight) { return std::fabs(weight) < kLimit; })) {
    return fail(Error::Kind::kData, "a weight is infinite, no number or too large to be quantised");
  }
  auto* const bytes = reinterpret_cast<std::uint8_t*>(stored.data());
  for (std::size_t i = 0; i < blocks; ++i) {
    write(weights.data() + i * format.block_weights, bytes + i * format.block_bytes);
  }
  return {};
}

}  // namespace tripos::moe
