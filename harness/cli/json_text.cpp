#include "harness/cli/json_text.h"

#include <nlohmann/json.hpp>

namespace tripos::cli {

std::string json_text(const nlohmann::ordered_json& value, int indent) {
  return value.dump(indent, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace tripos::cli
