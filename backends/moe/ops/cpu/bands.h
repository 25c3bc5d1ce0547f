#pragma once
// How the CPU holds the weights that its kernels take many rows at a time: in bands of kBandRows rows. A block of a row
// is cut into pieces, its scales and then words of 32 bits; a band has the first piece of all its rows, then the second
// of all, so that one load brings a word of each row. The rest stays row-major.

#include <optional>
#include <span>

#include "backends/moe/ops/cpu/kernels/kernels.h"
#include "backends/moe/ops/tensors.h"

namespace tripos::moe {

static_assert(kBandRows == kLaneCount);

// How the kernels call a type that lies in bands; none for others.
std::optional<Banded> banded_as(ElementType type);

// A row as it is stored elsewhere, of a matrix in bands. The matrix has memory for whole bands.
void put_in_band(const Matrix& matrix, int row, std::span<const std::byte> stored);
void get_from_band(const Matrix& matrix, int row, std::span<std::byte> stored);

}  // namespace tripos::moe
