#include "backends/moe/io/safetensors.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <system_error>
#include <tuple>
#include <utility>

#include "backends/moe/io/byte_reader.h"
#include "backends/moe/io/in_quotes.h"
#include "backends/moe/io/strict_json.h"
#include "harness/core/file.h"

namespace tripos::moe {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr std::uint64_t kMaxHeaderBytes = 100'000'000;  // that of the format's own library
constexpr std::size_t kMaxRank = 8;

constexpr std::array kTypes = {ElementType::kF32, ElementType::kF16, ElementType::kBf16, ElementType::kF8E4m3,
                               ElementType::kI8,  ElementType::kU8,  ElementType::kI32,  ElementType::kI64};

struct Entry {
  std::string name;
  ElementType type;
  std::vector<std::uint64_t> shape;
  std::uint64_t begin;  // offsets into the data behind the header
  std::uint64_t end;
};

tl::unexpected<Error> failed(std::string_view where, std::string_view what, std::string hint = "") {
  return fail(Error::Kind::kData, fmt::format("{}: {}", where, what), std::move(hint));
}

std::optional<ElementType> type_named(std::string_view name) {
  for (const ElementType type : kTypes) {
    if (format_of(type).name == name) return type;
  }
  return std::nullopt;
}

// nullopt unless `value` is an array of at most `max_count` counts.
std::optional<std::vector<std::uint64_t>> as_counts(const json& value, std::size_t max_count) {
  const auto is_count = [](const json& item) { return item.is_number_unsigned(); };
  if (!value.is_array() || value.size() > max_count || !std::all_of(value.begin(), value.end(), is_count)) {
    return std::nullopt;
  }
  return value.get<std::vector<std::uint64_t>>();
}

Result<Entry> read_entry(const std::string& name, const json& value, std::string_view where) {
  if (!value.is_object() || value.size() != 3 || !value.contains("dtype") || !value.contains("shape") ||
      !value.contains("data_offsets")) {
    return failed(where, "expected an object of dtype, shape and data_offsets");
  }
  const json& dtype = value["dtype"];
  if (!dtype.is_string()) return failed(where, "dtype is not a string");
  const auto type = type_named(dtype.get_ref<const std::string&>());
  if (!type) {
    return failed(where, fmt::format("dtype {} is not supported", in_quotes(dtype.get_ref<const std::string&>())),
                  "supported are F32, F16, BF16, F8_E4M3, I8, U8, I32 and I64");
  }
  auto shape = as_counts(value["shape"], kMaxRank);
  if (!shape) return failed(where, fmt::format("shape is not a list of at most {} sizes", kMaxRank));
  const auto offsets = as_counts(value["data_offsets"], 2);
  if (!offsets || offsets->size() != 2 || (*offsets)[0] > (*offsets)[1]) {
    return failed(where, "data_offsets are not a begin and an end");
  }
  const std::uint64_t begin = (*offsets)[0];
  const std::uint64_t end = (*offsets)[1];
  TRIPOS_TRY(const std::uint64_t bytes, tensor_bytes(*type, *shape, where));
  if (end - begin != bytes) {
    return failed(where, fmt::format("dtype and shape ask for {} bytes, data_offsets give {}", bytes, end - begin));
  }
  return Entry{name, *type, std::move(*shape), begin, end};
}

bool is_metadata(const json& value) {
  return value.is_object() &&
         std::all_of(value.begin(), value.end(), [](const json& item) { return item.is_string(); });
}

// Entries in the order of their bytes.
Result<std::vector<Entry>> read_header(std::string_view text, std::string_view where) {
  if (!text.starts_with('{')) return failed(where, "the header does not begin with \"{\"", "is it a safetensors file?");
  TRIPOS_TRY(const json header, parse_strict_json(text, fmt::format("{}: header", where)));
  std::vector<Entry> entries;
  for (const auto& [name, value] : header.items()) {
    if (name == "__metadata__") {
      if (!is_metadata(value)) return failed(where, "__metadata__ is not an object of strings");
      continue;
    }
    TRIPOS_TRY(Entry entry, read_entry(name, value, fmt::format("{}: tensor {}", where, in_quotes(name))));
    entries.push_back(std::move(entry));
  }
  std::stable_sort(entries.begin(), entries.end(),
                   [](const Entry& a, const Entry& b) { return std::tie(a.begin, a.end) < std::tie(b.begin, b.end); });
  return entries;
}

}  // namespace

Result<TensorTable> parse_safetensors(std::span<const std::byte> file, std::string_view where) {
  ByteReader reader(file, where);
  TRIPOS_TRY(const auto header_bytes, reader.number<std::uint64_t>("the header's length"));
  if (header_bytes > kMaxHeaderBytes) {
    return failed(where, fmt::format("a header of {} bytes is larger than {}", header_bytes, kMaxHeaderBytes),
                  "is it a safetensors file?");
  }
  TRIPOS_TRY(const std::string_view header, reader.text(header_bytes, "the header"));
  TRIPOS_TRY(std::vector<Entry> entries, read_header(header, where));
  const std::span<const std::byte> data = reader.rest();
  TensorTable tensors;
  std::uint64_t end = 0;
  for (Entry& entry : entries) {
    // No gaps, as the format demands; so none overlaps another, and a file that was cut is found out.
    if (entry.begin != end) {
      return failed(where, fmt::format("tensor {} begins at byte {} of the data, expected {}", in_quotes(entry.name),
                                       entry.begin, end));
    }
    end = entry.end;
    if (end > data.size()) {
      return failed(
          where,
          fmt::format("tensor {} ends at byte {} of the data, which has {}", in_quotes(entry.name), end, data.size()),
          "the file is damaged or not fully downloaded: fetch it again");
    }
    TRIPOS_CHECK(tensors.add(
        {std::move(entry.name), entry.type, std::move(entry.shape), data.subspan(entry.begin, entry.end - entry.begin)},
        where));
  }
  if (end != data.size()) {
    return failed(where, fmt::format("{} bytes after the last tensor", data.size() - end));
  }
  return tensors;
}

Result<ShardIndex> parse_shard_index(std::string_view text, std::string_view where) {
  TRIPOS_TRY(const json index, parse_strict_json(text, where));
  if (!index.is_object() || !index.contains("weight_map") || !index["weight_map"].is_object()) {
    return failed(where, "no weight_map of tensor names to files");
  }
  ShardIndex shards;
  for (const auto& [tensor, file] : index["weight_map"].items()) {
    if (!file.is_string())
      return failed(where, fmt::format("the file of tensor {} is not a string", in_quotes(tensor)));
    const std::string& name = file.get_ref<const std::string&>();
    const bool is_plain = name.find_first_of(std::string_view("/\\\0", 3)) == std::string::npos;
    if (!is_plain || !name.ends_with(".safetensors")) {
      return failed(where, fmt::format("tensor {} is in {}, which is no .safetensors file of this folder",
                                       in_quotes(tensor), in_quotes(name)));
    }
    shards.emplace(tensor, name);
  }
  return shards;
}

namespace {

// Adds the shard's tensors, which must be those that the index places there.
Result<void> add_shard(const std::string& shard, const fs::path& folder, const ShardIndex& index, Safetensors& model) {
  const std::string where = (folder / shard).string();
  TRIPOS_TRY(MappedFile file, MappedFile::open(where));
  TRIPOS_TRY(const TensorTable tensors, parse_safetensors(file.bytes(), where));
  for (const TensorView& tensor : tensors.all()) {
    const auto place = index.find(tensor.name);
    if (place == index.end() || place->second != shard) {
      return failed(where, fmt::format("the index does not place tensor {} here", in_quotes(tensor.name)),
                    "index and shards are of different models: fetch them again");
    }
    TRIPOS_CHECK(model.tensors.add(tensor, where));
  }
  model.files.push_back(std::move(file));
  return {};
}

Result<Safetensors> open_shards(const fs::path& folder, const fs::path& index_path) {
  TRIPOS_TRY(const std::string text, read_file(index_path, kMaxHeaderBytes));
  TRIPOS_TRY(const ShardIndex index, parse_shard_index(text, index_path.string()));
  std::set<std::string> shards;
  for (const auto& [tensor, shard] : index) shards.insert(shard);
  Safetensors model;
  for (const std::string& shard : shards) TRIPOS_CHECK(add_shard(shard, folder, index, model));
  for (const auto& [tensor, shard] : index) {
    if (model.tensors.find(tensor) == nullptr) {
      return failed((folder / shard).string(),
                    fmt::format("no tensor {}, which the index places here", in_quotes(tensor)),
                    "index and shards are of different models: fetch them again");
    }
  }
  return model;
}

}  // namespace

Result<Safetensors> open_safetensors(const fs::path& path) {
  std::error_code ignored;
  const bool is_folder = fs::is_directory(path, ignored);
  const fs::path single = is_folder ? path / "model.safetensors" : path;
  const fs::path index = path / "model.safetensors.index.json";
  if (is_folder && !fs::exists(single, ignored)) {
    if (fs::exists(index, ignored)) return open_shards(path, index);
    return failed(path.string(), "neither model.safetensors nor model.safetensors.index.json is in this folder");
  }
  TRIPOS_TRY(MappedFile file, MappedFile::open(single));
  TRIPOS_TRY(TensorTable tensors, parse_safetensors(file.bytes(), single.string()));
  Safetensors model;
  model.files.push_back(std::move(file));
  model.tensors = std::move(tensors);
  return model;
}

}  // namespace tripos::moe
