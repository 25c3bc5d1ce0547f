#include <algorithm>
#include <set>

#include "scorers/equality/matcher.h"

namespace tripos::scorers {
namespace {

bool is_capital(const Node& node) {
  return node.kind == Kind::kSymbol && !node.name.empty() && node.name[0] >= 'A' && node.name[0] <= 'Z';
}

// "NO" of a segment, "P" of a point.
bool is_capitals(const Node& node) {
  if (node.kind == Kind::kMultiply) return std::all_of(node.children.begin(), node.children.end(), is_capital);
  return is_capital(node);
}

bool is_symbol(const Node& node, std::string_view start) {
  return node.kind == Kind::kSymbol && node.name.starts_with(start);
}

bool is_differential(const Node& node) {  // dx
  return node.kind == Kind::kMultiply && node.children.size() == 2 && is_symbol(node.children[0], "d");
}

// "x" of "x_1"
std::string base_name(const Node& symbol) { return symbol.name.substr(0, symbol.name.find('_')); }

// One name, numbered or not.
bool same_name(const Node& a, const Node& b) {
  const bool symbols = a.kind == Kind::kSymbol && b.kind == Kind::kSymbol;
  return symbols ? base_name(a) == base_name(b) : same_tree(a, b);
}

bool is_constant_value(const Node& node) {
  if (node.kind == Kind::kSymbol) return false;
  return is_scalar(node) && std::all_of(node.children.begin(), node.children.end(), is_constant_value);
}

void collect_symbols(const Node& node, std::set<std::string>& symbols) {
  if (node.kind == Kind::kSymbol) symbols.insert(node.name);
  for (const Node& child : node.children) collect_symbols(child, symbols);
}

bool has_coefficient(const Node& node) {
  if (is_number(node)) return true;
  if (node.kind == Kind::kPower) return has_coefficient(node.children[0]);
  return std::any_of(node.children.begin(), node.children.end(), has_coefficient);
}

// "a + b", "xyz", "\\sin A": what a question asks for. "2x + 3y" and "x^2" stand in equations that are to be solved.
bool names_quantity(const Node& node) {
  std::set<std::string> symbols;
  collect_symbols(node, symbols);
  const bool is_function =
      node.kind == Kind::kCall || (node.kind == Kind::kPower && node.children[0].kind == Kind::kCall);
  return is_scalar(node) && !has_coefficient(node) && symbols.size() >= (is_function ? 1U : 2U);
}

}  // namespace

bool is_label(const Node& node) {
  switch (node.kind) {
    case Kind::kSymbol:
      return node.name != "...";
    case Kind::kConstant:
      return node.name == "e" || node.name == "i";
    case Kind::kText:
      return !node.name.starts_with("not ");
    case Kind::kCall:
      if (node.name == "abs") return is_capitals(node.children[0]);
      return node.name.size() == 1 || node.name.substr(1) == "'" || node.name.substr(1) == "^-1";  // f(x)
    case Kind::kMultiply:
      return is_capitals(node) || (is_symbol(node.children[0], "m") && is_symbol(node.children[1], "angle "));
    case Kind::kDivide:
      return (is_capitals(node.children[0]) && is_capitals(node.children[1])) ||
             (is_differential(node.children[0]) && is_differential(node.children[1]));
    case Kind::kSequence:
      return node.children.size() > 1 && std::all_of(node.children.begin(), node.children.end(), is_label);
    default:
      return false;
  }
}

std::optional<Labelled> labelled(const Node& node) {
  if (node.kind != Kind::kRelation) return std::nullopt;
  std::size_t sides = 1;  // up to the first "about"
  while (sides <= node.name.size() && node.name[sides - 1] == kEqualSign) ++sides;
  const bool about = sides <= node.name.size() && node.name[sides - 1] == kAbout;
  if (sides <= node.name.size() && !about) return std::nullopt;
  if (sides == 1) {  // "x \approx 3"
    if (!is_label(node.children[0]) || node.children.size() != 2) return std::nullopt;
    return Labelled{&node.children[0], &node.children[1]};
  }
  const Node& first = node.children[0];
  const Node& last = node.children[sides - 1];
  if (sides == 2 && is_label(last) && !is_label(first)) return Labelled{&last, &first};
  if (!is_label(first)) return std::nullopt;
  for (std::size_t i = 1; i + 1 < sides; ++i) {
    if (is_constant_value(node.children[i]) && is_constant_value(last) &&
        compare(node.children[i], last).truth == Truth::kFalse) {
      return std::nullopt;
    }
  }
  return Labelled{&first, &last};
}

const Node* chain_value(const Node& node) {
  if (node.kind != Kind::kRelation) return nullptr;
  if (node.name[0] == kAbout) return &node.children[0];
  std::size_t sides = 1;
  while (sides <= node.name.size() && node.name[sides - 1] == kEqualSign) ++sides;
  if (sides <= node.name.size() && node.name[sides - 1] != kAbout) return nullptr;
  const Node& end = node.children[sides - 1];
  const Node& last = end.kind == Kind::kQuantity ? end.children[0] : end;  // "5 * 4 = 20 ways"
  for (std::size_t i = 0; i + 1 < sides; ++i) {
    const Node& side = node.children[i];
    const bool constants = is_constant_value(side) && is_constant_value(last);
    const bool sets = side.kind == Kind::kSequence && side.open == '{';
    if (!sets && (!constants || compare(side, last).truth != Truth::kTrue)) return nullptr;
  }
  return &end;
}

const Node* quantity_value(const Node& node) {
  const bool is_equation = node.kind == Kind::kRelation && node.name == "=";
  const bool is_curve = is_equation && rational_value(node.children[1]) == mpq_class(0);  // "a^2 + b = 0"
  return is_equation && !is_curve && names_quantity(node.children[0]) && is_constant_value(node.children[1])
             ? &node.children[1]
             : nullptr;
}

std::vector<Node> with_label_on_all(const std::vector<Node>& items) {
  std::vector<Node> all;
  const Node* label = nullptr;
  for (const Node& item : items) {
    if (const auto named = labelled(item)) label = named->label;
    const bool carries = label != nullptr && item.kind != Kind::kRelation;
    all.push_back(carries ? make_node(Kind::kRelation, {*label, item}, "=") : item);
  }
  return all;
}

bool number_one_name(const std::vector<Node>& a, const std::vector<Node>& b) {
  std::set<std::string> names;
  bool has_plain = false;
  for (const auto* items : {&a, &b}) {
    for (const Node& item : *items) {
      const auto named = labelled(item);
      if (!named) continue;
      if (named->label->kind != Kind::kSymbol) return false;
      names.insert(base_name(*named->label));
      has_plain = has_plain || base_name(*named->label) == named->label->name;
    }
  }
  return has_plain && names.size() == 1;
}

std::optional<std::vector<Node>> without_common_label(const std::vector<Node>& items) {
  std::vector<Node> values;
  const Node* label = nullptr;
  for (const Node& item : items) {
    const auto named = labelled(item);
    if (named && (label == nullptr || same_name(*label, *named->label)) && (label != nullptr || values.empty())) {
      label = named->label;
      values.push_back(*named->value);
    } else if (label != nullptr && item.kind != Kind::kRelation) {
      values.push_back(item);
    } else {
      return std::nullopt;
    }
  }
  return values;
}

std::optional<std::vector<Node>> without_own_labels(const std::vector<Node>& items) {
  std::vector<Node> values;
  std::set<std::string> labels;
  for (const Node& item : items) {
    const auto named = labelled(item);
    if (!named || !labels.insert(to_text(*named->label)).second) return std::nullopt;
    values.push_back(*named->value);
  }
  return values;
}

}  // namespace tripos::scorers
