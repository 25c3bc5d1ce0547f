#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "backends/moe/io/byte_reader.h"
#include "harness/core/result.h"

namespace tripos::moe {

// In the order of their numbers in the file.
enum class GgufType : std::uint32_t {
  kU8,
  kI8,
  kU16,
  kI16,
  kU32,
  kI32,
  kF32,
  kBool,
  kString,
  kArray,
  kU64,
  kI64,
  kF64
};

// The typed keys and values of a GGUF file. Values stay in the file, as written, and are decoded when asked for; the
// bytes that it was read from must outlive it.
//
// T is an integer type, float, double, bool, std::string_view (bytes of any kind, not always UTF-8), or a std::vector
// of one of them. An integer of any size will do where its value fits into T, because writers differ in the size they
// choose; all other types must be T exactly. Errors (kData) name file, key and type.
class GgufMetadata {
 public:
  // Reads `count` entries, all of them checked.
  static Result<GgufMetadata> read(ByteReader& reader, std::uint64_t count);

  // Error when there is no such key.
  template <typename T>
  Result<T> get(std::string_view key) const {
    TRIPOS_TRY(std::optional<T> value, find<T>(key));
    if (!value) return missing(key);
    return *std::move(value);
  }
  template <typename T>
  Result<std::optional<T>> find(std::string_view key) const;

  std::vector<std::string_view> keys() const;

 private:
  struct Value {
    GgufType type;
    std::span<const std::byte> bytes;
  };

  tl::unexpected<Error> missing(std::string_view key) const;

  std::string where_;
  std::map<std::string_view, Value> values_;
};

}  // namespace tripos::moe
