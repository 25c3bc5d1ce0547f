#include "backends/moe/local/setup.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "harness/core/hash.h"

namespace tripos::moe {
namespace {

constexpr int kVersion = 1;            // of what the engine computes: raised when answers change
constexpr int kRows = 512;             // tokens a step
constexpr int kUsualPositions = 4096;  // of a sequence, prompt and answer
constexpr double kUsableShare = 0.9;   // of the memory that is free

int pages_of(int positions) { return (positions + kPageRows - 1) / kPageRows; }

std::uint64_t page_bytes(const ArchSpec& spec) {
  return sizeof(float) * 2 * kPageRows * static_cast<std::uint64_t>(spec.kv_heads * spec.head_width) *
         spec.layers.size();
}

nlohmann::ordered_json to_json(const SamplingRule& rule) {
  return {{"temperature", rule.temperature}, {"top_k", rule.top_k}, {"top_p", rule.top_p}, {"min_p", rule.min_p}};
}

}  // namespace

Result<Setup> plan_setup(const ModelFiles& files, const Device& device, int sequences) {
  const ArchSpec& spec = files.spec();
  const int usual = pages_of(std::min(spec.context, kUsualPositions));
  Setup setup{.limits = {.rows = kRows, .sequences = sequences}, .available = device.available};
  for (const TensorView& tensor : files.tensors().all()) setup.weights += tensor.bytes.size();
  setup.scratch = scratch_bytes(spec, kRows, sequences);
  const auto usable = static_cast<std::uint64_t>(static_cast<double>(device.available) * kUsableShare);
  const std::uint64_t fixed = setup.weights + setup.scratch;
  const std::uint64_t room = usable > fixed ? (usable - fixed) / page_bytes(spec) : 0;
  setup.limits.pages = static_cast<int>(
      std::min<std::uint64_t>(room, static_cast<std::uint64_t>(sequences) * static_cast<std::uint64_t>(usual)));
  setup.cache = static_cast<std::uint64_t>(setup.limits.pages) * page_bytes(spec);
  if (setup.limits.pages < usual) {
    return fail(
        Error::Kind::kDevice,
        fmt::format("{} does not fit: {} of weights, {} to work in, {} of keys and values for one answer; {} of "
                    "{} free can be used",
                    files.name(), bytes_text(setup.weights), bytes_text(setup.scratch),
                    bytes_text(page_bytes(spec) * static_cast<std::uint64_t>(usual)), bytes_text(usable),
                    bytes_text(device.available)),
        "free memory, take a machine with more, or a smaller quantisation of the model");
  }
  return setup;
}

std::string to_text(const Setup& setup) {
  return fmt::format("{} of weights, {} of keys and values, {} to work in; {} free", bytes_text(setup.weights),
                     bytes_text(setup.cache), bytes_text(setup.scratch), bytes_text(setup.available));
}

std::string bytes_text(std::uint64_t bytes) {
  constexpr std::array kUnits = {"bytes", "kB", "MB", "GB", "TB"};
  double value = static_cast<double>(bytes);
  std::size_t unit = 0;
  for (; value >= 1000 && unit + 1 < kUnits.size(); ++unit) value /= 1000;
  return fmt::format("{:.{}f} {}", value, unit == 0 ? 0 : 1, kUnits[unit]);
}

Result<nlohmann::ordered_json> settings_of(const ModelFiles& files, const Device& device) {
  TRIPOS_TRY(const std::string weights, files.sha256());
  const ModelText& text = files.text();
  nlohmann::ordered_json settings = {{"files_sha256", weights},
                                     {"engine", fmt::format("tripos-moe {}", kVersion)},
                                     {"device", device.name},
                                     {"stop_tokens", text.stop_tokens},
                                     {"sampling", to_json(text.sampling)}};
  if (files.chat() != nullptr) {
    settings["template"] = {
        {"sha256", tripos::sha256_hex(text.chat_template)}, {"variables", files.variables()}, {"date", kTemplateDate}};
  }
  return settings;
}

}  // namespace tripos::moe
