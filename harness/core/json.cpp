#include "harness/core/json.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

namespace tripos {

using nlohmann::json;
namespace {

// Counts brackets outside strings. Up to the first error that is what the parser sees, and there it stops.
bool is_too_deep(std::string_view text) {
  int depth = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string && c == '\\') {
      ++i;
    } else if (c == '"') {
      in_string = !in_string;
    } else if (!in_string && (c == '[' || c == '{')) {
      if (++depth > kMaxJsonDepth) return true;
    } else if (!in_string && (c == ']' || c == '}')) {
      --depth;
    }
  }
  return false;
}

}  // namespace

Result<json> parse_json(std::string_view text, std::string_view where) {
  const auto failed = [where](std::string_view what) {
    return fail(Error::Kind::kData, fmt::format("{}: {}", where, what));
  };
  if (is_too_deep(text)) return failed(fmt::format("JSON nested more than {} levels deep", kMaxJsonDepth));
  // The library's own messages quote the input, which may be long or private.
  try {
    return json::parse(text.begin(), text.end());
  } catch (const json::parse_error& error) {
    if (error.byte > text.size()) return failed(fmt::format("JSON ends early, after {} bytes", text.size()));
    return failed(fmt::format("not valid JSON at byte {}", error.byte));
  } catch (const json::exception&) {
    return failed("not valid JSON: a number is out of range");
  }
}

std::string canonical_json(const json& value) { return value.dump(-1, ' ', false, json::error_handler_t::replace); }

}  // namespace tripos
