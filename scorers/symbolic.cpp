// The grader "symbolic": reads both sides as syntax trees and compares what they stand for.

#include <optional>

#include "harness/core/text.h"
#include "scorers/equality/equality.h"
#include "scorers/extractors.h"
#include "scorers/graders.h"
#include "scorers/latex/lexer.h"
#include "scorers/latex/reader.h"

namespace tripos::scorers {
namespace {

constexpr std::size_t kMaxForm = 1000;  // bytes of a normal form that are kept

bool is_list(const Node& node) { return node.kind == Kind::kSequence && node.children.size() > 1; }

// A whole sentence was published: its answer stands in a box.
std::string reference_text(const Reference& reference) {
  if (reference.target.find("\\boxed") == std::string::npos) return reference.target;
  const auto boxed = extract_last_box({reference.target, reference.target});
  return boxed.value_or(reference.target);
}

Verdict verdict_of(Truth truth) {
  switch (truth) {
    case Truth::kTrue:
      return Verdict::kEqual;
    case Truth::kFalse:
      return Verdict::kDifferent;
    case Truth::kUnknown:
      break;
  }
  return Verdict::kUndecided;
}

std::string form_of(const Reading& reading) {
  return reading.tree ? std::string(prefix_utf8(to_text(*reading.tree), kMaxForm)) : "";
}

// "3,5" as "3.5", where its one comma stands between digits.
std::optional<std::string> with_decimal_point(std::string_view text) {
  const std::size_t comma = text.find(',');
  const bool is_bare = is_digit(text[0]) || text[0] == '-';
  const bool is_decimal = is_bare && comma != std::string_view::npos && comma > 0 && comma + 1 < text.size() &&
                          is_digit(text[comma - 1]) && is_digit(text[comma + 1]) &&
                          text.find_first_of(",.;", comma + 1) == std::string_view::npos &&
                          text.substr(0, comma).find('.') == std::string_view::npos;
  if (!is_decimal) return std::nullopt;
  std::string decimal(text);
  decimal[comma] = '.';
  return decimal;
}

// "50,000": no item of a list begins with a zero.
bool has_group_of_zeros(std::string_view text) {
  for (std::size_t comma = text.find(','); comma != std::string_view::npos; comma = text.find(',', comma + 1)) {
    const std::size_t next = std::min(text.find_first_not_of(" {}\\!,", comma), text.size());
    if (text.substr(next).starts_with('0') && next + 1 < text.size() && is_digit(text[next + 1])) return true;
  }
  return false;
}

}  // namespace

bool has_several_values(const Reference& reference) {
  const Reading reading = read_answer(reference_text(reference));
  return reading.tree && is_list(*reading.tree);
}

Judgement grade_symbolic(std::string_view answer, const Reference& reference, const Policies& policies) {
  const std::string target = reference_text(reference);
  const Reading gold = read_answer(target);
  Judgement judgement;
  judgement.reference_form = form_of(gold);
  const bool same_text = trim(answer) == trim(target) || trim(answer) == trim(reference.target);
  if (!trim(target).empty() && same_text) {
    judgement.verdict = Verdict::kEqual;
    judgement.rule = "same text";
    judgement.answer_form = judgement.reference_form;
    return judgement;
  }
  if (!gold.tree) {
    judgement.verdict = Verdict::kGoldUnreadable;
    judgement.rule = gold.problem;
    return judgement;
  }
  Reading read = read_answer(answer);
  judgement.answer_form = form_of(read);
  judgement.readable = read.tree && (read.tree->kind != Kind::kText || gold.tree->kind == Kind::kText);
  if (!read.tree) {
    judgement.verdict = Verdict::kDifferent;
    judgement.rule = "unread: " + read.problem;
    return judgement;
  }
  Equality equality = equal_answers(*gold.tree, *read.tree, policies);
  // "10,100" is one number or two: what the other side is tells.
  if (equality.truth != Truth::kTrue && is_list(*gold.tree) != is_list(*read.tree) && !has_group_of_zeros(target) &&
      !has_group_of_zeros(answer)) {
    const Reading gold_apart = read_answer(target, {.thousands = false});
    const Reading apart = read_answer(answer, {.thousands = false});
    if (apart.tree && is_list(*gold_apart.tree) && is_list(*apart.tree)) {
      equality = equal_answers(*gold_apart.tree, *apart.tree, policies);
    }
  }
  if (equality.truth != Truth::kTrue && !is_list(*gold.tree) && is_list(*read.tree)) {
    if (const auto decimal = with_decimal_point(trim(answer))) {
      const Reading number = read_answer(*decimal);
      Equality same = number.tree ? equal_answers(*gold.tree, *number.tree, policies) : Equality{};
      if (same.truth == Truth::kTrue) {
        equality = std::move(same);
        equality.flags |= kCommaFlag;
      }
    }
  }
  judgement.verdict = verdict_of(equality.truth);
  judgement.rule = std::move(equality.rule);
  judgement.flags = flag_names(equality.flags);
  return judgement;
}

}  // namespace tripos::scorers
