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
  // Printable ASCII without spaces; anything else was not copied well, or would forge a header.
  bool is_well_formed() const;
  // Replaces every occurrence of the key in a text from outside (a server may echo it) by "[key]". Keys of less than 8
  // bytes are left: they are words that servers without keys make do with ("EMPTY"), and stand in answers by chance.
  std::string redact(std::string_view text) const;

 private:
  std::string text_;
};

// The key in an environment variable; nullopt where it is unset or empty. White space at its ends is dropped.
std::optional<Secret> secret_from_environment(const char* variable);

}  // namespace tripos::backends
