#include "backends/moe/io/gguf.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "backends/moe/io/in_quotes.h"

namespace tripos::moe {
namespace {

namespace fs = std::filesystem;

constexpr std::uint32_t kMaxRank = 4;
constexpr std::uint64_t kMaxNameBytes = 64;
constexpr std::uint64_t kDefaultAlignment = 32;

struct NumberedType {
  std::uint32_t number;
  ElementType type;
};

// Numbers of ggml's enum ggml_type.
constexpr std::array kTypes = {
    NumberedType{0, ElementType::kF32},  NumberedType{1, ElementType::kF16},   NumberedType{2, ElementType::kQ4_0},
    NumberedType{3, ElementType::kQ4_1}, NumberedType{6, ElementType::kQ5_0},  NumberedType{7, ElementType::kQ5_1},
    NumberedType{8, ElementType::kQ8_0}, NumberedType{12, ElementType::kQ4K},  NumberedType{13, ElementType::kQ5K},
    NumberedType{14, ElementType::kQ6K}, NumberedType{24, ElementType::kI8},   NumberedType{26, ElementType::kI32},
    NumberedType{27, ElementType::kI64}, NumberedType{30, ElementType::kBf16}, NumberedType{39, ElementType::kMxfp4},
};

struct RefusedType {
  std::uint32_t number;
  std::string_view name;
};

constexpr std::array kRefusedTypes = {
    RefusedType{9, "Q8_1"},     RefusedType{10, "Q2_K"},   RefusedType{11, "Q3_K"},    RefusedType{15, "Q8_K"},
    RefusedType{16, "IQ2_XXS"}, RefusedType{17, "IQ2_XS"}, RefusedType{18, "IQ3_XXS"}, RefusedType{19, "IQ1_S"},
    RefusedType{20, "IQ4_NL"},  RefusedType{21, "IQ3_S"},  RefusedType{22, "IQ2_S"},   RefusedType{23, "IQ4_XS"},
    RefusedType{25, "I16"},     RefusedType{28, "F64"},    RefusedType{29, "IQ1_M"},   RefusedType{34, "TQ1_0"},
    RefusedType{35, "TQ2_0"},   RefusedType{40, "NVFP4"},  RefusedType{41, "Q1_0"},
};

struct Description {
  std::string name;
  ElementType type;
  std::vector<std::uint64_t> shape;
  std::uint64_t offset;  // into the data
  std::uint64_t bytes;
};

tl::unexpected<Error> failed(std::string_view where, std::string_view what, std::string hint = "") {
  return fail(Error::Kind::kData, fmt::format("{}: {}", where, what), std::move(hint));
}

std::uint64_t aligned(std::uint64_t offset, std::uint64_t alignment) {
  return (offset + alignment - 1) / alignment * alignment;
}

Result<ElementType> type_numbered(std::uint32_t number, std::string_view where) {
  for (const NumberedType& known : kTypes) {
    if (known.number == number) return known.type;
  }
  std::string name = fmt::format("number {}", number);
  for (const RefusedType& refused : kRefusedTypes) {
    if (refused.number == number) name = refused.name;
  }
  return failed(where, fmt::format("type {} is not supported", name),
                "take a file in F32, F16, BF16, Q4_0, Q4_1, Q5_0, Q5_1, Q8_0, Q4_K, Q5_K, Q6_K or MXFP4");
}

Result<Description> read_description(ByteReader& reader) {
  TRIPOS_TRY(const auto name_bytes, reader.number<std::uint64_t>("the length of a tensor's name"));
  if (name_bytes > kMaxNameBytes) {
    return failed(reader.where(),
                  fmt::format("a tensor's name of {} bytes, at most {} are allowed", name_bytes, kMaxNameBytes));
  }
  TRIPOS_TRY(const std::string_view name, reader.text(name_bytes, "a tensor's name"));
  const std::string where = fmt::format("{}: tensor {}", reader.where(), in_quotes(name));
  TRIPOS_TRY(const auto rank, reader.number<std::uint32_t>("a tensor's rank"));
  if (rank > kMaxRank) return failed(where, fmt::format("{} dimensions, at most {} are allowed", rank, kMaxRank));
  std::vector<std::uint64_t> shape(rank);
  for (std::uint64_t& size : shape) {
    TRIPOS_TRY(size, reader.number<std::uint64_t>("a tensor's shape"));
  }
  std::reverse(shape.begin(), shape.end());  // the file has the innermost first
  TRIPOS_TRY(const auto number, reader.number<std::uint32_t>("a tensor's type"));
  TRIPOS_TRY(const ElementType type, type_numbered(number, where));
  TRIPOS_TRY(const auto offset, reader.number<std::uint64_t>("a tensor's offset"));
  TRIPOS_TRY(const std::uint64_t bytes, tensor_bytes(type, shape, where));
  return Description{std::string(name), type, std::move(shape), offset, bytes};
}

Result<void> check_version(std::uint32_t version, std::string_view where) {
  if (version == 2 || version == 3) return {};
  if (version != 0 && (version & 0xFFFF) == 0) return failed(where, "a big-endian GGUF file, expected little-endian");
  return failed(where, fmt::format("GGUF version {}, expected 2 or 3", version),
                "convert the model again with a current version of its converter");
}

Result<std::uint64_t> alignment_of(const GgufMetadata& metadata, std::string_view where) {
  TRIPOS_TRY(const auto stated, metadata.find<std::uint32_t>("general.alignment"));
  if (!stated) return kDefaultAlignment;
  if (*stated < 8 || !std::has_single_bit(*stated)) {
    return failed(where, fmt::format("general.alignment is {}, expected a power of two from 8 on", *stated));
  }
  return *stated;
}

// `data` begins at the first multiple of `alignment` behind the descriptions.
Result<TensorTable> place_tensors(std::vector<Description> descriptions, std::span<const std::byte> data,
                                  std::uint64_t alignment, std::string_view where) {
  TensorTable tensors;
  std::uint64_t next = 0;
  for (Description& tensor : descriptions) {
    // ggml reads no other layout: in the order of the descriptions, with no more than padding between them.
    if (tensor.offset != next) {
      return failed(where, fmt::format("tensor {} begins at byte {} of the data, expected {}", in_quotes(tensor.name),
                                       tensor.offset, next));
    }
    if (tensor.offset > data.size() || tensor.bytes > data.size() - tensor.offset) {
      return failed(where,
                    fmt::format("tensor {} takes {} bytes from byte {} of the data on, which has {}",
                                in_quotes(tensor.name), tensor.bytes, tensor.offset, data.size()),
                    "the file is damaged or not fully downloaded: fetch it again");
    }
    next = aligned(tensor.offset + tensor.bytes, alignment);
    TRIPOS_CHECK(tensors.add(
        {std::move(tensor.name), tensor.type, std::move(tensor.shape), data.subspan(tensor.offset, tensor.bytes)},
        where));
  }
  return tensors;
}

// Before anything is read that often. A file may be large and yet take no space on the disk; so its size is no bound.
Result<void> check_count(std::uint64_t count, std::string_view things, std::string_view where) {
  constexpr std::uint64_t kMaxCount = 1'000'000;  // the largest models have 10^5 tensors
  if (count <= kMaxCount) return {};
  return failed(where, fmt::format("{} {}, at most {} are allowed", count, things, kMaxCount));
}

// A model, or one part of a split one.
Result<Gguf> parse_part(std::span<const std::byte> file, std::string_view where) {
  ByteReader reader(file, where);
  TRIPOS_TRY(const std::string_view magic, reader.text(4, "the magic number"));
  if (magic != "GGUF") return failed(where, "not a GGUF file: it does not begin with \"GGUF\"");
  TRIPOS_TRY(const auto version, reader.number<std::uint32_t>("the version"));
  TRIPOS_CHECK(check_version(version, where));
  TRIPOS_TRY(const auto tensor_count, reader.number<std::uint64_t>("the number of tensors"));
  TRIPOS_TRY(const auto entry_count, reader.number<std::uint64_t>("the number of metadata entries"));
  TRIPOS_CHECK(check_count(tensor_count, "tensors", where));
  TRIPOS_CHECK(check_count(entry_count, "metadata entries", where));

  Gguf model;
  TRIPOS_TRY(model.metadata, GgufMetadata::read(reader, entry_count));
  TRIPOS_TRY(const std::uint64_t alignment, alignment_of(model.metadata, where));
  std::vector<Description> descriptions;
  for (std::uint64_t i = 0; i < tensor_count; ++i) {
    TRIPOS_TRY(Description description, read_description(reader));
    descriptions.push_back(std::move(description));
  }
  const std::uint64_t data_begin = std::min<std::uint64_t>(aligned(reader.position(), alignment), file.size());
  TRIPOS_TRY(model.tensors, place_tensors(std::move(descriptions), file.subspan(data_begin), alignment, where));
  return model;
}

Result<Gguf> open_part(const fs::path& path) {
  TRIPOS_TRY(MappedFile file, MappedFile::open(path));
  TRIPOS_TRY(Gguf model, parse_part(file.bytes(), path.string()));
  model.files.push_back(std::move(file));
  return model;
}

Result<std::uint32_t> parts_of(const Gguf& model) {
  return model.metadata.find<std::uint32_t>("split.count").map([](auto count) { return count.value_or(1); });
}

std::string ending_of(std::uint32_t number, std::uint32_t count) {
  return fmt::format("-{:05}-of-{:05}.gguf", number, count);
}

// Adds part `number`, counted from 1, of `count`.
Result<void> add_part(const fs::path& path, std::uint32_t number, std::uint32_t count, Gguf& model) {
  TRIPOS_TRY(Gguf part, open_part(path));
  TRIPOS_TRY(const std::uint32_t part_count, parts_of(part));
  TRIPOS_TRY(const auto part_number, part.metadata.get<std::uint32_t>("split.no"));
  if (part_count != count || part_number != number - 1) {
    return failed(path.string(), fmt::format("says that it is part {} of {}, expected {} of {}", part_number + 1,
                                             part_count, number, count));
  }
  for (const TensorView& tensor : part.tensors.all()) TRIPOS_CHECK(model.tensors.add(tensor, path.string()));
  model.files.push_back(std::move(part.files.front()));
  return {};
}

}  // namespace

Result<Gguf> parse_gguf(std::span<const std::byte> file, std::string_view where) {
  TRIPOS_TRY(Gguf model, parse_part(file, where));
  TRIPOS_TRY(const std::uint32_t count, parts_of(model));
  if (count > 1) return failed(where, fmt::format("one of the {} parts of a model, expected a whole one", count));
  return model;
}

Result<Gguf> open_gguf(const fs::path& path) {
  TRIPOS_TRY(Gguf model, open_part(path));
  TRIPOS_TRY(const std::uint32_t count, parts_of(model));
  if (count <= 1) return model;
  TRIPOS_TRY(const auto number, model.metadata.get<std::uint32_t>("split.no"));
  const std::string first = path.string();
  const std::string ending = ending_of(1, count);
  if (number != 0 || !first.ends_with(ending)) {
    return failed(first, fmt::format("one of the {} parts of a model, not the first", count),
                  fmt::format("name the file that ends in {}", ending));
  }
  const std::string stem = first.substr(0, first.size() - ending.size());
  for (std::uint32_t i = 2; i <= count; ++i) TRIPOS_CHECK(add_part(stem + ending_of(i, count), i, count, model));
  TRIPOS_TRY(const auto tensors, model.metadata.get<std::uint64_t>("split.tensors.count"));
  if (model.tensors.all().size() != tensors) {
    return failed(first,
                  fmt::format("its {} parts have {} tensors, expected {}", count, model.tensors.all().size(), tensors));
  }
  return model;
}

}  // namespace tripos::moe
