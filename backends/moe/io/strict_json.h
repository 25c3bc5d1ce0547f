#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string_view>

#include "harness/core/result.h"

namespace tripos::moe {

// parse_json() that refuses an object with two equal keys: readers differ in which of them they take.
Result<nlohmann::json> parse_strict_json(std::string_view text, std::string_view where);

}  // namespace tripos::moe
