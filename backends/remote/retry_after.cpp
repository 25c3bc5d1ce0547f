#include "backends/remote/retry_after.h"

#include <curl/curl.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <ctime>

#include "harness/core/text.h"

namespace tripos::backends {
namespace {

using std::chrono::milliseconds;
using std::chrono::system_clock;

constexpr milliseconds kLongest = std::chrono::hours(24);
constexpr std::size_t kMaxText = 64;  // of a date or a time; longer ones are nonsense

struct Unit {
  std::string_view name;
  double ms;
};
// "ms" before "m".
constexpr std::array kUnits = {Unit{"ms", 1}, Unit{"h", 3'600'000}, Unit{"m", 60'000}, Unit{"s", 1'000}};

const Unit* leading_unit(std::string_view text) {
  const auto unit = std::find_if(kUnits.begin(), kUnits.end(), [&](const Unit& u) { return text.starts_with(u.name); });
  return unit == kUnits.end() ? nullptr : &*unit;
}

milliseconds bounded(double ms) {
  return milliseconds(static_cast<std::int64_t>(std::ceil(std::min(ms, static_cast<double>(kLongest.count())))));
}

// Years above 2262 overflow the clock; all that far off wait equally long.
system_clock::time_point time_point_of(std::int64_t unix_seconds) {
  constexpr std::int64_t kYear2100 = 4'102'444'800;
  return system_clock::from_time_t(std::clamp(unix_seconds, std::int64_t{0}, kYear2100));
}

std::optional<system_clock::time_point> parse_rfc3339(const std::string& text) {
  std::tm utc{};
  int length = 0;
  const int fields = std::sscanf(text.c_str(), "%4d-%2d-%2d%*1[Tt ]%2d:%2d:%2d%n", &utc.tm_year, &utc.tm_mon,
                                 &utc.tm_mday, &utc.tm_hour, &utc.tm_min, &utc.tm_sec, &length);
  if (fields != 6 || length == 0) return std::nullopt;
  utc.tm_year -= 1900;
  utc.tm_mon -= 1;
  std::string_view zone = std::string_view(text).substr(static_cast<std::size_t>(length));
  if (zone.starts_with('.')) zone.remove_prefix(std::min(zone.size(), zone.find_first_not_of("0123456789", 1)));
  int hours = 0;
  int minutes = 0;
  char sign[] = "+";  // the one that is read, and the end that sscanf() writes
  if (zone != "Z" && zone != "z" &&
      std::sscanf(std::string(zone).c_str(), "%1[+-]%2d:%2d", sign, &hours, &minutes) != 3) {
    return std::nullopt;
  }
  const std::int64_t offset = (hours * 60 + minutes) * 60 * (sign[0] == '-' ? -1 : 1);
  return time_point_of(::timegm(&utc) - offset);
}

// Wait until a date, seen from the server's clock.
std::optional<milliseconds> until(std::string_view text, const HttpHeaders& headers, system_clock::time_point now) {
  const auto date = parse_date(text);
  if (!date) return std::nullopt;
  const auto server_date = find_header(headers, "date");
  const auto server_now = server_date ? parse_date(*server_date) : std::nullopt;
  const auto wait = std::chrono::duration_cast<milliseconds>(*date - server_now.value_or(now));
  return std::clamp(wait, milliseconds(0), kLongest);
}

std::optional<milliseconds> longest_reset(const HttpHeaders& headers) {
  std::optional<milliseconds> longest;
  for (const char* limit : {"requests", "tokens"}) {
    const auto remaining = find_header(headers, std::string("x-ratelimit-remaining-") + limit);
    const auto reset = find_header(headers, std::string("x-ratelimit-reset-") + limit);
    if (!reset || !remaining || trim(*remaining) != "0") continue;
    const auto wait = parse_wait(*reset);
    if (wait) longest = std::max(longest.value_or(milliseconds(0)), *wait);
  }
  return longest;
}

}  // namespace

std::optional<std::string_view> find_header(const HttpHeaders& headers, std::string_view name) {
  const auto at =
      std::find_if(headers.begin(), headers.end(), [&](const auto& header) { return header.first == name; });
  if (at == headers.end()) return std::nullopt;
  return at->second;
}

std::optional<milliseconds> parse_wait(std::string_view text) {
  text = trim(text);
  if (text.empty() || text.size() > kMaxText) return std::nullopt;
  double ms = 0;
  bool first = true;
  while (!text.empty()) {
    double number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed);
    if (error != std::errc() || !std::isfinite(number) || number < 0) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    const Unit* unit = leading_unit(text);
    if (unit == nullptr && !(first && text.empty())) return std::nullopt;
    ms += number * (unit == nullptr ? 1'000 : unit->ms);
    text.remove_prefix(unit == nullptr ? 0 : unit->name.size());
    first = false;
  }
  return bounded(ms);
}

std::optional<system_clock::time_point> parse_date(std::string_view text) {
  text = trim(text);
  // curl_getdate() takes bare numbers for dates, too; a date names a day or a month, or is RFC 3339.
  if (text.empty() || text.size() > kMaxText) return std::nullopt;
  const std::string terminated(text);
  if (const auto date = parse_rfc3339(terminated)) return date;
  if (std::none_of(text.begin(), text.end(), [](unsigned char c) { return c >= 'A' && c <= 'Z'; })) return std::nullopt;
  const std::time_t seconds = curl_getdate(terminated.c_str(), nullptr);
  if (seconds < 0) return std::nullopt;
  return time_point_of(seconds);
}

std::optional<milliseconds> retry_after(const HttpHeaders& headers, system_clock::time_point now) {
  if (const auto text = find_header(headers, "retry-after-ms")) {
    // A bare number here counts milliseconds.
    if (const auto wait = parse_wait(std::string(trim(*text)) + "ms")) return wait;
  }
  if (const auto text = find_header(headers, "retry-after")) {
    if (const auto wait = parse_wait(*text)) return wait;
    if (const auto wait = until(*text, headers, now)) return wait;
  }
  return longest_reset(headers);
}

}  // namespace tripos::backends
