#pragma once
// Where the right choice is shown. Internal to harness/protocol.

#include <cstddef>
#include <optional>
#include <vector>

#include "harness/core/sample.h"

namespace tripos::protocol {

inline constexpr std::size_t kMaxChoices = 26;  // letters A to Z

// Position at which `order` shows the right choice of `sample`; nullopt without choices or without a readable key.
std::optional<std::size_t> key_position(const Sample& sample, const std::vector<int>& order);

}  // namespace tripos::protocol
