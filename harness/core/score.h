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
};

// How an extractor is chosen and set up by a protocol, in ladder order: the first one that finds something wins.
struct ExtractorSpec {
  std::string name;     // a key of the registry in scorers/, e.g. "last_box" or "pattern"
  std::string pattern;  // as python_pattern() of scorers/ reads it, first group is the answer; only for "pattern"
  bool last = true;     // of several matches the last one; false: the first
};

// The half of a protocol that reads and judges. Its hash names the scorer in the store.
struct ScoringSpec {
  AnswerKind kind = AnswerKind::kMath;
  std::vector<ExtractorSpec> extractors;
  std::string grader;  // a key of the registry in scorers/, e.g. "choice", "number"
};

}  // namespace tripos
