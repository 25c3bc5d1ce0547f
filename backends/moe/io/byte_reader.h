#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>

#include "harness/core/result.h"

namespace tripos::moe {

static_assert(std::endian::native == std::endian::little, "model files are little-endian, and so must be the machine");

// Reads a file in memory from front to back. Each error (kData) says where the file ends and in the middle of `what`.
class ByteReader {
 public:
  ByteReader(std::span<const std::byte> file, std::string_view where) : file_(file), where_(where) {}

  template <typename Number>
  Result<Number> number(std::string_view what) {
    TRIPOS_TRY(const std::span<const std::byte> source, bytes(sizeof(Number), what));
    Number value;
    std::memcpy(&value, source.data(), sizeof(Number));
    return value;
  }
  Result<std::span<const std::byte>> bytes(std::uint64_t count, std::string_view what);
  Result<std::string_view> text(std::uint64_t count, std::string_view what);

  // At the same place, but with a name behind that of the file in errors.
  ByteReader within(std::string_view name) const;

  std::uint64_t position() const { return position_; }
  std::span<const std::byte> rest() const { return file_.subspan(position_); }
  const std::string& where() const { return where_; }

 private:
  std::span<const std::byte> file_;
  std::string where_;
  std::size_t position_ = 0;
};

}  // namespace tripos::moe
