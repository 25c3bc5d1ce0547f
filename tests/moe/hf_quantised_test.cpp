// Quantised layers of Hugging Face files, held against the packages that write them (tests/golden/hf_quantised.py), and
// quantisation at load.

#include <algorithm>
#include <array>
#include <cstring>
#include <deque>

#include "backends/moe/arch/hf_config.h"
#include "backends/moe/arch/hf_experts.h"
#include "backends/moe/arch/hf_linear.h"
#include "backends/moe/arch/memory.h"
#include "backends/moe/quant/dequantise.h"
#include "backends/moe/quant/quantise.h"
#include "harness/core/hash.h"
#include "tests/moe/model_files.h"
#include "tests/moe/runner.h"
#include "tests/moe/tiny_models.h"

namespace tripos::moe {
namespace {

using nlohmann::json;
using test::must;
using test::Runner;
using tripos::test::TinyModel;

ElementType type_named(std::string_view name) {
  std::size_t i = 0;
  while (kElementFormats.at(i).name != name) ++i;
  return static_cast<ElementType>(i);
}

// The tensors of one line of the golden, in memory.
struct Layer {
  json golden;
  std::vector<std::string> data;
  TensorTable tensors;
};

Layer layer_of(json golden) {
  Layer layer{std::move(golden), {}, {}};
  layer.data.reserve(layer.golden.at("tensors").size());  // short strings move with their bytes
  for (const json& tensor : layer.golden.at("tensors")) {
    layer.data.push_back(tripos::test::bytes_of_hex(tensor.at("bytes")));
    const std::vector<std::uint64_t> shape = tensor.at("shape");
    REQUIRE(layer.tensors.add(
        {tensor.at("name"), type_named(tensor.at("type").get<std::string>()), shape, test::bytes_of(layer.data.back())},
        "golden"));
  }
  return layer;
}

std::vector<json> goldens_with(const char* key) {
  std::vector<json> found;
  for (json& line : tripos::test::tiny_goldens("hf_quantised.jsonl.gz")) {
    if (line.contains(key)) found.push_back(std::move(line));
  }
  REQUIRE_FALSE(found.empty());
  return found;
}

// The floats of all rows, read so many at a time.
std::vector<float> weights_of(const RowSource& source, std::size_t step) {
  std::vector<float> weights;
  for (std::size_t row = 0; row < source.rows; row += step) {
    const std::size_t rows = std::min(step, source.rows - row);
    std::vector<std::byte> stored(rows * source.row_bytes());
    std::vector<float> part(rows * source.columns);
    REQUIRE(source.read(row, stored));
    REQUIRE(dequantise(source.type, stored, part));
    weights.insert(weights.end(), part.begin(), part.end());
  }
  return weights;
}

std::string hash_of(const std::vector<float>& weights) {
  return sha256_hex(test::text_of(std::as_bytes(std::span(weights))));
}

TEST_CASE("quantised layers hold the floats of compressed-tensors and transformers, bit for bit", "[moe][quant]") {
  for (json& golden : goldens_with("layer")) {
    const Layer layer = layer_of(std::move(golden));
    CAPTURE(layer.golden.at("label").get<std::string>());
    TensorPlacer placer(layer.tensors, "", nullptr);
    const RowSource rows =
        must(linear_rows(placer, layer.golden.at("layer"), layer.golden.at("rows"), layer.golden.at("columns")));
    CHECK(format_of(rows.type).name == layer.golden.at("type"));
    CHECK(hash_of(weights_of(rows, 1)) == layer.golden.at("sha256"));
    CHECK(hash_of(weights_of(rows, 3)) == layer.golden.at("sha256"));
    CHECK(placer.check_all_used([](auto) { return false; }));
  }
}

std::string stored_rows(const RowSource& source, std::size_t first, std::size_t rows) {
  std::string stored(rows * source.row_bytes(), '\0');
  REQUIRE(source.read(first, std::as_writable_bytes(std::span(stored))));
  return stored;
}

TEST_CASE("MXFP4 experts hold the floats of transformers and are the blocks of llama.cpp, gates first",
          "[moe][quant]") {
  const Layer layer = layer_of(goldens_with("experts")[0]);
  TensorPlacer placer(layer.tensors, "", nullptr);
  MoeSpec moe;
  moe.experts = layer.golden.at("experts");
  moe.width = layer.golden.at("width");
  const ExpertNames names{ExpertLayout::kInOutInterleaved, "experts.gate_up_proj", "", "experts.down_proj"};
  const ExpertRows rows = must(expert_rows(placer, "mlp.", names, moe, layer.golden.at("model_width")));
  CHECK(rows.gate_up[0].type == ElementType::kMxfp4);
  CHECK(hash_of(weights_of(rows.gate_up[0], 5)) == layer.golden.at("sha256")[0]);
  CHECK(hash_of(weights_of(rows.down[0], 5)) == layer.golden.at("sha256")[1]);

  std::array<std::string, 2> gates_and_ups;
  const auto width = static_cast<std::size_t>(moe.width);
  for (std::size_t row = 0; row < rows.gate_up[0].rows; row += width) {
    gates_and_ups.at(row / width % 2) += stored_rows(rows.gate_up[0], row, width);
  }
  CHECK(sha256_hex(gates_and_ups[0]) == layer.golden.at("gguf")[0]);
  CHECK(sha256_hex(gates_and_ups[1]) == layer.golden.at("gguf")[1]);
  CHECK(sha256_hex(stored_rows(rows.down[0], 0, rows.down[0].rows)) == layer.golden.at("gguf")[2]);
  CHECK(placer.check_all_used([](auto) { return false; }));
}

TEST_CASE("a quantised layer that is not understood is refused", "[moe][quant]") {
  struct Case {
    const char* label;
    void (*change)(json& tensors);
    const char* message;
  };
  const auto c = GENERATE(
      Case{"int4, groups of 32",
           [](json& tensors) {
             tensors.push_back(tensors[1]);
             tensors.back()["name"] = "q_proj.weight_zero_point";
           },
           "layer \"q_proj\" has zero points (weight_zero_point)"},
      Case{"int4, groups of 32",
           [](json& tensors) {
             tensors.push_back(tensors[1]);
             tensors.back()["name"] = "q_proj.weight_g_idx";
           },
           "layer \"q_proj\" has its columns in another order (weight_g_idx)"},
      Case{"int4, groups of 32",
           [](json& tensors) {
             tensors[0]["shape"] = {5, 6, 2};
           },
           "layer \"q_proj\" is packed as I32 [5, 6, 2], expected I32 [5, 12]: 4 bits a weight"},
      Case{"int4, groups of 32",
           [](json& tensors) {
             tensors[1]["shape"] = {3, 5};
           },
           "\"q_proj.weight_scale\" has shape [3, 5], which are no scales of [5, 96] weights"},
      Case{"fp8, groups", [](json& tensors) { tensors[1]["shape"] = {10}; },
           "\"q_proj.weight_scale\" has shape [10], which are no scales of [5, 256] weights"},
      Case{"fp8, groups", [](json& tensors) { tensors.erase(1); }, "the model has no tensor \"q_proj.weight_scale\""});
  CAPTURE(c.label);
  for (json& golden : goldens_with("layer")) {
    if (golden.at("label") != c.label) continue;
    c.change(golden.at("tensors"));
    const Layer layer = layer_of(std::move(golden));
    TensorPlacer placer(layer.tensors, "", nullptr);
    const auto rows = linear_rows(placer, "q_proj", layer.golden.at("rows"), layer.golden.at("columns"));
    REQUIRE_FALSE(rows);
    CHECK(rows.error().message == c.message);
  }
}

TinyModel model_labelled(std::string_view label) {
  for (json& golden : tripos::test::tiny_goldens()) {
    if (golden.at("label") == label) return tripos::test::tiny_model(std::move(golden));
  }
  FAIL("no such model");
  return {};
}

TEST_CASE("experts that a writer has taken apart are the same experts", "[moe][forward]") {
  const TinyModel model = model_labelled("llama4");
  const ArchSpec spec = must(spec_of_config(model.golden.at("config")));
  std::vector<std::vector<float>> data;
  TensorTable apart;
  const auto add = [&](const std::string& name, std::uint64_t rows, std::uint64_t columns, std::vector<float> values) {
    data.push_back(std::move(values));
    REQUIRE(apart.add({name, ElementType::kF32, {rows, columns}, std::as_bytes(std::span(data.back()))}, "apart"));
  };
  for (std::size_t i = 0; i < model.data.size(); ++i) {
    const TensorView& tensor = model.tensors.all()[i];
    const std::size_t at = tensor.name.find("experts.");
    if (at == std::string::npos || tensor.shape.size() != 3) {
      REQUIRE(apart.add(tensor, "apart"));
      continue;
    }
    // [experts, in, out], gates before ups
    const bool is_down = tensor.name.ends_with("down_proj");
    const std::uint64_t in = tensor.shape[1];
    const std::uint64_t out = is_down ? tensor.shape[2] : tensor.shape[2] / 2;
    for (std::uint64_t part = 0; part < tensor.shape[0] * (is_down ? 1 : 2); ++part) {
      const std::uint64_t expert = is_down ? part : part / 2;
      std::vector<float> turned;
      for (std::uint64_t row = 0; row < out; ++row) {
        for (std::uint64_t column = 0; column < in; ++column) {
          const std::uint64_t offset = is_down ? 0 : part % 2 * out;
          turned.push_back(model.data[i][(expert * in + column) * tensor.shape[2] + offset + row]);
        }
      }
      const char* const name = is_down ? "down_proj" : part % 2 == 0 ? "gate_proj" : "up_proj";
      add(tensor.name.substr(0, at) + "experts." + std::to_string(expert) + "." + name + ".weight", out, in, turned);
    }
  }
  const std::vector<int> tokens = {5, 9, 2, 77, 130, 4};
  CHECK(Runner(spec, apart, test::hf_loader()).run(tokens, 0) ==
        Runner(spec, model.tensors, test::hf_loader()).run(tokens, 0));
}

// A layer as compressed-tensors packs it, from I4_G32 blocks: [rows, columns / 8] integers and [rows, columns / 32]
// scales.
struct Packed {
  std::vector<std::uint32_t> numbers;
  std::vector<float> scales;
  std::array<std::int64_t, 2> shape;
};

Packed packed_of(std::span<const std::byte> blocks, std::uint64_t rows, std::uint64_t columns) {
  Packed packed{{}, {}, {static_cast<std::int64_t>(rows), static_cast<std::int64_t>(columns)}};
  for (std::size_t at = 0; at < blocks.size(); at += 20) {
    packed.scales.emplace_back();
    std::memcpy(&packed.scales.back(), &blocks[at], sizeof(float));
    std::array<std::uint32_t, 4> integers{};
    for (std::size_t i = 0; i < 32; ++i) {
      const auto pair = static_cast<std::uint32_t>(blocks[at + 4 + i % 16]);
      integers.at(i / 8) |= (i < 16 ? pair & 0xFU : pair >> 4U) << (4 * (i % 8));
    }
    packed.numbers.insert(packed.numbers.end(), integers.begin(), integers.end());
  }
  return packed;
}

TEST_CASE("a model of packed layers is the model of their floats", "[moe][quant]") {
  TinyModel floats = model_labelled("qwen3_moe");
  const ArchSpec spec = must(spec_of_config(floats.golden.at("config")));
  std::deque<Packed> layers;
  TensorTable tensors;
  for (std::size_t i = 0; i < floats.data.size(); ++i) {
    const TensorView& tensor = floats.tensors.all()[i];
    if (tensor.name.find("proj") == std::string::npos) {
      REQUIRE(tensors.add(tensor, "packed"));
      continue;
    }
    const std::uint64_t rows = tensor.shape[0];
    const std::uint64_t columns = tensor.shape[1];
    std::vector<std::byte> blocks(stored_bytes(ElementType::kI4G32, rows * columns));
    REQUIRE(quantise(ElementType::kI4G32, floats.data[i], blocks));
    REQUIRE(dequantise(ElementType::kI4G32, blocks, floats.data[i]));
    const Packed& layer = layers.emplace_back(packed_of(blocks, rows, columns));
    const auto add = [&](const char* part, ElementType type, Shape shape, std::span<const std::byte> bytes) {
      REQUIRE(tensors.add({tensor.name + part, type, std::move(shape), bytes}, "packed"));
    };
    add("_packed", ElementType::kI32, {rows, columns / 8}, std::as_bytes(std::span(layer.numbers)));
    add("_scale", ElementType::kF32, {rows, columns / 32}, std::as_bytes(std::span(layer.scales)));
    add("_shape", ElementType::kI64, {2}, std::as_bytes(std::span(layer.shape)));
  }
  const std::vector<int> tokens = {5, 9, 2, 77, 130, 4};
  CHECK(Runner(spec, tensors, test::hf_loader()).run(tokens, 0) ==
        Runner(spec, floats.tensors, test::hf_loader()).run(tokens, 0));
}

TEST_CASE("a model that is quantised at load says nearly the same", "[moe][quant]") {
  struct Case {
    Quantisation quantisation;
    double least, most;  // error of the logits
  };
  const auto c = GENERATE(Case{Quantisation::kInt8, 1e-7, 1e-3}, Case{Quantisation::kInt4Group32, 1e-4, 0.1});
  const char* const label = GENERATE("llama", "qwen3_moe");
  const TinyModel model = model_labelled(label);
  const ArchSpec spec = must(spec_of_config(model.golden.at("config")));
  const std::vector<int> tokens = {5, 9, 2, 77};
  const auto exact = Runner(spec, model.tensors, test::hf_loader()).run(tokens, 0);
  const auto near = Runner(spec, model.tensors, test::hf_loader(c.quantisation)).run(tokens, 0);
  CAPTURE(label);
  const double error = test::normalised_error(near[0], exact[0]);
  CHECK((error > c.least && error < c.most));
}

TEST_CASE("rows are quantised alike, one by one and many at once", "[moe][quant]") {
  const std::vector<float> weights = tripos::test::generated("weights", 700 * 1024, 1, 0);
  const TensorView tensor{"w", ElementType::kF32, {700, 1024}, std::as_bytes(std::span(weights))};
  const RowSource rows = quantised(rows_of(tensor), ElementType::kI4G128);
  CHECK(weights_of(rows, 1) == weights_of(rows, 700));
}

TEST_CASE("groups that a row is no whole number of are refused", "[moe][quant]") {
  const TinyModel model = model_labelled("llama");
  const auto bytes =
      hf_weight_bytes(model.tensors, must(spec_of_config(model.golden.at("config"))), Quantisation::kInt4Group128);
  REQUIRE_FALSE(bytes);
  CHECK(bytes.error().message ==
        "\"model.layers.0.self_attn.q_proj\" has 64 columns, which are no whole groups of 128 as I4_G128");
}

}  // namespace
}  // namespace tripos::moe
