#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace tripos::cli {

// JSON for stdout: text that is no UTF-8 is repaired instead of refused. `indent` below 0: one line. Ends with LF.
std::string json_text(const nlohmann::ordered_json& value, int indent = 2);

}  // namespace tripos::cli
