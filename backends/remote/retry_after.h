#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tripos::backends {

// Names in lower case.
using HttpHeaders = std::vector<std::pair<std::string, std::string>>;

std::optional<std::string_view> find_header(const HttpHeaders& headers, std::string_view name);

// How long a reply asks us to wait, from 0 to 24 h: retry-after-ms, else retry-after (seconds or a date), else the
// longest x-ratelimit-reset of a limit that is used up. Dates count from the server's own `date` header where it sends
// one, because its clock need not agree with ours (`now`).
std::optional<std::chrono::milliseconds> retry_after(const HttpHeaders& headers,
                                                     std::chrono::system_clock::time_point now);

// "20", "1.5", "12ms", "1m30s", "2h"; nullopt for anything else, and for negative or endless times.
std::optional<std::chrono::milliseconds> parse_wait(std::string_view text);

// RFC 9110 dates in all three forms, and RFC 3339.
std::optional<std::chrono::system_clock::time_point> parse_date(std::string_view text);

}  // namespace tripos::backends
