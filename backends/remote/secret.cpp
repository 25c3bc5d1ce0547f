#include "backends/remote/secret.h"

#include <cstdlib>

#include "harness/core/text.h"

namespace tripos::backends {

std::string Secret::redact(std::string_view text) const {
  std::string shown;
  shown.reserve(text.size());
  while (!text_.empty()) {
    const std::size_t at = text.find(text_);
    shown.append(text.substr(0, at));
    if (at == std::string_view::npos) return shown;
    shown.append("[key]");
    text.remove_prefix(at + text_.size());
  }
  return shown.append(text);
}

std::optional<Secret> secret_from_environment(const char* variable) {
  const char* value = std::getenv(variable);
  const std::string_view text = trim(value == nullptr ? "" : value);
  if (text.empty()) return std::nullopt;
  return Secret(std::string(text));
}

}  // namespace tripos::backends
