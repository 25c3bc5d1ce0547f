#pragma once
// The small models of tests/golden/tiny_models.py, whose weights a generator makes.

#include <cstdint>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "backends/moe/io/tensor_table.h"
#include "harness/core/file.h"
#include "harness/core/json.h"
#include "harness/core/text.h"
#include "tests/catch.h"

namespace tripos::test {

inline std::string bytes_of_hex(const std::string& digits) {
  std::string bytes;
  for (std::size_t i = 0; i < digits.size(); i += 2) {
    bytes.push_back(static_cast<char>(std::stoi(digits.substr(i, 2), nullptr, 16)));
  }
  return bytes;
}

// As generated() of the script.
inline std::vector<float> generated(std::string_view name, std::size_t count, float scale, float offset) {
  std::uint64_t state = 0xCBF29CE484222325U;
  for (const char c : name) state = (state ^ static_cast<unsigned char>(c)) * 0x100000001B3U;
  std::vector<float> values(count);
  for (float& value : values) {
    state += 0x9E3779B97F4A7C15U;
    std::uint64_t z = state;
    z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27U)) * 0x94D049BB133111EBU;
    z ^= z >> 31U;
    value = static_cast<float>(static_cast<std::int64_t>(z >> 40U) - (1 << 23)) / (1 << 23) * scale + offset;
  }
  return values;
}

// The tensors of one line of the golden, in memory.
struct TinyModel {
  nlohmann::json golden;
  std::vector<std::vector<float>> data;
  moe::TensorTable tensors;
};

inline TinyModel tiny_model(nlohmann::json golden) {
  TinyModel model{std::move(golden), {}, {}};
  for (const nlohmann::json& tensor : model.golden.at("tensors")) {
    const std::string name = tensor.at("name");
    const std::vector<std::uint64_t> shape = tensor.at("shape");
    std::size_t count = 1;
    for (const std::uint64_t size : shape) count *= size;
    model.data.push_back(generated(name, count, tensor.at("scale"), tensor.at("offset")));
    REQUIRE(
        model.tensors.add({name, moe::ElementType::kF32, shape, std::as_bytes(std::span(model.data.back()))}, "tiny"));
  }
  return model;
}

// The lines of a golden file.
inline std::vector<nlohmann::json> tiny_goldens(const std::string& file = "tiny_models.jsonl.gz") {
  const auto text = read_maybe_gzip(TRIPOS_SOURCE_DIR "/tests/golden/" + file);
  REQUIRE(text);
  std::vector<nlohmann::json> goldens;
  for (const std::string_view line : split_lines(*text)) goldens.push_back(nlohmann::json::parse(line));
  return goldens;
}

}  // namespace tripos::test
