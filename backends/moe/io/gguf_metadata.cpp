#include "backends/moe/io/gguf_metadata.h"

#include <fmt/format.h>

#include <array>
#include <bit>
#include <concepts>
#include <utility>

#include "backends/moe/io/in_quotes.h"

namespace tripos::moe {
namespace {

constexpr int kMaxArrayDepth = 4;
constexpr std::uint64_t kMaxArrayValues = std::uint64_t{1} << 24;  // the largest vocabularies have 2^18 entries

struct TypeFormat {
  std::string_view name;
  std::uint64_t bytes;  // 0: not fixed
};

// In the order of the enumerators.
constexpr std::array kTypeFormats = {
    TypeFormat{"u8", 1},  TypeFormat{"i8", 1},  TypeFormat{"u16", 2},  TypeFormat{"i16", 2},    TypeFormat{"u32", 4},
    TypeFormat{"i32", 4}, TypeFormat{"f32", 4}, TypeFormat{"bool", 1}, TypeFormat{"string", 0}, TypeFormat{"array", 0},
    TypeFormat{"u64", 8}, TypeFormat{"i64", 8}, TypeFormat{"f64", 8},
};

const TypeFormat& format_of(GgufType type) { return kTypeFormats[static_cast<std::size_t>(type)]; }

tl::unexpected<Error> failed(const ByteReader& reader, std::string_view what) {
  return fail(Error::Kind::kData, fmt::format("{}: {}", reader.where(), what));
}

Result<GgufType> read_type(ByteReader& reader) {
  TRIPOS_TRY(const auto number, reader.number<std::uint32_t>("a value type"));
  if (number >= kTypeFormats.size()) return failed(reader, fmt::format("value type {} is unknown", number));
  return static_cast<GgufType>(number);
}

Result<std::string_view> read_string(ByteReader& reader) {
  TRIPOS_TRY(const auto length, reader.number<std::uint64_t>("a string's length"));
  return reader.text(length, "a string");
}

Result<bool> read_bool(ByteReader& reader) {
  TRIPOS_TRY(const auto value, reader.number<std::uint8_t>("a bool"));
  if (value > 1) return failed(reader, fmt::format("a bool is {}, neither 0 nor 1", value));
  return value == 1;
}

// Checks a value and moves behind it. `depth` is the number of arrays around it.
Result<void> skip(ByteReader& reader, GgufType type, int depth) {
  if (type == GgufType::kBool) return read_bool(reader).map([](bool) {});
  if (type == GgufType::kString) return read_string(reader).map([](std::string_view) {});
  if (type != GgufType::kArray) return reader.bytes(format_of(type).bytes, "a value").map([](auto) {});
  if (depth == kMaxArrayDepth) return failed(reader, fmt::format("arrays nested more than {} deep", kMaxArrayDepth));
  TRIPOS_TRY(const GgufType element, read_type(reader));
  TRIPOS_TRY(const auto count, reader.number<std::uint64_t>("an array's length"));
  if (count > kMaxArrayValues) {
    return failed(reader, fmt::format("an array of {} values, at most {} are allowed", count, kMaxArrayValues));
  }
  const bool any_bytes_will_do = format_of(element).bytes != 0 && element != GgufType::kBool;
  if (any_bytes_will_do) return reader.bytes(count * format_of(element).bytes, "an array").map([](auto) {});
  for (std::uint64_t i = 0; i < count; ++i) TRIPOS_CHECK(skip(reader, element, depth + 1));
  return {};
}

template <typename T>
concept Integer = std::integral<T> && !std::same_as<T, bool>;

template <typename T>
constexpr GgufType type_of() {
  if constexpr (std::same_as<T, float>) return GgufType::kF32;
  if constexpr (std::same_as<T, double>) return GgufType::kF64;
  if constexpr (std::same_as<T, bool>) return GgufType::kBool;
  if constexpr (std::same_as<T, std::string_view>) return GgufType::kString;
  if constexpr (Integer<T>) {
    constexpr std::array kSigned = {GgufType::kI8, GgufType::kI16, GgufType::kI32, GgufType::kI64};
    constexpr std::array kUnsigned = {GgufType::kU8, GgufType::kU16, GgufType::kU32, GgufType::kU64};
    constexpr int kLog2Bytes = std::bit_width(sizeof(T)) - 1;
    return std::signed_integral<T> ? kSigned[kLog2Bytes] : kUnsigned[kLog2Bytes];
  }
}

template <typename T, typename Stored>
Result<T> fitting(ByteReader& reader) {
  TRIPOS_TRY(const auto value, reader.number<Stored>("a value"));
  if (std::in_range<T>(value)) return static_cast<T>(value);
  return failed(reader, fmt::format("{} does not fit into {}", value, format_of(type_of<T>()).name));
}

template <typename T>
tl::unexpected<Error> wrong_type(const ByteReader& reader, GgufType type) {
  return failed(reader, fmt::format("expected {}, found {}", format_of(type_of<T>()).name, format_of(type).name));
}

template <typename T>
Result<T> decode(ByteReader& reader, GgufType type) {
  if (type != type_of<T>()) return wrong_type<T>(reader, type);
  if constexpr (std::same_as<T, bool>) {
    return read_bool(reader);
  } else if constexpr (std::same_as<T, std::string_view>) {
    return read_string(reader);
  } else {
    return reader.number<T>("a value");
  }
}

template <Integer T>
Result<T> decode(ByteReader& reader, GgufType type) {
  switch (type) {
    case GgufType::kU8:
      return fitting<T, std::uint8_t>(reader);
    case GgufType::kI8:
      return fitting<T, std::int8_t>(reader);
    case GgufType::kU16:
      return fitting<T, std::uint16_t>(reader);
    case GgufType::kI16:
      return fitting<T, std::int16_t>(reader);
    case GgufType::kU32:
      return fitting<T, std::uint32_t>(reader);
    case GgufType::kI32:
      return fitting<T, std::int32_t>(reader);
    case GgufType::kU64:
      return fitting<T, std::uint64_t>(reader);
    case GgufType::kI64:
      return fitting<T, std::int64_t>(reader);
    default:
      return wrong_type<T>(reader, type);
  }
}

template <typename T>
constexpr bool kIsVector = false;
template <typename T>
constexpr bool kIsVector<std::vector<T>> = true;

template <typename Vector>
requires kIsVector<Vector> Result<Vector> decode(ByteReader& reader, GgufType type) {
  using T = typename Vector::value_type;
  if (type != GgufType::kArray) {
    return failed(reader,
                  fmt::format("expected an array of {}, found {}", format_of(type_of<T>()).name, format_of(type).name));
  }
  TRIPOS_TRY(const GgufType element, read_type(reader));
  TRIPOS_TRY(const auto count, reader.number<std::uint64_t>("an array's length"));
  Vector values;
  values.reserve(count);  // bounded by skip()
  for (std::uint64_t i = 0; i < count; ++i) {
    TRIPOS_TRY(T value, decode<T>(reader, element));
    values.push_back(value);
  }
  return values;
}

}  // namespace

Result<GgufMetadata> GgufMetadata::read(ByteReader& reader, std::uint64_t count) {
  GgufMetadata metadata;
  metadata.where_ = reader.where();
  for (std::uint64_t i = 0; i < count; ++i) {
    TRIPOS_TRY(const std::string_view key, read_string(reader));
    ByteReader value_reader = reader.within(fmt::format("metadata {}", in_quotes(key)));
    TRIPOS_TRY(const GgufType type, read_type(value_reader));
    const std::span<const std::byte> rest = value_reader.rest();
    TRIPOS_CHECK(skip(value_reader, type, 0));
    const Value value{type, rest.first(rest.size() - value_reader.rest().size())};
    TRIPOS_CHECK(reader.bytes(value_reader.position() - reader.position(), "a value"));
    if (!metadata.values_.emplace(key, value).second) {
      return failed(reader, fmt::format("metadata key {} comes twice", in_quotes(key)));
    }
  }
  return metadata;
}

template <typename T>
Result<std::optional<T>> GgufMetadata::find(std::string_view key) const {
  const auto found = values_.find(key);
  if (found == values_.end()) return std::nullopt;
  ByteReader reader(found->second.bytes, fmt::format("{}: metadata {}", where_, in_quotes(key)));
  return decode<T>(reader, found->second.type).map([](T value) { return std::optional<T>(std::move(value)); });
}

tl::unexpected<Error> GgufMetadata::missing(std::string_view key) const {
  return fail(Error::Kind::kData, fmt::format("{}: no metadata {}", where_, in_quotes(key)));
}

std::vector<std::string_view> GgufMetadata::keys() const {
  std::vector<std::string_view> keys;
  for (const auto& [key, value] : values_) keys.push_back(key);
  return keys;
}

template Result<std::optional<std::uint32_t>> GgufMetadata::find(std::string_view) const;
template Result<std::optional<std::int32_t>> GgufMetadata::find(std::string_view) const;
template Result<std::optional<std::uint64_t>> GgufMetadata::find(std::string_view) const;
template Result<std::optional<std::int64_t>> GgufMetadata::find(std::string_view) const;
template Result<std::optional<float>> GgufMetadata::find(std::string_view) const;
template Result<std::optional<double>> GgufMetadata::find(std::string_view) const;
template Result<std::optional<bool>> GgufMetadata::find(std::string_view) const;
template Result<std::optional<std::string_view>> GgufMetadata::find(std::string_view) const;
template Result<std::optional<std::vector<std::uint32_t>>> GgufMetadata::find(std::string_view) const;
template Result<std::optional<std::vector<std::int32_t>>> GgufMetadata::find(std::string_view) const;
template Result<std::optional<std::vector<std::uint64_t>>> GgufMetadata::find(std::string_view) const;
template Result<std::optional<std::vector<std::int64_t>>> GgufMetadata::find(std::string_view) const;
template Result<std::optional<std::vector<float>>> GgufMetadata::find(std::string_view) const;
template Result<std::optional<std::vector<double>>> GgufMetadata::find(std::string_view) const;
template Result<std::optional<std::vector<bool>>> GgufMetadata::find(std::string_view) const;
template Result<std::optional<std::vector<std::string_view>>> GgufMetadata::find(std::string_view) const;

}  // namespace tripos::moe
