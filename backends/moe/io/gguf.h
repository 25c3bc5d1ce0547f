#pragma once
// Reads models in the GGUF format, versions 2 and 3 (ggml, docs/gguf.md): magic number, version, counts, metadata, one
// description a tensor, then the tensors' bytes, each on a multiple of general.alignment.

#include <cstddef>
#include <filesystem>
#include <span>
#include <string_view>

#include "backends/moe/io/gguf_metadata.h"
#include "backends/moe/io/mapped_file.h"
#include "backends/moe/io/tensor_table.h"
#include "harness/core/result.h"

namespace tripos::moe {

struct Gguf {
  MappedFile file;  // owns the bytes of metadata and tensors
  GgufMetadata metadata;
  TensorTable tensors;
};

Result<Gguf> open_gguf(const std::filesystem::path& path);

// A file in memory, which must outlive the result; its `file` stays empty. `where` names the file in errors.
Result<Gguf> parse_gguf(std::span<const std::byte> file, std::string_view where);

}  // namespace tripos::moe
