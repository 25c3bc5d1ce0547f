#pragma once
// JSON from outside is hostile: depth and size are bounded, text must be UTF-8, and nothing throws out of here.
// Include <nlohmann/json.hpp> in the .cpp that works with the value.

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "harness/core/result.h"

namespace tripos {

inline constexpr int kMaxJsonDepth = 128;

// Error (kData): "WHERE: what is wrong at byte N". `where` names the source, e.g. "gsm8k.jsonl:17".
Result<nlohmann::json> parse_json(std::string_view text, std::string_view where);

// Canonical form, the input of every content hash: keys in byte order, no white space, numbers that read back the
// same, UTF-8 unescaped but for control characters, quotes and backslashes. Ill-formed UTF-8 is repaired.
std::string canonical_json(const nlohmann::json& value);

}  // namespace tripos
