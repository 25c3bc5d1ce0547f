#include "backends/moe/quant/quantise.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <numeric>

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

// A number from -8 to 7, of two the even one: adding and taking away 1.5 * 2^23 rounds.
float nearest(float x) {
  constexpr float kWhole = 0x1.8p23F;
  return std::clamp(x + kWhole - kWhole, -8.0F, 7.0F);
}

// The sums of weights * q and of q * q over a group, for the numbers q that the weights times `inverse` are nearest to.
struct Sums {
  float product, square;
};
Sums sums_of(const float* weights, int count, float inverse) {
  constexpr int kLanes = 8;  // sums that do not wait for each other
  float product[kLanes] = {};
  float square[kLanes] = {};
  for (int i = 0; i < count; i += kLanes) {
    for (int lane = 0; lane < kLanes; ++lane) {
      const float q = nearest(weights[i + lane] * inverse);
      product[lane] += weights[i + lane] * q;
      square[lane] += q * q;
    }
  }
  return {std::accumulate(product, product + kLanes, 0.0F), std::accumulate(square, square + kLanes, 0.0F)};
}

// The scale with the least squared error of a group: of given numbers it is product / square, and takes
// product^2 / square off the error of zeros. Tried are those numbers in which the weight of largest size is between -7
// and -9, cut to -8.
float best_scale(const float* weights, int count) {
  float largest = 0;
  for (int i = 0; i < count; ++i) {
    if (std::fabs(weights[i]) > std::fabs(largest)) largest = weights[i];
  }
  if (std::fabs(largest) < 0x1p-60F) return 0;  // squares would vanish
  float scale = 0;
  float best = 0;
  for (int quarters = 28; quarters <= 36; ++quarters) {
    const auto [product, square] = sums_of(weights, count, -0.25F * static_cast<float>(quarters) / largest);
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
  const float scale = best_scale(weights, kGroup);
  const float inverse = scale == 0 ? 0 : 1 / scale;
  std::memcpy(block, &scale, sizeof(scale));
  const auto number = [&](int i) { return static_cast<std::uint8_t>(nearest(weights[i] * inverse) + 8); };
  for (int i = 0; i < kGroup; i += 32) {
    for (int j = 0; j < 16; ++j) {
      block[4 + i / 2 + j] = static_cast<std::uint8_t>(number(i + j) | number(i + j + 16) << 4);
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
