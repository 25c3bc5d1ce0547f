#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace tripos {

// What kind of answer a task asks for. It picks the variant of a protocol that exists for both.
enum class AnswerKind { kMath, kChoice };

// One question of a dataset. Never changed after loading, so threads share it by const reference.
struct Sample {
  std::string id;                    // stable across dataset revisions, e.g. "test/algebra/2584.json"
  std::string input;                 // the question as published, no prompt text added
  std::vector<std::string> choices;  // empty unless multiple choice; order as published
  std::string target;                // reference answer: LaTeX, or the letter of the right choice as published
  std::optional<int> target_index;   // of the right choice as published; the truth where two choices read alike
  std::map<std::string, std::string> metadata;  // breakdown keys: "subject", "level", ...
};

}  // namespace tripos
