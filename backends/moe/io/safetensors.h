#pragma once
// Reads models in the safetensors format (https://huggingface.co/docs/safetensors): the length of the header as a
// 64-bit number, the header in JSON ({name: {dtype, shape, data_offsets}}), then the tensors' bytes without gaps.

#include <cstddef>
#include <filesystem>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "backends/moe/io/mapped_file.h"
#include "backends/moe/io/tensor_table.h"
#include "harness/core/result.h"

namespace tripos::moe {

struct Safetensors {
  std::vector<MappedFile> files;  // own the bytes of the tensors
  TensorTable tensors;
};

// One file, or a folder with model.safetensors or with model.safetensors.index.json and the shards that it names.
Result<Safetensors> open_safetensors(const std::filesystem::path& path);

// The tensors of one file in memory, which must outlive them. `where` names the file in errors.
Result<TensorTable> parse_safetensors(std::span<const std::byte> file, std::string_view where);

// Tensor name -> file name of its shard, a plain name without folders.
using ShardIndex = std::map<std::string, std::string, std::less<>>;

// Content of a model.safetensors.index.json.
Result<ShardIndex> parse_shard_index(std::string_view text, std::string_view where);

}  // namespace tripos::moe
