#include "backends/moe/quant/dequantise.h"

#include <bit>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "harness/core/text.h"
#include "tests/catch.h"
#include "tests/moe/model_files.h"

namespace tripos::moe {
namespace {

using nlohmann::json;

std::vector<json> golden() {
  const std::string path = std::string(TRIPOS_SOURCE_DIR) + "/tests/golden/gguf_blocks.jsonl.gz";
  const std::string text = read_maybe_gzip(path).value();
  std::vector<json> lines;
  for (const std::string_view line : split_lines(text)) lines.push_back(json::parse(line));
  return lines;
}

ElementType type_named(std::string_view name) {
  std::size_t i = 0;
  while (kElementFormats.at(i).name != name) ++i;
  return static_cast<ElementType>(i);
}

std::string from_hex(const std::string& digits) {
  std::string bytes;
  for (std::size_t i = 0; i < digits.size(); i += 2) {
    bytes.push_back(static_cast<char>(std::stoi(digits.substr(i, 2), nullptr, 16)));
  }
  return bytes;
}

std::vector<float> weights_of(ElementType type, std::string_view stored) {
  const ElementFormat& format = format_of(type);
  std::vector<float> weights(stored.size() / format.block_bytes * format.block_weights);
  REQUIRE(dequantise(type, test::bytes_of(stored), weights));
  return weights;
}

std::string_view bytes_of(const std::vector<float>& weights) {
  return test::text_of(std::as_bytes(std::span(weights)));
}

TEST_CASE("blocks hold the floats that the gguf package reads, bit for bit", "[moe][quant]") {
  int types = 0;
  for (const json& line : golden()) {
    if (!line.contains("blocks")) continue;
    const auto type = type_named(line["type"].get<std::string>());
    CAPTURE(line["type"]);
    const std::vector<float> found = weights_of(type, from_hex(line["blocks"]));
    const std::string expected = from_hex(line["weights"]);
    REQUIRE(bytes_of(found).size() == expected.size());
    for (std::size_t i = 0; i < found.size(); ++i) {
      CAPTURE(i);
      REQUIRE(bytes_of(found).substr(4 * i, 4) == std::string_view(expected).substr(4 * i, 4));
    }
    ++types;
  }
  CHECK(types == 9);
}

TEST_CASE("every number of 16 and of 8 bits is the float of numpy and ml_dtypes", "[moe][quant]") {
  int types = 0;
  for (const json& line : golden()) {
    if (!line.contains("all")) continue;
    const auto type = type_named(line["type"].get<std::string>());
    CAPTURE(line["type"]);
    std::string stored;
    for (unsigned number = 0; number < line["all"].get<unsigned>(); ++number) {
      stored.push_back(static_cast<char>(number & 0xFF));
      if (format_of(type).block_bytes == 2) stored.push_back(static_cast<char>(number >> 8));
    }
    std::vector<float> found = weights_of(type, stored);
    for (float& weight : found) {
      if (std::isnan(weight)) weight = std::bit_cast<float>(std::uint32_t{0x7FC00000});
    }
    CHECK(sha256_hex(bytes_of(found)) == line["sha256"]);
    ++types;
  }
  CHECK(types == 3);
}

TEST_CASE("floats are kept, from any address", "[moe][quant]") {
  const std::vector<float> weights = {1.5F, -0.0F, 1e-45F, 3e38F};
  const std::string shifted = "x" + std::string(bytes_of(weights));
  CHECK(bytes_of(weights_of(ElementType::kF32, std::string_view(shifted).substr(1))) == bytes_of(weights));
}

TEST_CASE("what holds no weights, or not as many, is refused", "[moe][quant]") {
  const std::string stored(36, '\0');
  std::vector<float> weights(64);
  const auto error = [&](ElementType type) {
    const auto done = dequantise(type, test::bytes_of(stored), weights);
    return done ? "" : done.error().message;
  };
  CHECK(error(ElementType::kQ4_0).empty());
  CHECK(error(ElementType::kQ8_0) == "36 bytes of Q8_0 do not hold 64 weights");
  CHECK(error(ElementType::kF32) == "36 bytes of F32 do not hold 64 weights");
  CHECK(error(ElementType::kI32) == "I32 numbers are no weights");
}

}  // namespace
}  // namespace tripos::moe
