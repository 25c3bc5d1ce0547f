// GGUF files that llama.cpp's converter makes of small models, held against the models themselves: see
// tests/golden/tiny_gguf.py.

#include "backends/moe/arch/gguf_model.h"

#include <cstring>

#include "backends/moe/arch/hf_config.h"
#include "backends/moe/quant/dequantise.h"
#include "backends/moe/quant/quantise.h"
#include "harness/core/hash.h"
#include "tests/moe/model_files.h"
#include "tests/moe/runner.h"
#include "tests/moe/tiny_models.h"

namespace tripos::moe {
namespace {

using namespace std::string_view_literals;
using nlohmann::json;
using test::Runner;
using tripos::test::TinyModel;

constexpr const char* kGoldens = "tiny_gguf.jsonl.gz";

// The values of a tensor of the file: its own, or rows of the model's tensors, given as [tensor, start, step of values,
// step of rows, rows].
std::vector<float> values_of(const json& source, const TinyModel& model, std::size_t count) {
  if (source.contains("numbers")) return source.at("numbers");
  std::size_t rows = 0;
  for (const json& run : source.at("rows")) rows += run[4].get<std::size_t>();
  std::vector<float> values;
  for (const json& run : source.at("rows")) {
    const auto* const from =
        reinterpret_cast<const float*>(model.tensors.find(run[0].get<std::string>())->bytes.data());
    for (std::size_t row = 0; row < run[4]; ++row) {
      const std::size_t start = run[1].get<std::size_t>() + row * run[3].get<std::size_t>();
      for (std::size_t i = 0; i < count / rows; ++i) values.push_back(from[start + i * run[2].get<std::size_t>()]);
    }
  }
  return values;
}

std::size_t weights_in(const TensorView& tensor) {
  std::size_t count = 1;
  for (const std::uint64_t size : tensor.shape) count *= size;
  return count;
}

// The file that the converter wrote.
std::string gguf_of(const TinyModel& model) {
  std::string file = tripos::test::bytes_of_hex(model.golden.at("head"));
  file.resize(model.golden.at("size"));
  const auto parsed = parse_gguf(test::bytes_of(file), "tiny");
  REQUIRE(parsed);
  for (const json& source : model.golden.at("gguf")) {
    const std::size_t start = source.at("start");
    for (const TensorView& tensor : parsed->tensors.all()) {
      if (tensor.bytes.data() != test::bytes_of(file).data() + start) continue;
      const std::vector<float> values = values_of(source, model, weights_in(tensor));
      const std::span<std::byte> place = std::as_writable_bytes(std::span(file)).subspan(start, tensor.bytes.size());
      if (tensor.type == ElementType::kQ8_0) {
        REQUIRE(quantise(tensor.type, values, place));
      } else {
        REQUIRE(values.size() * sizeof(float) == place.size());
        std::memcpy(place.data(), values.data(), place.size());
      }
    }
  }
  return file;
}

// What the converter rounds to Q8_0: all matrices but the routers.
void round_to_q8_0(TinyModel& model) {
  for (std::size_t i = 0; i < model.data.size(); ++i) {
    const std::string& name = model.tensors.all()[i].name;
    if (name.find("norm") != std::string::npos || name.ends_with(".gate.weight")) continue;
    std::vector<float>& weights = model.data[i];
    std::vector<std::byte> blocks(stored_bytes(ElementType::kQ8_0, weights.size()));
    REQUIRE(quantise(ElementType::kQ8_0, weights, blocks));
    REQUIRE(dequantise(ElementType::kQ8_0, blocks, weights));
  }
}

TinyModel model_labelled(std::string_view label) {
  for (json& golden : tripos::test::tiny_goldens(kGoldens)) {
    if (golden.at("label") == label) return tripos::test::tiny_model(std::move(golden));
  }
  FAIL("no such model");
  return {};
}

// What is wrong with a file, from its first byte to its last tensor; empty: nothing.
std::string error_of(std::string_view file) {
  const auto ops = reference_ops();
  const auto loaded = parse_gguf(test::bytes_of(file), "tiny.gguf").and_then([&](const Gguf& model) {
    return spec_of_gguf(model).and_then(
        [&](const ArchSpec& spec) { return load_gguf_weights(model.tensors, spec, *ops); });
  });
  return loaded ? "" : loaded.error().message;
}

std::string with(std::string file, std::string_view old, std::string_view changed) {
  const std::size_t at = file.find(old);
  REQUIRE(at != std::string::npos);
  return file.replace(at, old.size(), changed);
}

TEST_CASE("a model is the same in both formats", "[moe][gguf]") {
  for (json& golden : tripos::test::tiny_goldens(kGoldens)) {
    TinyModel model = tripos::test::tiny_model(std::move(golden));
    CAPTURE(model.golden.at("label").get<std::string>(), model.golden.at("kind").get<std::string>());
    const std::string file = gguf_of(model);
    REQUIRE(sha256_hex(file) == model.golden.at("sha256"));
    if (model.golden.at("kind") == "q8_0") round_to_q8_0(model);
    const Gguf gguf = test::must(parse_gguf(test::bytes_of(file), "tiny.gguf"));
    const ArchSpec spec = test::must(spec_of_gguf(gguf));
    const ArchSpec same = test::must(spec_of_config(model.golden.at("config")));
    CHECK(spec.family == same.family);
    CHECK(spec.context == same.context);
    std::vector<int> tokens;
    for (int i = 0; i < 40; ++i) tokens.push_back(2 + i * i % 157);
    const auto ours = Runner(spec, gguf.tensors, &load_gguf_weights).run(tokens, 0);
    const auto theirs = Runner(same, model.tensors, test::hf_loader()).run(tokens, 0);
    for (std::size_t i = 0; i < tokens.size(); ++i) {
      CAPTURE(i);
      CHECK(test::normalised_error(ours[i], theirs[i]) < 1e-9);
    }
  }
}

TEST_CASE("a file that ends too early is an error, wherever it ends", "[moe][gguf]") {
  const TinyModel model = model_labelled("granitemoe");
  const std::string file = gguf_of(model);
  const std::size_t head = model.golden.at("head").get<std::string>().size() / 2;
  REQUIRE(error_of(file).empty());
  for (std::size_t size = 0; size < file.size(); size += size < head ? 1 : 997) {
    CAPTURE(size);
    REQUIRE_FALSE(error_of(std::string_view(file).substr(0, size)).empty());
  }
  CHECK_FALSE(error_of(std::string_view(file).substr(0, file.size() - 1)).empty());
}

TEST_CASE("what a file has and the engine does not, and what it lacks, is named", "[moe][gguf]") {
  struct Case {
    const char* label;
    std::string_view old, changed;  // of the same length
    const char* message;
  };
  const auto c = GENERATE(
      Case{"llama", "architecture\x08\0\0\0\x05\0\0\0\0\0\0\0llama"sv,
           "architecture\x08\0\0\0\x05\0\0\0\0\0\0\0mamba"sv, "GGUF architecture \"mamba\" is not supported"},
      Case{"llama", "llama.rope.freq_base", "llama.rope.freq_bass",
           "the model has a setting \"llama.rope.freq_bass\" that is not supported"},
      Case{"llama", "blk.1.attn_k.weight", "blk.1.attn_x.weight", "the model has no tensor \"blk.1.attn_k.weight\""},
      Case{"llama3", "rope_freqs", "rope_fraqs", "the model has a tensor \"rope_fraqs.weight\" that is not supported"},
      Case{"mixtral", "llama.expert_used_count\x04\0\0\0\x02"sv, "llama.expert_used_count\x04\0\0\0\x05"sv,
           "llama.expert_used_count is 5, expected 1 to 4"},
      Case{"qwen3", "qwen3.block_count\x04\0\0\0\x03"sv, "qwen3.block_count\x04\0\0\0\x02"sv,
           "the model has a tensor \"blk.2.attn_norm.weight\" that is not supported"},
      Case{"gpt_oss", "\x04\0\0\0\0\0\0\0yarn"sv, "\x04\0\0\0\0\0\0\0blur"sv,
           "rope scaling \"blur\" of a GGUF file is not supported"},
      Case{"olmoe", "olmoe.attention.value_length\x04\0\0\0\x10"sv, "olmoe.attention.value_length\x04\0\0\0\x12"sv,
           "4 heads of 16 values for 4 key-value heads of 18, 16 of them rotated"});
  CHECK(error_of(with(gguf_of(model_labelled(c.label)), c.old, c.changed)) == c.message);
}

}  // namespace
}  // namespace tripos::moe
