#include "harness/core/response.h"
#include "harness/core/score.h"
#include "tests/catch.h"

namespace tripos {
namespace {

TEST_CASE("The words of verdicts and stop classes read back as themselves", "[core][names]") {
  for (const auto verdict :
       {Verdict::kEqual, Verdict::kDifferent, Verdict::kUndecided, Verdict::kNoAnswer, Verdict::kGoldUnreadable}) {
    CHECK(parse_verdict(to_string(verdict)) == verdict);
  }
  for (const auto stop : {StopClass::kStop, StopClass::kLength, StopClass::kContentFilter, StopClass::kRefusal,
                          StopClass::kContextOverflow, StopClass::kTool, StopClass::kUnknown}) {
    CHECK(parse_stop_class(to_string(stop)) == stop);
  }
  CHECK(!parse_verdict("Equal"));
  CHECK(!parse_stop_class(""));
}

// Databases hold these words: a change here breaks every store that exists.
TEST_CASE("The words that stand in stores do not change", "[core][names]") {
  CHECK(to_string(Verdict::kNoAnswer) == "no_answer");
  CHECK(to_string(Verdict::kGoldUnreadable) == "gold_unreadable");
  CHECK(to_string(StopClass::kContextOverflow) == "context_overflow");
  CHECK(to_string(FailureClass::kRate) == "rate");
  CHECK(to_string(FailureClass::kTransient) == "transient");
  CHECK(to_string(FailureClass::kUnknown) == "unknown");
  CHECK(to_string(FailureClass::kAuth) == "auth");
  CHECK(to_string(FailureClass::kBadRequest) == "bad_request");
  CHECK(to_string(FailureClass::kCancelled) == "cancelled");
}

}  // namespace
}  // namespace tripos
