#include "backends/moe/arch/gguf_settings.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "backends/moe/io/in_quotes.h"

namespace tripos::moe {
namespace {

// Keys that say nothing that the forward pass does not know otherwise.
constexpr std::array<std::string_view, 3> kIdle = {"vocab_size", "rope.scaling.finetuned", "tensor_data_layout"};

}  // namespace

std::string GgufSettings::key_of(std::string_view name) {
  std::string key = prefix_ + std::string(name);
  read_.insert(key);
  return key;
}

Result<int> GgufSettings::integer(std::string_view name, int highest, std::optional<int> otherwise, int lowest) {
  const std::string key = key_of(name);
  TRIPOS_TRY(const auto found, metadata_.find<std::int64_t>(key));
  if (!found && otherwise) return *otherwise;
  TRIPOS_TRY(const std::int64_t value, metadata_.get<std::int64_t>(key));
  if (value < lowest || value > highest) {
    return fail(Error::Kind::kData, fmt::format("{} is {}, expected {} to {}", key, value, lowest, highest));
  }
  return static_cast<int>(value);
}

Result<double> GgufSettings::number(std::string_view name, std::optional<double> otherwise) {
  const std::string key = key_of(name);
  TRIPOS_TRY(const auto found, metadata_.find<float>(key));
  if (!found && otherwise) return *otherwise;
  TRIPOS_TRY(const float value, metadata_.get<float>(key));
  if (!std::isfinite(value) || value <= 0) {
    return fail(Error::Kind::kData, fmt::format("{} is {}, expected a number above 0", key, value));
  }
  return static_cast<double>(value);
}

Result<std::string_view> GgufSettings::text(std::string_view name, std::string_view otherwise) {
  TRIPOS_TRY(const auto found, metadata_.find<std::string_view>(key_of(name)));
  return found.value_or(otherwise);
}

Result<void> GgufSettings::check_all_read() const {
  for (const std::string_view key : metadata_.keys()) {
    if (!key.starts_with(prefix_) || read_.contains(key)) continue;
    if (std::find(kIdle.begin(), kIdle.end(), key.substr(prefix_.size())) != kIdle.end()) continue;
    return fail(Error::Kind::kConfig, fmt::format("the model has a setting {} that is not supported", in_quotes(key)),
                "without it, the model would be another one than the file says");
  }
  return {};
}

}  // namespace tripos::moe
