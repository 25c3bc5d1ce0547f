#include "backends/moe/quant/dequantise.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "backends/moe/quant/stored_weights.h"

namespace tripos::moe {

Result<void> dequantise(ElementType type, std::span<const std::byte> stored, std::span<float> weights) {
  const ElementFormat& format = format_of(type);
  if (is_integer(type)) return fail(Error::Kind::kData, fmt::format("{} numbers are no weights", format.name));
  const std::size_t blocks = stored.size() / format.block_bytes;
  if (stored.size() % format.block_bytes != 0 || weights.size() != blocks * format.block_weights) {
    return fail(Error::Kind::kData,
                fmt::format("{} bytes of {} do not hold {} weights", stored.size(), format.name, weights.size()));
  }
  with_stored_as(type, [&](auto stored_as) {
    using Format = decltype(stored_as);
    const auto* block = reinterpret_cast<Bytes>(stored.data());
    for (auto to = weights.begin(); to != weights.end(); to += Format::kBlockWeights, block += Format::kBlockBytes) {
      for (int group = 0; group < Format::kBlockWeights / Format::kGroupWeights; ++group) {
        std::array<float, Format::kGroupWeights> values;  // apart from `stored`, so that scales are read once a group
        for (int i = 0; i < Format::kGroupWeights; ++i) {
          values[static_cast<std::size_t>(i)] = Format::weight(block, group, i);
        }
        std::copy(values.begin(), values.end(), to + group * Format::kGroupWeights);
      }
    }
  });
  return {};
}

}  // namespace tripos::moe
