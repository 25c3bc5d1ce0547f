#include "backends/remote/model_gate.h"

#include "tests/catch.h"

namespace tripos::backends {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using Time = ModelGate::Clock::time_point;

constexpr Time kStart{std::chrono::hours(1'000)};
constexpr int kMany = 20;
const RetryLimits kLimits;

Failure rate() { return {.failure_class = FailureClass::kRate, .message = "HTTP 429: wait", .http_status = 429}; }
Failure broken() {
  return {.failure_class = FailureClass::kTransient, .message = "HTTP 500: boom", .http_status = 500};
}
Failure unreachable() { return {.failure_class = FailureClass::kTransient, .message = "connection refused"}; }
Failure refused(const char* message) {
  return {.failure_class = FailureClass::kBadRequest, .message = message, .http_status = 400};
}

// How many may be on their way at once.
int room(const ModelGate& gate) {
  int in_flight = 0;
  while (in_flight < 1'000 && gate.has_room(in_flight, 0)) ++in_flight;
  return in_flight;
}

ModelGate open_gate() { return ModelGate("http://host/v1", kMany, kLimits); }

TEST_CASE("waits grow, are drawn evenly and stay within their bounds", "[backends][retry]") {
  Backoff backoff({.backoff = milliseconds(500), .longest_backoff = seconds(60)});
  for (const auto& [failures, longest] :
       {std::pair{1, 500}, {2, 1'000}, {3, 2'000}, {7, 32'000}, {8, 60'000}, {90, 60'000}}) {
    std::int64_t sum = 0;
    for (int i = 0; i < 400; ++i) {
      const auto wait = backoff.draw(failures).count();
      REQUIRE(wait >= 0);
      REQUIRE(wait <= longest);
      sum += wait;
    }
    // 400 draws: the mean is off by a sixth of the range once in 10^22 runs.
    CHECK(sum / 400 > longest / 3);
    CHECK(sum / 400 < longest * 2 / 3);
  }
  CHECK(Backoff({.backoff = milliseconds(0)}).draw(5).count() == 0);
}

TEST_CASE("a request is tried as often as its failures allow", "[backends][retry]") {
  struct Case {
    const char* name;
    Failure failure;
    int tries;  // 100: no end
  };
  const auto c = GENERATE(values<Case>({
      {"told to wait", rate(), 100},
      {"unreachable", unreachable(), 100},
      {"5xx", broken(), 6},
      {"no complete reply", {.failure_class = FailureClass::kUnknown}, 2},
      {"key", {.failure_class = FailureClass::kAuth}, 1},
      {"bad request", refused("no"), 1},
      {"cancelled", {.failure_class = FailureClass::kCancelled}, 1},
  }));
  CAPTURE(c.name);
  Tries tries;
  int made = 1;
  while (made < 100 && tries.again(c.failure, kLimits)) ++made;
  CHECK(made == c.tries);
}

TEST_CASE("failures of several kinds share the attempts", "[backends][retry]") {
  Tries tries;
  CHECK(tries.again({.failure_class = FailureClass::kUnknown}, kLimits));
  for (int i = 0; i < 4; ++i) CHECK(tries.again(broken(), kLimits));
  CHECK(tries.again(rate(), kLimits));
  CHECK_FALSE(tries.again(broken(), kLimits));
}

TEST_CASE("what a server asks for is waited for, and half as many ask again", "[backends][gate]") {
  ModelGate gate = open_gate();
  CHECK(room(gate) == kMany);
  gate.failed(rate(), seconds(30), kStart, kStart + seconds(1));
  CHECK(gate.opens_at() >= kStart + seconds(31));
  CHECK(gate.opens_at() <= kStart + milliseconds(31'500));
  CHECK(room(gate) == 10);
  // The others of the burst were on their way before: they say nothing new, but for a longer wait.
  gate.failed(rate(), seconds(20), kStart, kStart + seconds(2));
  gate.failed(rate(), seconds(40), kStart, kStart + seconds(2));
  CHECK(room(gate) == 10);
  CHECK(gate.opens_at() >= kStart + seconds(42));
  for (int burst = 1; burst <= 9; ++burst) {
    gate.failed(rate(), std::nullopt, kStart + minutes(burst), kStart + minutes(burst));
  }
  CHECK(room(gate) == 1);
  CHECK_FALSE(gate.verdict(0).has_value());
}

TEST_CASE("a server that answers is given one more after each round", "[backends][gate]") {
  ModelGate gate = open_gate();
  gate.failed(rate(), seconds(1), kStart, kStart);
  REQUIRE(room(gate) == 10);
  for (int i = 0; i < 10; ++i) gate.answered();
  CHECK(room(gate) == 11);
  for (int i = 0; i < 500; ++i) gate.answered();
  CHECK(room(gate) == kMany);
}

TEST_CASE("a server that asks for too much patience ends the run", "[backends][gate]") {
  SECTION("at once") {
    ModelGate gate = open_gate();
    gate.failed(rate(), std::chrono::hours(20), kStart, kStart);
    const auto verdict = gate.verdict(5);
    REQUIRE(verdict.has_value());
    CHECK(verdict->kind == Error::Kind::kProvider);
    CHECK(verdict->message == "http://host/v1 wants us to wait for 20 hours: HTTP 429: wait");
    CHECK(room(gate) == 0);
  }
  SECTION("bit by bit") {
    ModelGate gate = open_gate();
    for (int minute = 0; minute < 59; ++minute) {
      const Time now = kStart + minutes(minute);
      gate.failed(rate(), seconds(30), now, now);
      REQUIRE_FALSE(gate.verdict(0).has_value());
    }
    gate.failed(rate(), minutes(5), kStart + minutes(59), kStart + minutes(59));
    CHECK(gate.verdict(0).has_value());
  }
  SECTION("not while it answers now and then") {
    ModelGate gate = open_gate();
    for (int minute = 0; minute < 300; ++minute) {
      const Time now = kStart + minutes(minute);
      gate.failed(rate(), seconds(30), now, now);
      if (minute % 30 == 0) gate.answered();
    }
    CHECK_FALSE(gate.verdict(0).has_value());
  }
}

TEST_CASE("a 503 that says when to come back is waited for, too", "[backends][gate]") {
  ModelGate gate = open_gate();
  gate.failed(broken(), seconds(30), kStart, kStart);
  CHECK(gate.opens_at() >= kStart + seconds(30));
  ModelGate without = open_gate();
  without.failed(broken(), std::nullopt, kStart, kStart);
  CHECK(without.opens_at() <= kStart);
  CHECK(room(without) == kMany);
}

TEST_CASE("a server that was never there is given up soon", "[backends][gate]") {
  ModelGate gate = open_gate();
  Time now = kStart;
  int tries = 0;
  while (tries < 50 && !gate.verdict(0)) {
    // A burst counts once, and only one knocks at the door after it.
    for (int i = 0; i < 3; ++i) gate.failed(unreachable(), std::nullopt, now, now + milliseconds(1));
    if (!gate.verdict(0)) CHECK(gate.has_room(5, 0));
    CHECK_FALSE(gate.has_room(5, 1));
    now = std::max(gate.opens_at(), now + milliseconds(2));
    ++tries;
  }
  CHECK(tries == 4);
  CHECK(now <= kStart + seconds(5));
  const auto verdict = gate.verdict(0);
  REQUIRE(verdict.has_value());
  CHECK(verdict->kind == Error::Kind::kNetwork);
  CHECK(verdict->message == "cannot connect to http://host/v1: connection refused (4 tries)");
}

TEST_CASE("a server that was there is waited for longer", "[backends][gate]") {
  ModelGate gate = open_gate();
  gate.connected();
  Time now = kStart;
  for (int i = 0; i < 9; ++i) {
    gate.failed(unreachable(), std::nullopt, now, now);
    CHECK_FALSE(gate.verdict(0).has_value());
    now += minutes(2);
  }
  SECTION("it comes back") {
    gate.connected();
    CHECK(room(gate) == kMany);
    gate.failed(unreachable(), std::nullopt, now, now);
    CHECK_FALSE(gate.verdict(0).has_value());
  }
  SECTION("it does not") {
    gate.failed(unreachable(), std::nullopt, now, now);
    CHECK(gate.verdict(0).has_value());
  }
}

TEST_CASE("three requests that fail alike stop the start of others until the rest is known", "[backends][gate]") {
  ModelGate gate = open_gate();
  gate.gave_up(refused("HTTP 400: no"));
  gate.gave_up(refused("HTTP 400: no"));
  CHECK(room(gate) == kMany);
  gate.gave_up(refused("HTTP 400: no"));
  CHECK(room(gate) == 0);
  CHECK_FALSE(gate.verdict(2).has_value());
  SECTION("another is answered") {
    gate.answered();
    CHECK(room(gate) == kMany);
    CHECK_FALSE(gate.verdict(0).has_value());
  }
  SECTION("none is") {
    const auto verdict = gate.verdict(0);
    REQUIRE(verdict.has_value());
    CHECK(verdict->kind == Error::Kind::kProvider);
    CHECK(verdict->message == "http://host/v1 refused 3 requests in a row: HTTP 400: no");
    CHECK_FALSE(verdict->hint.empty());
  }
}

TEST_CASE("requests that fail for reasons of their own do not end the run", "[backends][gate]") {
  ModelGate gate = open_gate();
  for (const char* message : {"a", "a", "b", "b", "c"}) gate.gave_up(refused(message));
  CHECK(room(gate) == kMany);
  gate.gave_up(refused("c"));
  gate.answered();
  gate.gave_up(refused("c"));
  CHECK(room(gate) == kMany);
}

}  // namespace
}  // namespace tripos::backends
