// Quantisation, held against the gguf package and against a search over thousands of scales: see
// tests/golden/hf_quantised.py.

#include "backends/moe/quant/quantise.h"

#include <cmath>
#include <cstring>
#include <limits>

#include "backends/moe/quant/dequantise.h"
#include "backends/moe/quant/number_formats.h"
#include "tests/moe/model_files.h"
#include "tests/moe/tiny_models.h"

namespace tripos::moe {
namespace {

using nlohmann::json;
using tripos::test::bytes_of_hex;

std::vector<float> floats_of(const std::string& bytes) {
  std::vector<float> values(bytes.size() / sizeof(float));
  std::memcpy(values.data(), bytes.data(), bytes.size());
  return values;
}

std::vector<std::byte> blocks_of(ElementType type, std::span<const float> weights) {
  std::vector<std::byte> blocks(stored_bytes(type, weights.size()));
  REQUIRE(quantise(type, weights, blocks));
  return blocks;
}

std::vector<float> rounded(ElementType type, std::span<const float> weights) {
  std::vector<float> values(weights.size());
  REQUIRE(dequantise(type, blocks_of(type, weights), values));
  return values;
}

double squared_error(std::span<const float> a, std::span<const float> b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i)
    sum += (a[i] - static_cast<double>(b[i])) * (a[i] - static_cast<double>(b[i]));
  return sum;
}

TEST_CASE("Q8_0 blocks are those of the gguf package, bit for bit", "[moe][quant]") {
  for (const json& line : tripos::test::tiny_goldens("hf_quantised.jsonl.gz")) {
    if (!line.contains("blocks")) continue;
    const std::vector<float> weights = floats_of(bytes_of_hex(line.at("weights")));
    CHECK(test::text_of(blocks_of(ElementType::kQ8_0, weights)) == bytes_of_hex(line.at("blocks")));
  }
}

TEST_CASE("4 bits have nearly the least error that any scale can give", "[moe][quant]") {
  for (const json& line : tripos::test::tiny_goldens("hf_quantised.jsonl.gz")) {
    if (!line.contains("errors")) continue;
    const std::size_t group = line.at("group");
    const ElementType type = group == 32 ? ElementType::kI4G32 : ElementType::kI4G128;
    const std::vector<float> weights = floats_of(bytes_of_hex(line.at("weights")));
    const std::vector<float> found = rounded(type, weights);
    double ours = 0;
    double least = 0;
    for (std::size_t i = 0; i < line.at("errors").size(); ++i) {
      CAPTURE(group, i);
      const auto part = std::span(weights).subspan(i * group, group);
      const double error = squared_error(part, std::span(found).subspan(i * group, group));
      CHECK(error < 1.3 * line.at("errors")[i].get<double>());
      ours += error;
      least += line.at("errors")[i].get<double>();
    }
    CHECK(ours < 1.05 * least);
    CHECK(squared_error(rounded(type, found), found) < 1e-9 * least);  // rounding again changes nothing
  }
}

TEST_CASE("zeros, single weights and the smallest and largest stay near", "[moe][quant]") {
  const ElementType type = GENERATE(ElementType::kQ8_0, ElementType::kI4G32, ElementType::kI4G128);
  const float value = GENERATE(0.0F, 1.0F, -1.0F, 1e-42F, -1e-30F, 0.01F, 7e6F);
  CAPTURE(format_of(type).name, value);
  std::vector<float> weights(256);
  weights[5] = value;
  weights[200] = value;
  const std::vector<float> found = rounded(type, weights);
  for (std::size_t i = 0; i < weights.size(); ++i) {
    CHECK(std::abs(found[i] - weights[i]) <= std::abs(weights[i]) * 1e-3 + 1e-9);
  }
}

TEST_CASE("weights that cannot be quantised are refused", "[moe][quant]") {
  std::vector<float> weights(64);
  std::vector<std::byte> blocks(68);
  const auto error = [&](ElementType type) {
    const auto done = quantise(type, weights, blocks);
    return done ? "" : done.error().message;
  };
  CHECK(error(ElementType::kQ8_0).empty());
  CHECK(error(ElementType::kI4G32) == "64 weights do not fill 68 bytes of I4_G32");
  CHECK(error(ElementType::kI4G128) == "64 weights do not fill 68 bytes of I4_G128");
  CHECK(error(ElementType::kQ4K) == "weights are not quantised to Q4_K");
  for (const float bad : {std::numeric_limits<float>::infinity(), std::numeric_limits<float>::quiet_NaN(), -1e7F}) {
    weights[63] = bad;
    CHECK(error(ElementType::kQ8_0) == "a weight is infinite, no number or too large to be quantised");
  }
}

TEST_CASE("every half is the half of its float, and floats between go to the nearer, of two the even one",
          "[moe][quant]") {
  for (std::uint32_t half = 0; half < 0x7C00; ++half) {
    const float value = float_of_f16(static_cast<std::uint16_t>(half));
    const double above = half + 1 < 0x7C00 ? double{float_of_f16(static_cast<std::uint16_t>(half + 1))} : 65536.0;
    const auto middle = static_cast<float>((value + above) / 2);  // exact
    REQUIRE(f16_of_float(value) == half);
    REQUIRE(f16_of_float(-value) == (half | 0x8000));
    REQUIRE(f16_of_float(middle) == half + half % 2);
    REQUIRE(f16_of_float(std::nextafter(middle, 0.0F)) == half);
    REQUIRE(f16_of_float(std::nextafter(middle, 1e6F)) == half + 1);
  }
  CHECK(f16_of_float(1e30F) == 0x7C00);
  CHECK(f16_of_float(std::numeric_limits<float>::quiet_NaN()) == 0x7E00);
}

}  // namespace
}  // namespace tripos::moe
