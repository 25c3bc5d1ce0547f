#include <algorithm>

#include "scorers/equality/matcher.h"
#include "scorers/exact/constants.h"

namespace tripos::scorers {
namespace {

Node difference(const Node& a, const Node& b) { return make_node(Kind::kAdd, {a, make_node(Kind::kNegate, {b})}); }

// The part in front of the first "about".
Node exact_part(const Node& relation) {
  const std::size_t about = relation.name.find(static_cast<char>(kAbout));
  if (about == std::string::npos || about == 0) return relation;
  Node part = relation;
  part.name.resize(about);
  part.children.resize(about + 1);
  return part;
}

Node reversed(const Node& relation) {
  Node back = relation;
  std::reverse(back.children.begin(), back.children.end());
  std::reverse(back.name.begin(), back.name.end());
  for (char& sign : back.name) sign = flipped(sign);
  return back;
}

// "a < b" of "a < b < c".
Node link(const Node& chain, std::size_t i) {
  return make_node(Kind::kRelation, {chain.children[i], chain.children[i + 1]},
                   std::string_view(chain.name).substr(i, 1));
}

bool is_function_label(const Node& node) { return node.kind == Kind::kCall; }

}  // namespace

char flipped(char sign) {
  switch (sign) {
    case kLess:
      return kGreater;
    case kGreater:
      return kLess;
    case kAtMost:
      return kAtLeast;
    case kAtLeast:
      return kAtMost;
    default:
      return sign;
  }
}

// Two equations or inequalities of one sign.
Equality Matcher::match_relation_pair(const Node& gold, const Node& answer) {
  const bool turned = answer.name[0] != gold.name[0];
  if (turned && answer.name[0] != flipped(gold.name[0])) return decided(false, "sign");
  const auto is_plain = [](const Node& side) { return is_scalar(side); };
  const bool is_plain_pair = std::all_of(gold.children.begin(), gold.children.end(), is_plain) &&
                             std::all_of(answer.children.begin(), answer.children.end(), is_plain);
  if (!is_plain_pair || !(has_variables(gold) || has_variables(answer))) {
    return match_in_order(gold.children, turned ? reversed(answer).children : answer.children);
  }
  if (--left_ < 0) return {Truth::kUnknown, "limit", 0};
  const char sign = gold.name[0];
  const bool directed = flipped(sign) != sign;
  const Node answer_side = directed && answer.name[0] == flipped(sign)
                               ? difference(answer.children[1], answer.children[0])
                               : difference(answer.children[0], answer.children[1]);
  const Proportion proportion = compare_up_to_factor(difference(gold.children[0], gold.children[1]), answer_side);
  Equality equality = from(proportion.decision);
  if (directed && equality.truth == Truth::kTrue && proportion.factor_sign <= 0) {
    equality.truth = proportion.factor_sign < 0 ? Truth::kFalse : Truth::kUnknown;
  }
  if (equality.truth != Truth::kTrue && !directed) {
    // What we know nothing of, such as f(x) = ..., side by side.
    const Equality sides = match_in_order(gold.children, answer.children);
    if (sides.truth == Truth::kTrue) return sides;
  }
  return equality;
}

Equality Matcher::match_relations(const Node& gold_relation, const Node& answer_relation) {
  const Node gold = exact_part(gold_relation);
  const Node answer = exact_part(answer_relation);
  if (gold.kind != Kind::kRelation || answer.kind != Kind::kRelation) return match(gold, answer);

  const auto gold_named = labelled(gold);
  const auto answer_named = labelled(answer);
  if (gold_named && answer_named) {
    const bool same_name = same_tree(*gold_named->label, *answer_named->label);
    // f(x) = x^2 and y = x^2 define the same function.
    const bool one_function = is_function_label(*gold_named->label) != is_function_label(*answer_named->label);
    if (same_name || one_function) {
      Equality values = match(*gold_named->value, *answer_named->value);
      if (!same_name) values.flags |= kNameFlag;
      if (values.truth == Truth::kTrue || !is_scalar(*gold_named->value)) return values;
    }
  }
  if (gold.name.size() == 1 && answer.name.size() == 1) {
    Equality pair = match_relation_pair(gold, answer);
    pair.rule = "relation/" + pair.rule;
    return pair;
  }
  if (gold.name.size() != answer.name.size()) return decided(false, "relation");
  for (const Node& turned : {answer, reversed(answer)}) {
    if (turned.name != gold.name) continue;
    const bool directed = gold.name.find_first_not_of("<>lg") == std::string::npos;
    Equality sides = directed ? decided(true, "chain") : match_in_order(gold.children, turned.children);
    for (std::size_t i = 0; directed && i < gold.name.size() && sides.truth != Truth::kFalse; ++i) {
      sides = both(std::move(sides), match_relation_pair(link(gold, i), link(turned, i)));
    }
    sides.rule = "relation/" + sides.rule;
    if (sides.truth != Truth::kFalse) return sides;
  }
  return decided(false, "relation");
}

}  // namespace tripos::scorers
