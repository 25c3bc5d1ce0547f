#include "backends/model_spec.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

#include "harness/core/spelling.h"

namespace tripos::backends {
namespace {

// Every provider that a model name can start with.
constexpr std::array<std::string_view, 3> kProviders = {
    "local",
    "openai-compatible",
    "scripted",
};

std::string provider_hint(std::string_view provider) {
  const std::vector<std::string> known(kProviders.begin(), kProviders.end());
  const std::string meant = did_you_mean(provider, known);
  return meant.empty() ? fmt::format("known providers: {}", fmt::join(kProviders, ", ")) : meant;
}

}  // namespace

Result<ModelSpec> parse_model_spec(std::string_view text) {
  const std::size_t slash = text.find('/');
  const std::string_view provider = text.substr(0, slash);
  if (slash == std::string_view::npos) {
    return fail(Error::Kind::kUsage, fmt::format("model \"{}\" names no provider", text),
                "models are written provider/name, e.g. openai-compatible/qwen3-8b or scripted/FILE");
  }
  if (std::find(kProviders.begin(), kProviders.end(), provider) == kProviders.end()) {
    return fail(Error::Kind::kUsage, fmt::format("unknown provider \"{}\" in model \"{}\"", provider, text),
                provider_hint(provider));
  }
  const std::string_view name = text.substr(slash + 1);
  if (name.empty()) {
    return fail(Error::Kind::kUsage, fmt::format("model \"{}\" has no name after its provider", text),
                fmt::format("type {}/NAME", provider));
  }
  return ModelSpec{std::string(provider), std::string(name)};
}

}  // namespace tripos::backends
