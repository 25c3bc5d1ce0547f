#pragma once
// The tiny model files of tests/golden/model_files and what the script that wrote them says is in them.

#include <cstddef>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <string_view>

#include "backends/moe/io/tensor_table.h"
#include "harness/core/file.h"
#include "harness/core/hash.h"

namespace tripos::moe::test {

inline std::filesystem::path model_files() {
  return std::filesystem::path(TRIPOS_SOURCE_DIR) / "tests/golden/model_files";
}

// Entry of listing.json.
inline nlohmann::json listing(const std::string& file) {
  return nlohmann::json::parse(read_file(model_files() / "listing.json").value()).at(file);
}

inline std::span<const std::byte> bytes_of(std::string_view text) { return std::as_bytes(std::span(text)); }

inline std::string_view text_of(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// The tensors in the form of listing.json.
inline nlohmann::json listed(const TensorTable& tensors) {
  nlohmann::json list = nlohmann::json::array();
  for (const TensorView& tensor : tensors.all()) {
    list.push_back({{"name", tensor.name},
                    {"type", format_of(tensor.type).name},
                    {"shape", tensor.shape},
                    {"sha256", sha256_hex(text_of(tensor.bytes))}});
  }
  return list;
}

}  // namespace tripos::moe::test
