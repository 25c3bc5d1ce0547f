#include "backends/remote/wire/chat_json.h"

#include "harness/core/json.h"
#include "harness/core/text.h"

namespace tripos::backends {

using nlohmann::json;

Result<json> parse_reply_json(std::string_view text) {
  if (find_invalid_utf8(text)) return parse_json(repair_utf8(text), "reply");
  return parse_json(text, "reply");
}

const json* member(const json& value, const char* name) {
  if (!value.is_object()) return nullptr;
  const auto at = value.find(name);
  return at == value.end() || at->is_null() ? nullptr : &*at;
}

std::string text_member(const json& value, const char* name) {
  const json* text = member(value, name);
  return text != nullptr && text->is_string() ? text->get<std::string>() : std::string();
}

std::optional<std::int64_t> count_member(const json& value, const char* name) {
  const json* count = member(value, name);
  if (count == nullptr || !count->is_number_integer()) return std::nullopt;
  const auto number = count->get<std::int64_t>();  // above 2^63 it comes out negative
  return number >= 0 ? std::optional(number) : std::nullopt;
}

}  // namespace tripos::backends
