#include "harness/protocol/template.h"

namespace tripos::protocol {

std::string expand(std::string_view text, const Replacement& replacement) {
  std::string result;
  while (!text.empty()) {
    const auto open = text.find('{');
    result += text.substr(0, open);
    if (open == std::string_view::npos) break;
    text.remove_prefix(open);
    const auto close = text.find_first_of("{}\n", 1);
    const bool is_closed = close != std::string_view::npos && text[close] == '}';
    const std::string_view inside = is_closed ? text.substr(1, close - 1) : "";
    const auto colon = inside.find(':');
    Placeholder placeholder{.name = inside.substr(0, colon)};
    if (colon != std::string_view::npos) placeholder.argument = inside.substr(colon + 1);
    const auto value = is_closed ? replacement(placeholder) : std::nullopt;
    result += value ? *value : "{";
    text.remove_prefix(value ? close + 1 : 1);
  }
  return result;
}

bool uses_placeholder(std::string_view text, std::string_view name) {
  bool found = false;
  expand(text, [&](const Placeholder& placeholder) -> std::optional<std::string> {
    found = found || placeholder.name == name;
    return std::nullopt;
  });
  return found;
}

}  // namespace tripos::protocol
