#pragma once
// Reads models in the GGUF format, versions 2 and 3 (ggml, docs/gguf.md): magic number, version, counts, metadata, one
// description a tensor, then the tensors' bytes, each on a multiple of general.alignment.

#include <cstddef>
#include <filesystem>
#include <span>
#include <string_view>
#include <vector>

#include "backends/moe/io/gguf_metadata.h"
#include "backends/moe/io/mapped_file.h"
#include "backends/moe/io/tensor_table.h"
#include "harness/core/result.h"

namespace tripos::moe {

struct Gguf {
  std::vector<MappedFile> files;  // own the bytes of metadata and tensors
  GgufMetadata metadata;
  TensorTable tensors;
};

// A model in one file, or in parts NAME-00001-of-00003.gguf, of which `path` is the first and whose metadata it has.
Result<Gguf> open_gguf(const std::filesystem::path& path);

// A file in memory, which must outlive the result; `files` stays empty. `where` names the file in errors.
Result<Gguf> parse_gguf(std::span<const std::byte> file, std::string_view where);

}  // namespace tripos::moe
