#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/core/sample.h"

namespace tripos {

enum class Verdict { kEqual, kDifferent, kUndecided, kNoAnswer, kGoldUnreadable };

std::string_view to_string(Verdict verdict);  // "equal", "different", "undecided", "no_answer", "gold_unreadable"
std::optional<Verdict> parse_verdict(std::string_view text);

// What an answer is held against.
struct Reference {
  std::string target;    // LaTeX, or the letter at which the right choice was shown
  int choice_count = 0;  // 0: not multiple choice
};

// An extractor and a grader applied to one response.
struct Score {
  Verdict verdict = Verdict::kNoAnswer;
  std::string extracted;  // as it stands in the response; empty with kNoAnswer
  std::string rule;       // the extractor and the grader rule that decided, e.g. "last_box/integer"
  // What was forgiven, or why not ("percent unit"), and "open_reasoning" for a response that ends while it thinks.
  std::string flags = {};
  // Of graders that read what they judge; else empty.
  std::string reference_form = {};  // what was read, in one notation
  std::string answer_form = {};

  std::string rule_with_flags() const { return flags.empty() ? rule : rule + " (" + flags + ")"; }
};

// How an extractor is chosen and set up by a protocol, in ladder order: the first one that finds something wins.
struct ExtractorSpec {
  std::string name;     // a key of the registry in scorers/, e.g. "last_box" or "pattern"
  std::string pattern;  // as python_pattern() of scorers/ reads it, first group is the answer; only for "pattern"
  bool last = true;     // of several matches the last one; false: the first
};

// What the grader "symbolic" forgives. The defaults are those of the protocol "tripos"; presets of peers set what comes
// nearest to their graders.
struct Policies {
  enum class Percent {
    kEither,     // for the reference 50%: 50%, 50 and 0.5; for 0.5: 50%
    kHundredth,  // 50% is 0.5 and nothing else
    kIgnored,    // 50% is 50
    kAnyScale,   // 50, 0.5 and 5000 are one, with a sign or without
  };
  enum class Units {
    kOptional,  // 5 cm is 5 and 0.05 m
    kRequired,  // 5 cm is 0.05 m
    kIgnored,   // 5 cm is 5 and 5 m
  };
  Percent percent = Percent::kEither;
  Units units = Units::kOptional;
  int decimal_digits = 12;     // a decimal of so many digits passes for the value that it is rounded from; 0: never
  int decimal_places = 0;      // with a decimal on one side, so many places behind the point decide; 0: all of them
  double tolerance = 0;        // of real constants, relative to the reference
  bool optional_names = true;  // "x = 5" is 5
  bool ordered_lists = false;  // "1, 2" is not "2, 1"; tuples have an order in any case
  bool sampling = true;        // what is equal at random points is equal
};

// The half of a protocol that reads and judges. Its hash names the scorer in the store.
struct ScoringSpec {
  AnswerKind kind = AnswerKind::kMath;
  std::vector<ExtractorSpec> extractors;
  std::string grader;  // a key of the registry in scorers/, e.g. "choice", "number"
  Policies policies;   // of the grader "symbolic"
  // Whether the next extractor is tried where the grader can read nothing in what this one found.
  bool skips_unreadable = false;
};

}  // namespace tripos
