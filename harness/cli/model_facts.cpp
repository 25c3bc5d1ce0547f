#include "harness/cli/model_facts.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "backends/moe/local/setup.h"
#include "harness/cli/layout.h"

namespace tripos::cli {
namespace {

std::string moe_text(const moe::ArchSpec& spec) {
  const auto with_experts = std::find_if(spec.layers.begin(), spec.layers.end(),
                                         [](const moe::LayerSpec& layer) { return layer.moe.has_value(); });
  if (with_experts == spec.layers.end()) return "dense";
  const moe::MoeSpec& experts = *with_experts->moe;
  const auto layers = std::count_if(spec.layers.begin(), spec.layers.end(),
                                    [](const moe::LayerSpec& layer) { return layer.moe.has_value(); });
  return fmt::format("{} experts of width {} in {} layers, {} a token{}", experts.experts, experts.width, layers,
                     experts.selected, experts.shared_width > 0 ? ", and a shared one" : "");
}

// Element types and what share of the weights is stored in each, the largest first.
std::string types_text(const moe::TensorTable& tensors, std::uint64_t& weights) {
  std::map<std::string, std::uint64_t> counts;
  for (const moe::TensorView& tensor : tensors.all()) {
    std::uint64_t count = 1;
    for (const std::uint64_t size : tensor.shape) count *= size;
    counts[std::string(moe::format_of(tensor.type).name)] += count;
    weights += count;
  }
  std::vector<std::pair<std::uint64_t, std::string>> sorted;
  for (const auto& [name, count] : counts) sorted.emplace_back(count, name);
  std::sort(sorted.rbegin(), sorted.rend());
  std::vector<std::string> parts;
  for (const auto& [count, name] : sorted) {
    parts.push_back(
        fmt::format("{} {:.1f} %", name, 100.0 * static_cast<double>(count) / static_cast<double>(weights)));
  }
  return fmt::format("{}", fmt::join(parts, ", "));
}

std::string stops_text(const moe::ModelText& text) {
  std::vector<std::string> stops;
  for (const moe::TokenId id : text.stop_tokens) {
    stops.push_back(fmt::format("{} ({})", text.tokenizer.piece(id), id));
  }
  return stops.empty() ? "none: answers end at their longest" : fmt::format("{}", fmt::join(stops, ", "));
}

std::string sampling_text(const moe::SamplingRule& rule) {
  if (rule.temperature == 0) return "greedy";
  return fmt::format("temperature {}, top-k {}, top-p {}, min-p {}", rule.temperature, rule.top_k, rule.top_p,
                     rule.min_p);
}

}  // namespace

Result<Facts> model_facts(const std::string& path) {
  TRIPOS_TRY(const moe::ModelFiles files, moe::ModelFiles::open(path));
  const moe::ArchSpec& spec = files.spec();
  std::uint64_t weights = 0;
  const std::string types = types_text(files.tensors(), weights);
  Facts facts = {{"model", "local/" + files.name()},
                 {"family", spec.family},
                 {"weights", with_commas(static_cast<std::int64_t>(weights))},
                 {"stored as", (files.is_gguf() ? "GGUF: " : "safetensors: ") + types},
                 {"layers", fmt::format("{} of width {}, {} heads of {}, {} for keys and values", spec.layers.size(),
                                        spec.width, spec.heads, spec.head_width, spec.kv_heads)},
                 {"experts", moe_text(spec)},
                 {"context", with_commas(spec.context)},
                 {"tokens", with_commas(spec.vocabulary)},
                 {"stop", stops_text(files.text())},
                 {"sampling", sampling_text(files.text().sampling)}};
  TRIPOS_TRY(const moe::Device device, moe::find_device(moe::DeviceChoice::kBest, files.activations()));
  facts.emplace_back("device",
                     fmt::format("{} ({}), {} free", device.name, device.details, moe::bytes_text(device.available)));
  const auto setup = moe::plan_setup(files, device);
  facts.emplace_back("memory", setup ? moe::describe(setup->need) : setup.error().message);
  TRIPOS_TRY(const auto settings, moe::settings_of(files, device));
  facts.emplace_back("sha256", settings.at("files_sha256"));
  const bool chats = files.chat() != nullptr;
  facts.emplace_back("template", chats ? files.text().chat_template : "none: it was not trained to answer");
  return facts;
}

}  // namespace tripos::cli
