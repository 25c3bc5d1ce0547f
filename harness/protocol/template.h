#pragma once
// Placeholders of prompt templates: {name} and {name:ARGUMENT}. Internal to harness/protocol.

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace tripos::protocol {

struct Placeholder {
  std::string_view name;
  std::optional<std::string_view> argument;
};

// What stands for a placeholder; nullopt leaves it in the text as written, braces and all.
using Replacement = std::function<std::optional<std::string>(const Placeholder&)>;

// Replaces placeholders in one pass from left to right. What was put in is never looked at again, so a question that
// contains "{choices}" stays as it is. Braces around anything but a placeholder are ordinary text.
std::string expand(std::string_view text, const Replacement& replacement);

// True if expand() asks for `name` with or without an argument.
bool uses_placeholder(std::string_view text, std::string_view name);

}  // namespace tripos::protocol
