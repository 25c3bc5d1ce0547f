#include <algorithm>

#include "scorers/equality/matcher.h"

namespace tripos::scorers {
namespace {

bool is_bracketed(const Node& node) { return node.kind == Kind::kSequence && node.open != 0 && node.open != '{'; }

// (1,2), [1,2] and (1,2] are different things; with three items and more only the items count, for then they are no
// intervals.
bool same_brackets(const Node& gold, const Node& answer) {
  if (gold.children.size() != 2 && (answer.open == '[') == (answer.close == ']')) return true;
  const auto round = [](char c) { return c == '<' ? '(' : c == '>' ? ')' : c; };
  return round(gold.open) == round(answer.open) && round(gold.close) == round(answer.close);
}

bool has_dots(const std::vector<Node>& items) {
  return std::any_of(items.begin(), items.end(),
                     [](const Node& item) { return item.kind == Kind::kSymbol && item.name == "..."; });
}

// Rows of one entry, or one row: the entries.
std::optional<std::vector<Node>> vector_entries(const Node& matrix) {
  if (matrix.children.size() == 1) return matrix.children[0].children;
  std::vector<Node> entries;
  for (const Node& row : matrix.children) {
    if (row.children.size() != 1) return std::nullopt;
    entries.push_back(row.children[0]);
  }
  return entries;
}

Equality with_flag(Equality equality, unsigned flag) {
  equality.flags |= flag;
  return equality;
}

}  // namespace

Equality Matcher::match_in_order(const std::vector<Node>& gold, const std::vector<Node>& answer) {
  if (gold.size() != answer.size()) return decided(false, "length");
  Equality all = decided(true, "empty");
  for (std::size_t i = 0; i < gold.size() && all.truth != Truth::kFalse; ++i) {
    all = both(std::move(all), match(gold[i], answer[i]));
  }
  return all;
}

Equality Matcher::match_in_any_order(const std::vector<Node>& gold, const std::vector<Node>& answer) {
  if (has_dots(gold) || has_dots(answer) || policies_.ordered_lists) return match_in_order(gold, answer);
  if (gold.size() > answer.size()) return decided(false, "length");
  std::vector<bool> used(answer.size());
  Equality all = decided(true, "empty");
  bool unknown = false;
  const auto take = [&](const Node& item, std::size_t at) {
    // The same place first: most answers keep the order.
    for (std::size_t step = 0; step < answer.size(); ++step) {
      const std::size_t j = (at + step) % answer.size();
      if (used[j]) continue;
      const Equality found = match(item, answer[j]);
      unknown = unknown || found.truth == Truth::kUnknown;
      if (found.truth != Truth::kTrue) continue;
      all = both(std::move(all), found);
      used[j] = true;
      return true;
    }
    return false;
  };
  const Equality missing = decided(false, "item");
  for (std::size_t i = 0; i < gold.size(); ++i) {
    if (!take(gold[i], i)) return unknown ? Equality{Truth::kUnknown, "undecided", 0} : missing;
  }
  // What is left over says again what was said.
  const std::size_t taken = gold.size();
  for (std::size_t i = 0, left = answer.size() - taken; left > 0; ++i) {
    if (i == gold.size()) return unknown ? Equality{Truth::kUnknown, "undecided", 0} : missing;
    while (left > 0 && take(gold[i], i)) --left;
  }
  return all;
}

// "4/5 or 0.8" says one value twice.
std::optional<Equality> Matcher::match_repeated(const Node& gold, const Node& answer) {
  const auto is_choice = [](const Node& node) { return node.kind == Kind::kSequence && node.separator == 'o'; };
  if (is_choice(gold) == is_choice(answer)) return std::nullopt;
  Equality all = decided(true, "list");
  for (const Node& item : is_choice(gold) ? gold.children : answer.children) {
    all = both(std::move(all), is_choice(gold) ? match(item, answer) : match(gold, item));
  }
  return all.truth == Truth::kTrue ? std::optional(all) : std::nullopt;
}

// Where both sides name their values the names count, where one does they are left out.
Equality Matcher::match_items(const std::vector<Node>& gold, const std::vector<Node>& answer) {
  const auto is_labelled = [](const Node& item) { return labelled(item).has_value(); };
  const bool gold_names = std::any_of(gold.begin(), gold.end(), is_labelled);
  const bool answer_names = std::any_of(answer.begin(), answer.end(), is_labelled);
  if (gold_names && answer_names) {
    Equality named = match_in_any_order(with_label_on_all(gold), with_label_on_all(answer));
    if (named.truth == Truth::kTrue || !number_one_name(gold, answer)) return named;
  }
  const auto gold_plain = without_common_label(gold);
  const auto answer_plain = without_common_label(answer);
  if (gold_plain || answer_plain) {
    return with_flag(match_in_any_order(gold_plain.value_or(gold), answer_plain.value_or(answer)), kNameFlag);
  }
  if (gold_names != answer_names) {  // "p = 1, q = 2" gives values in their order
    const auto values = without_own_labels(gold_names ? gold : answer);
    if (values) return with_flag(match_in_order(gold_names ? *values : gold, gold_names ? answer : *values), kNameFlag);
  }
  return match_in_any_order(gold, answer);
}

Equality Matcher::match_lists(const Node& gold, const Node& answer) {
  const auto gold_items = list_items(gold);
  const auto answer_items = list_items(answer);
  const auto is_directed = [](const Node& item) {
    return item.kind == Kind::kRelation && item.name.find_first_of("<>lg") != std::string::npos;
  };
  const bool both_or_any =
      (gold.separator == 'a' && answer.separator == 'o') || (gold.separator == 'o' && answer.separator == 'a');
  if (both_or_any && std::any_of(gold.children.begin(), gold.children.end(), is_directed)) {
    return decided(false, "and, or");
  }
  if (gold_items && answer_items) {
    Equality equality = match_items(*gold_items, *answer_items);
    equality.rule = "list/" + equality.rule;
    return equality;
  }
  if (is_bracketed(gold) && is_bracketed(answer)) {
    if (!same_brackets(gold, answer)) return decided(false, "brackets");
    Equality tuple = match_in_order(gold.children, answer.children);
    tuple.rule = "tuple/" + tuple.rule;
    return tuple;
  }
  // A bare list against one in brackets, "p = 1, q = 2" against "(1, 2)".
  const bool gold_bracketed = is_bracketed(gold);
  const Node& tuple = gold_bracketed ? gold : answer;
  const Node& list = gold_bracketed ? answer : gold;
  if (!is_bracketed(tuple) || list.kind != Kind::kSequence || list.open != 0) return decided(false, "kind");
  const bool half_open = (tuple.open == '[') != (tuple.close == ']');
  const bool closed_interval = gold_bracketed && gold.open == '[' && gold.children.size() == 2;
  if (half_open || closed_interval) return decided(false, "brackets");
  const auto values = without_own_labels(list.children);
  const std::vector<Node>& items = values ? *values : list.children;
  Equality equality = gold_bracketed ? match_in_order(gold.children, items) : match_in_order(items, answer.children);
  equality.rule = "tuple/" + equality.rule;
  return with_flag(std::move(equality), values ? kNameFlag : kBracketsFlag);
}

// a:b is a/b; a clock shows hours and minutes.
Equality Matcher::match_ratios(const Node& gold, const Node& answer) {
  const auto is_ratio = [](const Node& node) { return node.kind == Kind::kSequence && node.separator == ':'; };
  const auto quotient = [](const Node& ratio) {
    return make_node(Kind::kDivide, {ratio.children[0], ratio.children[1]});
  };
  if (!is_ratio(gold) || !is_ratio(answer)) {
    const Node& ratio = is_ratio(gold) ? gold : answer;
    const Node& other = is_ratio(gold) ? answer : gold;
    if (ratio.children.size() != 2 || !is_scalar(other)) return decided(false, "kind");
    const bool is_clock = !ratio.name.empty();
    if (is_clock) {  // "2:00 p.m." is 2 o'clock
      if (rational_value(ratio.children[1]) != mpq_class(0)) return decided(false, "kind");
      return with_flag(is_ratio(gold) ? match(gold.children[0], answer) : match(gold, answer.children[0]), kUnitFlag);
    }
    return is_ratio(gold) ? match(quotient(gold), answer) : match(gold, quotient(answer));
  }
  if (!gold.name.empty() || !answer.name.empty()) {
    const auto minutes = [](const Node& clock) -> std::optional<mpq_class> {
      if (clock.children.size() != 2) return std::nullopt;
      const auto hours = rational_value(clock.children[0]);
      const auto past = rational_value(clock.children[1]);
      const bool has_half = clock.name == "am" || clock.name == "pm";
      if (!hours || !past || (has_half && *hours > 12)) return std::nullopt;
      mpq_class hour = *hours;
      if (clock.name == "pm" && hour != 12) hour += 12;
      if (clock.name == "am" && hour == 12) hour = 0;
      return hour * 60 + *past;
    };
    const auto gold_time = minutes(gold);
    const auto answer_time = minutes(answer);
    if (!gold_time || !answer_time) return decided(false, "clock");
    // Where one side leaves out the half of the day, it may be either.
    const auto has_half = [](const Node& clock) { return clock.name == "am" || clock.name == "pm"; };
    const bool open = has_half(gold) != has_half(answer);
    const mpq_class apart = abs(*gold_time - *answer_time);
    return decided(apart == 0 || (open && apart == 720 && std::min(*gold_time, *answer_time) < 720 &&
                                  (!has_half(gold) ? *gold_time < 780 : *answer_time < 780)),
                   "clock");
  }
  const Equality same = match_in_order(gold.children, answer.children);
  if (same.truth == Truth::kTrue || gold.children.size() != answer.children.size()) return same;
  Equality all = decided(true, "ratio");
  for (std::size_t i = 1; i < gold.children.size() && all.truth != Truth::kFalse; ++i) {
    const Node left = make_node(Kind::kMultiply, {gold.children[0], answer.children[i]});
    const Node right = make_node(Kind::kMultiply, {gold.children[i], answer.children[0]});
    all = both(std::move(all), match_scalars(left, right));
  }
  return all;
}

Equality Matcher::match_matrices(const Node& gold, const Node& answer) {
  bool too_large = false;
  const auto gold_matrix = worked_out(gold, too_large);
  const auto answer_matrix = worked_out(answer, too_large);
  if (too_large) return {Truth::kUnknown, "limit", 0};
  if (!gold_matrix || !answer_matrix) return decided(false, "matrix");
  const bool gold_is = gold_matrix->kind == Kind::kMatrix;
  const bool answer_is = answer_matrix->kind == Kind::kMatrix;
  if (!gold_is && !answer_is && !has_matrix(*gold_matrix) && !has_matrix(*answer_matrix)) {
    return match(*gold_matrix, *answer_matrix);  // determinants
  }
  if (gold_is && answer_is) {
    Equality all = gold_matrix->children.size() == answer_matrix->children.size() ? decided(true, "matrix")
                                                                                  : decided(false, "shape");
    for (std::size_t i = 0; i < gold_matrix->children.size() && all.truth == Truth::kTrue; ++i) {
      all =
          both(std::move(all), match_in_order(gold_matrix->children[i].children, answer_matrix->children[i].children));
    }
    all.rule = "matrix/" + all.rule;
    return all;
  }
  const Node& matrix = gold_is ? *gold_matrix : *answer_matrix;
  const Node& tuple = gold_is ? *answer_matrix : *gold_matrix;
  // Rows as lists, "[[1, 2], [3, 4]]".
  const bool has_rows = tuple.kind == Kind::kSequence && tuple.open == '[' && !tuple.children.empty() &&
                        std::all_of(tuple.children.begin(), tuple.children.end(), is_bracketed);
  if (has_rows) {
    return with_flag(match_matrices(gold_is ? gold : make_node(Kind::kMatrix, tuple.children),
                                    gold_is ? make_node(Kind::kMatrix, tuple.children) : answer),
                     kBracketsFlag);
  }
  // A vector as a tuple.
  const auto entries = vector_entries(matrix);
  if (!entries || tuple.kind != Kind::kSequence || tuple.open == '{' || tuple.separator == ':' ||
      (tuple.open == '[') != (tuple.close == ']')) {
    return decided(false, "kind");
  }
  return with_flag(gold_is ? match_in_order(*entries, tuple.children) : match_in_order(tuple.children, *entries),
                   kBracketsFlag);
}

}  // namespace tripos::scorers
