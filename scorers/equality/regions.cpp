// Sets of real numbers: intervals, unions, inequalities in one variable, points.

#include <algorithm>

#include "scorers/equality/matcher.h"

namespace tripos::scorers {
namespace {

// From `low` to `high`; a point where they are the same and both belong to it.
struct Piece {
  Node low;
  Node high;
  bool has_low = false;
  bool has_high = false;
};
using Region = std::vector<Piece>;  // disjoint and in order once sorted() has been there

constexpr std::size_t kMaxPieces = 64;

Node infinity(bool negative) {
  Node node = make_constant("infinity");
  return negative ? make_node(Kind::kNegate, {node}) : node;
}

bool is_infinite(const Node& node) {
  return node.kind == Kind::kNegate ? is_infinite(node.children[0])
                                    : node.kind == Kind::kConstant && node.name == "infinity";
}

// Merges what touches; nothing where an order was not decided.
std::optional<Region> sorted(Region region) {
  if (region.size() > kMaxPieces) return std::nullopt;
  Region result;
  while (!region.empty()) {
    std::size_t first = 0;
    for (std::size_t i = 1; i < region.size(); ++i) {
      const auto ordered = order(region[i].low, region[first].low);
      if (!ordered) return std::nullopt;
      if (*ordered < 0 || (*ordered == 0 && region[i].has_low && !region[first].has_low)) first = i;
    }
    Piece piece = std::move(region[first]);
    region.erase(region.begin() + static_cast<std::ptrdiff_t>(first));
    const auto length = order(piece.low, piece.high);
    if (!length) return std::nullopt;
    if (*length > 0 || (*length == 0 && !(piece.has_low && piece.has_high))) continue;  // empty
    if (!result.empty()) {
      Piece& last = result.back();
      const auto gap = order(last.high, piece.low);
      if (!gap) return std::nullopt;
      if (*gap > 0 || (*gap == 0 && (last.has_high || piece.has_low))) {
        const auto longer = order(piece.high, last.high);
        if (!longer) return std::nullopt;
        if (*longer > 0) {
          last.high = std::move(piece.high);
          last.has_high = piece.has_high;
        } else if (*longer == 0) {
          last.has_high = last.has_high || piece.has_high;
        }
        continue;
      }
    }
    result.push_back(std::move(piece));
  }
  return result;
}

Region complement(const Region& region) {
  Region result;
  Piece gap;
  gap.low = infinity(true);
  for (const Piece& piece : region) {
    gap.high = piece.low;
    gap.has_high = !piece.has_low && !is_infinite(piece.low);
    result.push_back(gap);
    gap.low = piece.high;
    gap.has_low = !piece.has_high && !is_infinite(piece.high);
  }
  gap.high = infinity(false);
  gap.has_high = false;
  result.push_back(gap);
  return result;
}

std::optional<Region> united(Region a, const Region& b) {
  a.insert(a.end(), b.begin(), b.end());
  return sorted(std::move(a));
}

std::optional<Region> common(const Region& a, const Region& b) {
  auto both = sorted(complement(a));
  if (!both) return std::nullopt;
  auto other = sorted(complement(b));
  if (!other) return std::nullopt;
  both = united(std::move(*both), *other);
  return both ? sorted(complement(*both)) : std::nullopt;
}

std::optional<Region> region_of(const Node& node, const Node*& variable);

Region point(const Node& value) { return {{value, value, true, true}}; }

bool is_variable(const Node& node) { return node.kind == Kind::kSymbol && node.name != "..."; }

bool is_modulus(const Node& node) {
  return node.kind == Kind::kCall && node.name == "abs" && is_variable(node.children[0]);
}

bool takes_variable(const Node& node, const Node*& variable) {
  const Node& name = is_modulus(node) ? node.children[0] : node;
  if (variable != nullptr && !same_tree(*variable, name)) return false;
  variable = &name;
  return true;
}

// The numbers for which `sign` holds between x and `bound`.
Region ray(char sign, const Node& bound) {
  switch (sign) {
    case kLess:
      return {{infinity(true), bound, false, false}};
    case kAtMost:
      return {{infinity(true), bound, false, !is_infinite(bound)}};
    case kGreater:
      return {{bound, infinity(false), false, false}};
    case kAtLeast:
      return {{bound, infinity(false), !is_infinite(bound), false}};
    case kUnequal:
      return {{infinity(true), bound, false, false}, {bound, infinity(false), false, false}};
    default:
      return point(bound);
  }
}

// The region of x for that of |x|.
std::optional<Region> of_modulus(const Region& region) {
  Piece positive;
  positive.low = make_number(0);
  positive.high = infinity(false);
  positive.has_low = true;
  auto right = common(region, {positive});
  if (!right) return std::nullopt;
  Region left;
  for (const Piece& piece : *right) {
    left.push_back({is_infinite(piece.high) ? infinity(true) : make_node(Kind::kNegate, {piece.high}),
                    make_node(Kind::kNegate, {piece.low}), piece.has_high, piece.has_low});
  }
  return united(std::move(*right), left);
}

// "1 < x", "-2 \le x < 3", "1 \le |z| \le 2": x stands on one side of each sign.
std::optional<Region> of_inequality(const Node& relation, const Node*& variable) {
  std::optional<Region> region;
  for (std::size_t i = 0; i < relation.name.size(); ++i) {
    const Node& left = relation.children[i];
    const Node& right = relation.children[i + 1];
    char sign = relation.name[i];
    const bool on_left = is_variable(left) || is_modulus(left);
    const Node& name = on_left ? left : right;
    const Node& bound = on_left ? right : left;
    if (!(is_variable(name) || is_modulus(name)) || !is_scalar(bound) || !takes_variable(name, variable)) {
      return std::nullopt;
    }
    if (!on_left) {
      sign = flipped(sign);
    }
    if (sign == kAbout || sign == kMember) return std::nullopt;
    std::optional<Region> part = ray(sign, bound);
    if (is_modulus(name)) {
      part = sorted(std::move(*part));
      if (part) part = of_modulus(*part);
    }
    if (!part) return std::nullopt;
    region = region ? common(*region, *part) : part;
    if (!region) return std::nullopt;
  }
  return region;
}

// "(1, 2), (3, 4)" is a union, if it is no list of points; those that overlap are points.
std::optional<Region> of_intervals(const Node& list, const Node*& variable) {
  Region all;
  for (const Node& item : list.children) {
    const auto part = region_of(item, variable);
    if (!part) return std::nullopt;
    all.insert(all.end(), part->begin(), part->end());
  }
  const std::size_t parts = all.size();
  auto region = sorted(std::move(all));
  return region && region->size() == parts ? region : std::nullopt;
}

std::optional<Region> of_list(const Node& list, const Node*& variable) {
  const bool pairs = std::any_of(list.children.begin(), list.children.end(),
                                 [](const Node& item) { return item.kind == Kind::kSequence; });
  if (pairs) return of_intervals(list, variable);
  std::optional<Region> all;
  std::optional<Region> any;
  for (const Node& item : list.children) {
    if (item.kind != Kind::kRelation && item.kind != Kind::kSequence && item.kind != Kind::kCall) return std::nullopt;
    const auto part = region_of(item, variable);
    if (!part) return std::nullopt;
    any = any ? united(std::move(*any), *part) : part;
    all = all ? common(*all, *part) : part;
    if (!any || !all) return std::nullopt;
  }
  // "x < 1 and x > 7" is said of both parts of a union.
  return list.separator == 'o' || all->empty() ? any : all;
}

std::optional<Region> of_call(const Node& call, const Node*& variable) {
  if (call.name != "union" && call.name != "intersect" && call.name != "minus") return std::nullopt;
  auto region = region_of(call.children[0], variable);
  for (std::size_t i = 1; i < call.children.size() && region; ++i) {
    const auto next = region_of(call.children[i], variable);
    if (!next) return std::nullopt;
    if (call.name == "union") {
      region = united(std::move(*region), *next);
    } else {
      region = common(*region, call.name == "minus" ? complement(*next) : *next);
    }
  }
  return region;
}

// `variable` is that of the inequalities, null until one is met; all of them speak of the same one.
std::optional<Region> region_of(const Node& node, const Node*& variable) {
  switch (node.kind) {
    case Kind::kConstant:
      if (node.name != "set R") return std::nullopt;
      return Region{{infinity(true), infinity(false), false, false}};
    case Kind::kSequence: {
      if (node.open == '{' && node.separator == '|') {
        const Node& name = node.children[0].kind == Kind::kRelation ? node.children[0].children[0] : node.children[0];
        if (!is_variable(name) || !takes_variable(name, variable)) return std::nullopt;
        return region_of(node.children[1], variable);
      }
      if (node.open == 0) return of_list(node, variable);
      Region region;
      if (node.open == '{') {
        for (const Node& child : node.children) {
          if (!is_scalar(child)) return std::nullopt;
          region.push_back(point(child)[0]);
        }
        return sorted(std::move(region));
      }
      if (node.children.size() != 2 || (node.open != '(' && node.open != '[')) return std::nullopt;
      if (!is_scalar(node.children[0]) || !is_scalar(node.children[1])) return std::nullopt;
      const auto length = order(node.children[0], node.children[1]);
      if (!length || *length > 0) return std::nullopt;  // a point, then
      region.push_back({node.children[0], node.children[1], node.open == '[' && !is_infinite(node.children[0]),
                        node.close == ']' && !is_infinite(node.children[1])});
      return sorted(std::move(region));
    }
    case Kind::kCall:
      return of_call(node, variable);
    case Kind::kRelation:
      if (node.name.size() == 1 && node.name[0] == kMember) {
        if (!is_variable(node.children[0]) || !takes_variable(node.children[0], variable)) return std::nullopt;
        return region_of(node.children[1], variable);
      }
      return of_inequality(node, variable);
    default:
      return std::nullopt;
  }
}

// What says by its form that it is a set of numbers; a pair may be a point, and an equation is no set.
bool is_region(const Node& node) {
  switch (node.kind) {
    case Kind::kConstant:
      return node.name == "set R";
    case Kind::kSequence:
      if (node.open == 0) {
        return node.separator != ':' && std::all_of(node.children.begin(), node.children.end(), is_region);
      }
      return node.open == '{' ? node.separator == '|' : node.children.size() == 2;
    case Kind::kCall:
      return node.name == "union" || node.name == "intersect" || node.name == "minus";
    case Kind::kRelation:
      return node.name.find(static_cast<char>(kEqualSign)) == std::string::npos;
    default:
      return false;
  }
}

// "[0, \\infty]": no real set has that end.
bool closes_infinity(const Node& node) {
  if (node.kind == Kind::kSequence && node.children.size() == 2) {
    const bool low = node.open == '[' && is_infinite(node.children[0]);
    const bool high = node.close == ']' && is_infinite(node.children[1]);
    if (low || high) return true;
  }
  return std::any_of(node.children.begin(), node.children.end(), closes_infinity);
}

}  // namespace

std::optional<Equality> Matcher::match_regions(const Node& gold, const Node& answer) {
  if (!is_region(gold) || !is_region(answer)) return std::nullopt;
  if (closes_infinity(answer) && !closes_infinity(gold)) return decided(false, "brackets");
  const Node* gold_variable = nullptr;
  const Node* answer_variable = nullptr;
  const auto gold_region = region_of(gold, gold_variable);
  const auto answer_region = region_of(answer, answer_variable);
  if (!gold_region || !answer_region) return std::nullopt;
  if (gold_variable != nullptr && answer_variable != nullptr && !same_tree(*gold_variable, *answer_variable)) {
    return decided(false, "variables");
  }
  Equality all = gold_region->size() == answer_region->size() ? decided(true, "region") : decided(false, "region");
  for (std::size_t i = 0; i < gold_region->size() && all.truth == Truth::kTrue; ++i) {
    const Piece& a = (*gold_region)[i];
    const Piece& b = (*answer_region)[i];
    if (a.has_low != b.has_low || a.has_high != b.has_high) return decided(false, "region");
    const auto same_end = [&](const Node& x, const Node& y) {
      return is_infinite(x) || is_infinite(y) ? decided(same_tree(x, y), "infinity") : match_scalars(x, y);
    };
    all = both(std::move(all), both(same_end(a.low, b.low), same_end(a.high, b.high)));
  }
  all.rule = "region/" + all.rule;
  return all;
}

}  // namespace tripos::scorers
