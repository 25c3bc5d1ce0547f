#include "backends/remote/secret.h"

#include <algorithm>
#include <cstdlib>

#include "harness/core/text.h"

namespace tripos::backends {

bool Secret::is_well_formed() const {
  return std::all_of(text_.begin(), text_.end(), [](unsigned char c) { return c > ' ' && c < 0x7f; });
}

std::string Secret::redact(std::string_view text) const {
  constexpr std::size_t kShortestKey = 8;
  if (text_.size() < kShortestKey) return std::string(text);
  std::string shown;
  shown.reserve(text.size());
  while (true) {
    const std::size_t at = text.find(text_);
    shown.append(text.substr(0, at));
    if (at == std::string_view::npos) return shown;
    shown.append("[key]");
    text.remove_prefix(at + text_.size());
  }
}

std::optional<Secret> secret_from_environment(const char* variable) {
  const char* value = std::getenv(variable);
  const std::string_view text = trim(value == nullptr ? "" : value);
  if (text.empty()) return std::nullopt;
  return Secret(std::string(text));
}

}  // namespace tripos::backends
