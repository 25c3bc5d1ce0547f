#pragma once
// Numbers and names as people read them. No locale: the same value gives the same text everywhere.

#include <cstdint>
#include <string>
#include <string_view>

namespace tripos::reports {

std::string percent(double fraction, int decimals);  // 0.5215 -> "52.15"
std::string whole_percent(double fraction);          // 0.997 -> "99": rounded down, so that 100 says all
std::string interval_text(double low, double high);  // "[48.5, 55.8]", in percent
std::string thousands(std::int64_t count);           // "31,204"
std::string clock_text(double seconds);              // "0:41", "1:02:03"

// Text from outside that cannot steer a terminal or a page: ill-formed UTF-8 is repaired, control characters are
// shown as their picture (U+2400 ...), bidirectional controls as "[U+202E]". Line feeds and tabs stay.
std::string visible_text(std::string_view text);
// The same on one line: line feeds and tabs are shown too.
std::string visible_line(std::string_view text);

}  // namespace tripos::reports
