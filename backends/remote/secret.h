#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace tripos::backends {

// A key. It has no stream operator, no formatter and no comparison; the only way to its text is reveal(), called where
// the HTTP header is made and nowhere else.
class Secret {
 public:
  explicit Secret(std::string text) : text_(std::move(text)) {}
  const std::string& reveal() const { return text_; }
  // Replaces every occurrence of the key in a text from outside (a server may echo it) by "[key]".
  std::string redact(std::string_view text) const;

 private:
  std::string text_;
};

// The key in an environment variable; nullopt where it is unset or empty. White space at its ends is dropped.
std::optional<Secret> secret_from_environment(const char* variable);

}  // namespace tripos::backends
