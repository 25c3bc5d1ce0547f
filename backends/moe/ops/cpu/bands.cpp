#include "backends/moe/ops/cpu/bands.h"

#include <algorithm>
#include <cstring>

namespace tripos::moe {
namespace {

constexpr std::size_t kWord = 4;

// Bytes of a block that stand before its words, and those of a piece of them.
struct Header {
  std::size_t bytes;
  std::size_t piece;
};

Header header_of(Banded banded) {
  switch (banded) {
    case Banded::kQ4_0:
    case Banded::kQ5_0:
    case Banded::kQ8_0:
      return {2, 2};
    case Banded::kQ4_1:
    case Banded::kQ5_1:
    case Banded::kQ4K:
    case Banded::kQ5K:
      return {4, 2};
    case Banded::kQ6K:
      return {0, 0};
    case Banded::kMxfp4:
      return {1, 1};
    case Banded::kI4G32:
    case Banded::kI4G128:
      return {4, 4};
  }
  return {};
}

// function(byte of the matrix, byte of the row, bytes) for each piece of a row.
template <typename Function>
void over_pieces(const Matrix& matrix, int row, const Function& function) {
  constexpr std::size_t kRows = kBandRows;
  const Header header = header_of(*banded_as(matrix.type));
  const std::size_t block_bytes = format_of(matrix.type).block_bytes;
  const std::size_t row_bytes = matrix.row_bytes();
  const std::size_t lane = static_cast<std::size_t>(row) % kRows;
  const std::size_t band = (static_cast<std::size_t>(row) - lane) * row_bytes;
  for (std::size_t block = 0; block < row_bytes; block += block_bytes) {
    for (std::size_t at = 0; at < block_bytes;) {
      const std::size_t piece = at < header.bytes ? header.piece : std::min(kWord, block_bytes - at);
      function(band + (block + at) * kRows + lane * piece, block + at, piece);
      at += piece;
    }
  }
}

}  // namespace

std::optional<Banded> banded_as(ElementType type) {
  switch (type) {
    case ElementType::kQ4_0:
      return Banded::kQ4_0;
    case ElementType::kQ4_1:
      return Banded::kQ4_1;
    case ElementType::kQ5_0:
      return Banded::kQ5_0;
    case ElementType::kQ5_1:
      return Banded::kQ5_1;
    case ElementType::kQ8_0:
      return Banded::kQ8_0;
    case ElementType::kQ4K:
      return Banded::kQ4K;
    case ElementType::kQ5K:
      return Banded::kQ5K;
    case ElementType::kQ6K:
      return Banded::kQ6K;
    case ElementType::kMxfp4:
      return Banded::kMxfp4;
    case ElementType::kI4G32:
      return Banded::kI4G32;
    case ElementType::kI4G128:
      return Banded::kI4G128;
    default:
      return std::nullopt;
  }
}

void put_in_band(const Matrix& matrix, int row, std::span<const std::byte> stored) {
  over_pieces(matrix, row, [&](std::size_t in_matrix, std::size_t in_row, std::size_t bytes) {
    std::memcpy(matrix.data + in_matrix, &stored[in_row], bytes);
  });
}

void get_from_band(const Matrix& matrix, int row, std::span<std::byte> stored) {
  over_pieces(matrix, row, [&](std::size_t in_matrix, std::size_t in_row, std::size_t bytes) {
    std::memcpy(&stored[in_row], matrix.data + in_matrix, bytes);
  });
}

}  // namespace tripos::moe
