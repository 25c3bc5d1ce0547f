#pragma once
// Decides whether an answer equals the reference, as people who know the subject would: values exactly, forms by the
// policies of the protocol.

#include <string>
#include <string_view>

#include "harness/core/score.h"
#include "scorers/exact/exact.h"
#include "scorers/latex/reader.h"

namespace tripos::scorers {

struct Equality {
  Truth truth = Truth::kFalse;
  std::string rule;  // the forms that were compared and what decided: "set/rational", "text", "interval/balls"
  unsigned flags = 0;
};

// What an answer was forgiven, or why it was not. More than one can hold.
enum EqualityFlag : unsigned {
  kPercentFlag = 1,        // one side has a percent sign
  kUnitFlag = 2,           // one side has a unit
  kNameFlag = 4,           // one side has a name: "x = 5" against "5"
  kRoundedFlag = 8,        // a decimal against the value that it is rounded from
  kSamplingFlag = 16,      // not proved: equal at random points
  kBracketsFlag = 32,      // a list in brackets against a bare one
  kUnsimplifiedFlag = 64,  // equal, but not written as the reference is
  kCommaFlag = 128,        // "3,5" as three and a half
  kUnprovedFlag = 256,     // not proved: equal modulo three large primes, or in 2,000 bits for want of Calcium
};
std::string flag_names(unsigned flags);  // "percent unit"; empty for none

// Not symmetric where a policy is not: see read_answer() for what a text stands for and Policies for what is forgiven.
// Every limit is a count. Pure.
Equality equal_answers(const Node& reference, const Node& answer, const Policies& policies);

}  // namespace tripos::scorers
