#pragma once

#include <optional>
#include <vector>

#include "scorers/equality/equality.h"

namespace tripos::scorers {

// The comparison of one reference with one answer. "Gold" is the reference.
class Matcher {
 public:
  explicit Matcher(const Policies& policies) : policies_(policies) {}

  Equality match(const Node& gold, const Node& answer);

 private:
  // scalars.cpp
  Equality match_scalars(const Node& gold, const Node& answer);
  Equality match_quantities(const Node& gold, const Node& answer);
  Equality match_based(const Node& gold, const Node& answer);

  // lists.cpp
  Equality match_lists(const Node& gold, const Node& answer);
  std::optional<Equality> match_repeated(const Node& gold, const Node& answer);
  Equality match_items(const std::vector<Node>& gold, const std::vector<Node>& answer);
  Equality match_in_order(const std::vector<Node>& gold, const std::vector<Node>& answer);
  Equality match_in_any_order(const std::vector<Node>& gold, const std::vector<Node>& answer);
  Equality match_ratios(const Node& gold, const Node& answer);
  Equality match_matrices(const Node& gold, const Node& answer);

  // relations.cpp
  Equality match_relations(const Node& gold, const Node& answer);
  Equality match_relation_pair(const Node& gold, const Node& answer);

  // regions.cpp
  std::optional<Equality> match_regions(const Node& gold, const Node& answer);

  const Policies& policies_;
  bool any_scale_ = true;  // false while a hundredfold is compared
  int left_ = 2000;        // comparisons until we give up
};

// labels.cpp: what an answer calls its values.

// "x", "f(x)", "(p, q)", "\frac{NO}{BO}": a name for a value, not a formula.
bool is_label(const Node& node);

struct Labelled {
  const Node* label;
  const Node* value;
};
// The parts of "x = 5", "5 = x", "x = 1/2 \approx 0.5", "S = 2 + 3 = 5"; nothing for other nodes and where the values
// of a chain contradict each other.
std::optional<Labelled> labelled(const Node& node);

// The value that a chain without a name ends in: 4 of "2 + 2 = 4", a of "a \approx 0.3"; nothing where there is none.
const Node* chain_value(const Node& node);

// The value that an answer gives to what was asked for: 4 of "a + b = 4", 3/5 of "\sin A = 3/5".
const Node* quantity_value(const Node& node);

// "x = 1, 2" as "1, 2", and "x = 1, x = 2" as well: one name for all.
std::optional<std::vector<Node>> without_common_label(const std::vector<Node>& items);
// "x = 1, 2" as "x = 1, x = 2": a value without a name has that of the one before it.
std::vector<Node> with_label_on_all(const std::vector<Node>& items);
// True where both give the values of one name, numbered or not: "x_1 = 1, x_2 = 2" and "x = 1, x = 2".
bool number_one_name(const std::vector<Node>& a, const std::vector<Node>& b);
// "p = 5, q = 2" as "5, 2": a name for each.
std::optional<std::vector<Node>> without_own_labels(const std::vector<Node>& items);

// values.cpp

// Both values of each plus-minus, in its place; the node itself where there is none. At most 16.
std::vector<Node> alternatives(const Node& node);
bool has_plus_minus(const Node& node);

// The items of a list without brackets or in braces, with both values of each plus-minus; nothing for what is no list.
std::optional<std::vector<Node>> list_items(const Node& node);

// Sums and products of matrices worked out; nothing where shapes do not fit, or the result is `too_large`.
std::optional<Node> worked_out(const Node& node, bool& too_large);
bool has_matrix(const Node& node);

char flipped(char sign);  // of a kRelation read from right to left

bool same_tree(const Node& a, const Node& b);

Equality decided(bool equal, std::string rule);
Equality from(const Decision& decision);
Equality both(Equality a, const Equality& b);  // equal where both are

}  // namespace tripos::scorers
