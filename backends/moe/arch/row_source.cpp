#include "backends/moe/arch/row_source.h"

#include <algorithm>
#include <cstring>
#include <future>
#include <utility>
#include <vector>

#include "backends/moe/quant/dequantise.h"
#include "backends/moe/quant/quantise.h"
#include "harness/core/hardware.h"

namespace tripos::moe {

RowSource rows_of(const TensorView& tensor) {
  const std::size_t columns = tensor.shape.back();
  const std::size_t row_bytes = stored_bytes(tensor.type, columns);
  return {tensor.type, tensor.bytes.size() / row_bytes, columns,
          [bytes = tensor.bytes, row_bytes](std::size_t first, std::span<std::byte> out) -> Result<void> {
            std::memcpy(out.data(), &bytes[first * row_bytes], out.size());
            return {};
          }};
}

RowSource slice(const RowSource& source, std::size_t first, std::size_t rows) {
  RowSource part = source;
  part.rows = rows;
  part.read = [read = source.read, first](std::size_t at, std::span<std::byte> out) { return read(first + at, out); };
  return part;
}

namespace {

// Rows from `first` on, as many as fill `out`.
Result<void> quantise_rows(const RowSource& source, ElementType type, std::size_t first, std::span<std::byte> out) {
  const std::size_t rows = out.size() / stored_bytes(type, source.columns);
  std::vector<std::byte> stored(rows * source.row_bytes());
  std::vector<float> weights(rows * source.columns);
  TRIPOS_CHECK(source.read(first, stored));
  TRIPOS_CHECK(dequantise(source.type, stored, weights));
  return quantise(type, weights, out);
}

}  // namespace

RowSource quantised(RowSource source, ElementType type) {
  RowSource made{type, source.rows, source.columns, {}};
  made.read = [source = std::move(source), type](std::size_t first, std::span<std::byte> out) -> Result<void> {
    constexpr std::size_t kStepWeights = std::size_t{1} << 18;  // worth a thread
    const std::size_t row_bytes = stored_bytes(type, source.columns);
    const std::size_t rows = out.size() / row_bytes;
    const std::size_t threads =
        std::clamp<std::size_t>(rows * source.columns / kStepWeights, 1, static_cast<std::size_t>(hardware_threads()));
    if (threads == 1) return quantise_rows(source, type, first, out);
    std::vector<std::future<Result<void>>> parts;
    for (std::size_t i = 0; i < threads; ++i) {
      const std::size_t begin = i * rows / threads;
      const std::size_t end = (i + 1) * rows / threads;
      const auto part = out.subspan(begin * row_bytes, (end - begin) * row_bytes);
      parts.push_back(std::async(quantise_rows, std::cref(source), type, first + begin, part));
    }
    Result<void> done;
    for (auto& part : parts) {
      if (auto result = part.get(); !result && done) done = std::move(result);
    }
    return done;
  };
  return made;
}

}  // namespace tripos::moe
