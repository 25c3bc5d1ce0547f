#include "backends/moe/arch/hf_experts.h"

#include <fmt/format.h>

#include <cstring>

#include "backends/moe/arch/hf_linear.h"

namespace tripos::moe {
namespace {

constexpr std::size_t kMxfp4Weights = 32;
constexpr std::size_t kMxfp4Bytes = 16;  // without the scale

// The matrices of all experts, one below the other.
struct Stack {
  std::size_t experts, rows, columns;  // of an expert
  bool takes_turns;                    // the even rows of an expert in the file are its first ones

  // Where a row of the stack stands in the file, within its expert.
  std::size_t source_row(std::size_t row) const {
    row %= rows;
    if (!takes_turns) return row;
    return row < rows / 2 ? 2 * row : 2 * (row - rows / 2) + 1;
  }
};

// A tensor [experts, columns, rows].
Result<RowSource> transposed(TensorPlacer& placer, const std::string& name, const Stack& stack) {
  TRIPOS_TRY(const TensorView* const tensor, placer.tensor(name, {stack.experts, stack.columns, stack.rows}));
  const ElementFormat& format = format_of(tensor->type);
  if (format.block_weights != 1) {
    return fail(Error::Kind::kData, fmt::format("tensor \"{}\" is {} and cannot be transposed", name, format.name));
  }
  RowSource source{tensor->type, stack.experts * stack.rows, stack.columns, {}};
  source.read = [stack, bytes = tensor->bytes, size = format.block_bytes](std::size_t first,
                                                                          std::span<std::byte> out) -> Result<void> {
    const std::size_t count = out.size() / (stack.columns * size);
    for (std::size_t column = 0; column < stack.columns; ++column) {  // a column of a few rows lies together
      for (std::size_t i = 0; i < count; ++i) {
        const std::size_t row = first + i;
        const std::size_t from = (row / stack.rows * stack.columns + column) * stack.rows + stack.source_row(row);
        std::memcpy(&out[(i * stack.columns + column) * size], &bytes[from * size], size);
      }
    }
    return {};
  };
  return source;
}

// Weight 2 i of a block is the lower half of byte i; in GGUF, weight i is, and weight i + 16 the upper one.
void regroup(const std::byte* pairs, std::byte* halves) {
  const auto weight = [&](std::size_t i) { return i % 2 == 0 ? pairs[i / 2] & std::byte{0xF} : pairs[i / 2] >> 4; };
  for (std::size_t i = 0; i < kMxfp4Bytes; ++i) halves[i] = weight(i) | weight(i + kMxfp4Bytes) << 4;
}

// Tensors [experts, rows, columns / 32, 16] and [experts, rows, columns / 32] of exponents.
Result<RowSource> mxfp4(TensorPlacer& placer, const std::string& name, const Stack& stack) {
  TRIPOS_TRY(const TensorView* const blocks, placer.any_tensor(name + "_blocks"));
  TRIPOS_TRY(const TensorView* const scales, placer.any_tensor(name + "_scales"));
  const std::size_t across = stack.columns / kMxfp4Weights;
  if (stack.columns % kMxfp4Weights != 0 || blocks->type != ElementType::kU8 || scales->type != ElementType::kU8 ||
      blocks->shape != Shape{stack.experts, stack.rows, across, kMxfp4Bytes} ||
      scales->shape != Shape{stack.experts, stack.rows, across}) {
    return fail(Error::Kind::kData, fmt::format("\"{}_blocks\" and \"_scales\" are no MXFP4 of [{}, {}, {}] weights",
                                                name, stack.experts, stack.rows, stack.columns));
  }
  RowSource source{ElementType::kMxfp4, stack.experts * stack.rows, stack.columns, {}};
  source.read = [stack, across, blocks = blocks->bytes, scales = scales->bytes](
                    std::size_t row, std::span<std::byte> out) -> Result<void> {
    for (std::byte* block = out.data(); block != out.data() + out.size(); ++row) {
      const std::size_t from = (row / stack.rows * stack.rows + stack.source_row(row)) * across;
      for (std::size_t i = from; i < from + across; ++i, block += 1 + kMxfp4Bytes) {
        block[0] = scales[i];
        regroup(&blocks[i * kMxfp4Bytes], block + 1);
      }
    }
    return {};
  };
  return source;
}

Result<RowSource> fused(TensorPlacer& placer, const std::string& name, ExpertLayout layout, const Stack& stack) {
  if (layout == ExpertLayout::kOutIn) {
    TRIPOS_TRY(const TensorView* const tensor, placer.tensor(name, {stack.experts, stack.rows, stack.columns}));
    return rows_of(*tensor);
  }
  if (placer.has(name + "_blocks")) return mxfp4(placer, name, stack);
  return transposed(placer, name, stack);
}

Result<ExpertRows> separate(TensorPlacer& placer, const std::string& at, const ExpertNames& names, const MoeSpec& moe,
                            int model_width) {
  ExpertRows rows;
  for (int expert = 0; expert < moe.experts; ++expert) {
    const std::string prefix = fmt::format("{}experts.{}.", at, expert);
    for (const std::string_view name : {names.gate, names.up}) {
      TRIPOS_TRY(rows.gate_up.emplace_back(), linear_rows(placer, prefix + std::string(name), moe.width, model_width));
    }
    TRIPOS_TRY(rows.down.emplace_back(), linear_rows(placer, prefix + std::string(names.down), model_width, moe.width));
  }
  return rows;
}

Stack gate_up_stack(ExpertLayout layout, const MoeSpec& moe, int model_width) {
  return {static_cast<std::size_t>(moe.experts), 2 * static_cast<std::size_t>(moe.width),
          static_cast<std::size_t>(model_width), layout == ExpertLayout::kInOutInterleaved};
}
Stack down_stack(const MoeSpec& moe, int model_width) {
  return {static_cast<std::size_t>(moe.experts), static_cast<std::size_t>(model_width),
          static_cast<std::size_t>(moe.width), false};
}

}  // namespace

Result<ExpertRows> expert_rows(TensorPlacer& placer, const std::string& at, const ExpertNames& names,
                               const MoeSpec& moe, int model_width) {
  if (names.layout == ExpertLayout::kSeparate) return separate(placer, at, names, moe, model_width);
  // Writers that quantise linear layers take all experts apart first.
  constexpr ExpertNames kApart{ExpertLayout::kSeparate, "gate_proj", "up_proj", "down_proj"};
  if (has_linear(placer, at + "experts.0.gate_proj")) return separate(placer, at, kApart, moe, model_width);
  ExpertRows rows;
  TRIPOS_TRY(rows.gate_up.emplace_back(),
             fused(placer, at + std::string(names.gate), names.layout, gate_up_stack(names.layout, moe, model_width)));
  TRIPOS_TRY(rows.down.emplace_back(),
             fused(placer, at + std::string(names.down), names.layout, down_stack(moe, model_width)));
  return rows;
}

Result<ExpertBiases> expert_biases(TensorPlacer& placer, const std::string& at, const ExpertNames& names,
                                   const MoeSpec& moe, int model_width) {
  const Stack stack = gate_up_stack(names.layout, moe, model_width);
  const std::uint64_t width = static_cast<std::uint64_t>(model_width);
  ExpertBiases biases;
  TRIPOS_TRY(const std::vector<float> mixed,
             placer.floats(at + std::string(names.gate) + "_bias", {stack.experts, stack.rows}));
  TRIPOS_TRY(biases.down, placer.floats(at + std::string(names.down) + "_bias", {stack.experts, width}));
  for (std::size_t i = 0; i < mixed.size(); ++i) {
    biases.gate_up.push_back(mixed[i / stack.rows * stack.rows + stack.source_row(i)]);
  }
  return biases;
}

}  // namespace tripos::moe
