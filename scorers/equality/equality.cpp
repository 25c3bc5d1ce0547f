#include "scorers/equality/equality.h"

#include <algorithm>

#include "harness/core/text.h"
#include "scorers/equality/matcher.h"

namespace tripos::scorers {
namespace {

bool is_ratio(const Node& node) { return node.kind == Kind::kSequence && node.separator == ':'; }

bool is_set_operation(const Node& node) {
  return node.kind == Kind::kCall && (node.name == "union" || node.name == "intersect" || node.name == "minus");
}

bool is_letter_name(const Node& node) { return node.kind == Kind::kSymbol || node.kind == Kind::kConstant; }

std::size_t size_of(const Node& node) {
  std::size_t size = 1;
  for (const Node& child : node.children) size += size_of(child);
  return size;
}

// A set, list or matrix of one is that one thing.
const Node& unwrapped(const Node& node) {
  if (node.kind == Kind::kMatrix && node.children.size() == 1 && node.children[0].children.size() == 1) {
    return unwrapped(node.children[0].children[0]);
  }
  const bool single = node.kind == Kind::kSequence && node.children.size() == 1 && !is_ratio(node);
  return single ? unwrapped(node.children[0]) : node;
}

}  // namespace

std::string flag_names(unsigned flags) {
  constexpr std::string_view kNames[] = {"percent",  "unit",         "name",  "rounded", "sampling",
                                         "brackets", "unsimplified", "comma", "unproved"};
  std::string names;
  for (std::size_t i = 0; i < std::size(kNames); ++i) {
    if (((flags >> i) & 1U) == 0) continue;
    if (!names.empty()) names += ' ';
    names += kNames[i];
  }
  return names;
}

Equality Matcher::match(const Node& gold_node, const Node& answer_node) {
  const Node& gold = unwrapped(gold_node);
  const Node& answer = unwrapped(answer_node);
  if (same_tree(gold, answer)) return decided(true, "same form");

  if (gold.kind == Kind::kText || answer.kind == Kind::kText) {
    // "\text{E}" is the letter E.
    const Node& text = gold.kind == Kind::kText ? gold : answer;
    const Node& other = gold.kind == Kind::kText ? answer : gold;
    const bool words = other.kind == Kind::kText || is_letter_name(other);
    return decided(words && to_lower_ascii(text.name) == to_lower_ascii(other.name), "text");
  }
  if (gold.kind == Kind::kRelation && answer.kind == Kind::kRelation) {
    Equality equality = match_relations(gold, answer);
    if (equality.truth != Truth::kTrue) {
      if (auto regions = match_regions(gold, answer)) return *regions;
    }
    return equality;
  }
  if (gold.kind == Kind::kRelation || answer.kind == Kind::kRelation) {
    if (auto regions = match_regions(gold, answer)) return *regions;
    const bool in_gold = gold.kind == Kind::kRelation;
    const Node& relation = in_gold ? gold : answer;
    const auto named = labelled(relation);
    const Node* value = named ? named->value : chain_value(relation);
    if (value == nullptr && !in_gold) value = quantity_value(relation);
    const bool member = relation.name.size() == 1 && relation.name[0] == kMember;
    if (member && is_label(relation.children[0])) value = &relation.children[1];
    if (value == nullptr || (named && !policies_.optional_names)) return decided(false, "kind");
    Equality equality = in_gold ? match(*value, answer) : match(gold, *value);
    if (named || member) equality.flags |= kNameFlag;
    return equality;
  }
  if (gold.kind == Kind::kQuantity || answer.kind == Kind::kQuantity) return match_quantities(gold, answer);
  if (is_ratio(gold) || is_ratio(answer)) return match_ratios(gold, answer);
  if (gold.kind == Kind::kBased || answer.kind == Kind::kBased) return match_based(gold, answer);
  if (has_matrix(gold) && !(gold.kind == Kind::kSequence && answer.kind == Kind::kSequence)) {
    return match_matrices(gold, answer);
  }
  if (has_matrix(answer) && answer.kind != Kind::kSequence) return match_matrices(gold, answer);
  const auto is_value = [](const Node& node) {
    return is_scalar(node) && !is_set_operation(node) && !has_plus_minus(node);
  };
  if (is_value(gold) && is_value(answer)) return match_scalars(gold, answer);
  if (const auto one = match_repeated(gold, answer)) return *one;
  Equality lists = match_lists(gold, answer);
  if (lists.truth != Truth::kTrue) {
    if (auto regions = match_regions(gold, answer)) return *regions;
  }
  return lists;
}

Equality equal_answers(const Node& reference, const Node& answer, const Policies& policies) {
  Equality equality = Matcher(policies).match(reference, answer);
  if (equality.truth == Truth::kTrue && is_scalar(reference) && is_scalar(answer) &&
      size_of(answer) > size_of(reference)) {
    equality.flags |= kUnsimplifiedFlag;
  }
  return equality;
}

}  // namespace tripos::scorers
