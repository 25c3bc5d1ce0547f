#include "backends/remote/retry_after.h"

#include "tests/catch.h"

namespace tripos::backends {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::system_clock;

// Sun, 06 Nov 1994 08:49:37 GMT, the example of RFC 9110.
const system_clock::time_point kExample = system_clock::from_time_t(784'111'777);

TEST_CASE("a wait is read in each form that servers write", "[backends][retry_after]") {
  struct Case {
    const char* text;
    std::optional<std::int64_t> ms;
  };
  const auto c = GENERATE(values<Case>({
      {"20", 20'000},
      {"0", 0},
      {"1.5", 1'500},
      {" 7 ", 7'000},
      {"12ms", 12},
      {"0.4ms", 1},
      {"6m0s", 360'000},
      {"1m30s", 90'000},
      {"1m30.5s", 90'500},
      {"2h", 7'200'000},
      {"1h2m3s4ms", 3'723'004},
      {"1e3", std::nullopt},
      {"99999999", 86'400'000},  // a day at most
      {"-1", std::nullopt},
      {"", std::nullopt},
      {" ", std::nullopt},
      {"soon", std::nullopt},
      {"5 minutes", std::nullopt},
      {"1m30", std::nullopt},
      {"inf", std::nullopt},
      {"nan", std::nullopt},
      {"0x10", std::nullopt},
      {"5d", std::nullopt},
      {"00000000000000000000000000000000000000000000000000000000000000001s", std::nullopt},
  }));
  CAPTURE(c.text);
  const auto wait = parse_wait(c.text);
  CHECK(wait.has_value() == c.ms.has_value());
  if (wait && c.ms) CHECK(wait->count() == *c.ms);
}

TEST_CASE("a date is read in each form of RFC 9110 and RFC 3339", "[backends][retry_after]") {
  const auto text = GENERATE(values<const char*>({
      "Sun, 06 Nov 1994 08:49:37 GMT",
      "Sunday, 06-Nov-94 08:49:37 GMT",
      "Sun Nov  6 08:49:37 1994",
      "1994-11-06T08:49:37Z",
      "1994-11-06t08:49:37z",
      "1994-11-06 08:49:37Z",
      "1994-11-06T08:49:37.123456Z",
      "1994-11-06T09:49:37+01:00",
      "1994-11-06T03:19:37-05:30",
  }));
  CAPTURE(text);
  const auto date = parse_date(text);
  REQUIRE(date.has_value());
  CHECK(*date == kExample);
}

TEST_CASE("what is no date is none", "[backends][retry_after]") {
  const auto text = GENERATE(values<const char*>({"", "20", "1994", "tomorrow", "1994-11-06", "1994-11-06T08:49:37",
                                                  "1994-11-06T08:49:37+1", "1m30s", "NaN", "-1"}));
  CAPTURE(text);
  CHECK_FALSE(parse_date(text).has_value());
}

TEST_CASE("a reply says how long to wait", "[backends][retry_after]") {
  struct Case {
    const char* name;
    HttpHeaders headers;
    std::optional<std::int64_t> ms;
  };
  const auto c = GENERATE(values<Case>({
      {"nothing", {}, std::nullopt},
      {"seconds", {{"retry-after", "3"}}, 3'000},
      {"milliseconds win", {{"retry-after", "3"}, {"retry-after-ms", "250"}}, 250},
      {"milliseconds with nonsense in them", {{"retry-after", "3"}, {"retry-after-ms", "soon"}}, 3'000},
      {"a date by our clock", {{"retry-after", "Sun, 06 Nov 1994 08:49:42 GMT"}}, 5'000},
      {"a date by the server's clock, which is 1 h off",
       {{"date", "Sun, 06 Nov 1994 09:49:37 GMT"}, {"retry-after", "Sun, 06 Nov 1994 09:49:47 GMT"}},
       10'000},
      {"a date with a server clock that is nonsense",
       {{"date", "now"}, {"retry-after", "1994-11-06T08:49:38Z"}},
       1'000},
      {"a date in the past", {{"retry-after", "Sun, 06 Nov 1994 08:49:30 GMT"}}, 0},
      {"a date in a thousand years", {{"retry-after", "Sun, 06 Nov 2994 08:49:37 GMT"}}, 86'400'000},
      {"nonsense", {{"retry-after", "later"}}, std::nullopt},
      {"a limit that is used up",
       {{"x-ratelimit-remaining-requests", "0"}, {"x-ratelimit-reset-requests", "1m30s"}},
       90'000},
      {"the longer of two",
       {{"x-ratelimit-remaining-requests", "0"},
        {"x-ratelimit-reset-requests", "12ms"},
        {"x-ratelimit-remaining-tokens", "0"},
        {"x-ratelimit-reset-tokens", "2s"}},
       2'000},
      {"a limit that is not used up",
       {{"x-ratelimit-remaining-requests", "7"}, {"x-ratelimit-reset-requests", "1m"}},
       std::nullopt},
      {"a header of the reply wins over limits",
       {{"retry-after", "1"}, {"x-ratelimit-remaining-requests", "0"}, {"x-ratelimit-reset-requests", "1m"}},
       1'000},
      {"Azure's -1", {{"x-ratelimit-remaining-requests", "-1"}, {"x-ratelimit-reset-requests", "0"}}, std::nullopt},
  }));
  CAPTURE(c.name);
  const auto wait = retry_after(c.headers, kExample);
  CHECK(wait.has_value() == c.ms.has_value());
  if (wait && c.ms) CHECK(wait->count() == *c.ms);
}

}  // namespace
}  // namespace tripos::backends
