#include "backends/moe/local/setup.h"

#include <fmt/format.h>

#include <algorithm>

#include "harness/core/hash.h"

namespace tripos::moe {
namespace {

constexpr int kVersion = 3;            // of what the engine computes: raised when answers change
constexpr int kRows = 512;             // tokens a step
constexpr int kUsualPositions = 4096;  // of a sequence, prompt and answer
constexpr double kUsableShare = 0.9;   // of the memory that is free

int pages_of(int positions) { return (positions + kPageRows - 1) / kPageRows; }

nlohmann::ordered_json to_json(const SamplingRule& rule) {
  return {{"temperature", rule.temperature}, {"top_k", rule.top_k}, {"top_p", rule.top_p}, {"min_p", rule.min_p}};
}

}  // namespace

Result<Setup> plan_setup(const ModelFiles& files, const Device& device, int sequences) {
  const ArchSpec& spec = files.spec();
  const int usual = pages_of(std::min(spec.context, kUsualPositions));
  const auto usable = static_cast<std::uint64_t>(static_cast<double>(device.available) * kUsableShare);
  Setup setup{.limits = {.pages = usual, .rows = kRows, .sequences = sequences}};
  TRIPOS_TRY(setup.need.weights, files.weight_bytes());
  setup.need.scratch = scratch_bytes(spec, kRows, sequences);
  setup.need.cache = cache_bytes(spec, usual);
  TRIPOS_CHECK(check_fits(setup.need, usable, device.name));
  const std::uint64_t room = (usable - setup.need.weights - setup.need.scratch) / cache_bytes(spec, 1);
  const auto wanted = static_cast<std::uint64_t>(sequences) * static_cast<std::uint64_t>(usual);
  setup.limits.pages = static_cast<int>(std::min(room, wanted));
  setup.need.cache = cache_bytes(spec, setup.limits.pages);
  return setup;
}

std::string to_text(const ModelFiles& files, const Device& device, const Setup& setup) {
  return fmt::format("local/{} on {} ({}): takes up to {}; {} free", files.name(), device.name, device.details,
                     describe(setup.need), bytes_text(device.available));
}

Result<nlohmann::ordered_json> settings_of(const ModelFiles& files, const Device& device) {
  TRIPOS_TRY(const std::string weights, files.sha256());
  const ModelText& text = files.text();
  nlohmann::ordered_json settings = {
      {"files_sha256", weights}, {"model", files.name()},           {"engine", fmt::format("tripos-moe {}", kVersion)},
      {"device", device.name},   {"stop_tokens", text.stop_tokens}, {"sampling", to_json(text.sampling)}};
  if (files.chat() != nullptr) {
    settings["template"] = {
        {"sha256", tripos::sha256_hex(text.chat_template)}, {"variables", files.variables()}, {"date", kTemplateDate}};
  }
  return settings;
}

}  // namespace tripos::moe
