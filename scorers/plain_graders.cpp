// Graders that compare strings: letters and exact texts.

#include "harness/core/text.h"
#include "scorers/extractors.h"
#include "scorers/graders.h"

namespace tripos::scorers {
namespace {

bool is_ascii_alphanumeric(char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

}  // namespace

// As it stands: a protocol that reads "b" and does not turn it into "B" counts it wrong, and so do we.
Judgement grade_choice(std::string_view answer, const Reference& reference) {
  if (reference.target.size() != 1 || !is_offered(reference.target[0], reference.choice_count)) {
    return {Verdict::kGoldUnreadable, "letter"};
  }
  return {equal_if(answer == reference.target), "letter"};
}

Judgement grade_choice_nocase(std::string_view answer, const Reference& reference) {
  const bool is_small = answer.size() == 1 && answer[0] >= 'a' && answer[0] <= 'z';
  const char capital = is_small ? static_cast<char>(answer[0] - 'a' + 'A') : '\0';
  return grade_choice(is_small ? std::string_view(&capital, 1) : answer, reference);
}

// As lm-eval's exact_match with ignore_case and ignore_punctuation: "(b)" is B.
Judgement grade_choice_bare(std::string_view answer, const Reference& reference) {
  std::string bare;
  for (const char c : answer) {
    const bool is_punctuation = c > ' ' && c < 0x7f && !is_ascii_alphanumeric(c);
    if (!is_punctuation) bare += c;
  }
  return grade_choice_nocase(bare, reference);
}

Judgement grade_exact(std::string_view answer, const Reference& reference) {
  return {equal_if(trim_unicode(answer) == trim_unicode(reference.target)), "exact"};
}

}  // namespace tripos::scorers
