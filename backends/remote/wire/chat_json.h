#pragma once
// Reading JSON whose shape nobody promised.

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "harness/core/response.h"
#include "harness/core/result.h"

namespace tripos::backends {

// Ill-formed UTF-8 is repaired first: a byte that a server cut in half must not cost the answer.
Result<nlohmann::json> parse_reply_json(std::string_view text);

// The member, or nullptr where `value` is no object, lacks it or has null there.
const nlohmann::json* member(const nlohmann::json& value, const char* name);

// The member's text, or "" where it is no string.
std::string text_member(const nlohmann::json& value, const char* name);

// The member where it is a whole number from 0.
std::optional<std::int64_t> count_member(const nlohmann::json& value, const char* name);

// Class and message of the value of a member `error` (an object or a text). Status 200: the error came inside a reply
// that began well.
Failure failure_of_error(int status, const nlohmann::json& error);

}  // namespace tripos::backends
