#include <algorithm>

#include "scorers/equality/matcher.h"

namespace tripos::scorers {
namespace {

int count_signs(const Node& node, std::string_view sign) {
  int count = node.kind == Kind::kPlusMinus && (sign.empty() || node.name == sign) ? 1 : 0;
  for (const Node& child : node.children) count += count_signs(child, sign);
  return count;
}

// Replaces the plus-minus signs, in the order of the text: bit k of `signs` is set where the k-th is the lower sign.
Node with_signs(const Node& node, unsigned signs, int& next) {
  Node copy = node;
  for (Node& child : copy.children) child = with_signs(child, signs, next);
  if (node.kind != Kind::kPlusMinus) return copy;
  const bool lower = ((signs >> next++) & 1U) != 0;
  const bool minus = lower == (node.name != "mp");
  Node term = std::move(copy.children.back());
  if (minus) term = make_node(Kind::kNegate, {std::move(term)});
  if (copy.children.size() == 1) return term;
  return make_node(Kind::kAdd, {copy.children[0], std::move(term)});
}

constexpr std::size_t kMaxWorkedOut = 4096;  // nodes of a matrix that was worked out; entries grow with each product

std::size_t size_of(const Node& node) {
  std::size_t size = 1;
  for (const Node& child : node.children) size += size_of(child);
  return size;
}

// An entry of numbers alone is one number.
Node entry_of(Node formula) {
  const auto value = rational_value(formula);
  return value ? make_number(*value) : formula;
}

// Nodes of a product, from above: every entry of one side meets every row or column of the other.
std::size_t size_of_product(const Node& a, const Node& b) {
  const bool left = a.kind == Kind::kMatrix;
  const bool right = b.kind == Kind::kMatrix;
  const std::size_t a_copies = !right ? 1 : left ? b.children[0].children.size() : size_of(b);
  const std::size_t b_copies = !left ? 1 : right ? a.children.size() : size_of(a);
  return a_copies * size_of(a) + b_copies * size_of(b);
}

std::optional<Node> product(const Node& a, const Node& b) {
  const bool left = a.kind == Kind::kMatrix;
  const bool right = b.kind == Kind::kMatrix;
  if (!left && !right) return make_node(Kind::kMultiply, {a, b});
  if (left != right) {
    Node scaled = left ? a : b;
    for (Node& row : scaled.children) {
      for (Node& entry : row.children) entry = entry_of(make_node(Kind::kMultiply, {left ? b : a, entry}));
    }
    return scaled;
  }
  const std::size_t inner = b.children.size();
  Node result = make_node(Kind::kMatrix, {});
  for (const Node& row : a.children) {
    if (row.children.size() != inner) return std::nullopt;
    Node out = make_node(Kind::kSequence, {});
    for (std::size_t j = 0; j < b.children[0].children.size(); ++j) {
      std::vector<Node> terms;
      for (std::size_t k = 0; k < inner; ++k) {
        if (b.children[k].children.size() != b.children[0].children.size()) return std::nullopt;
        terms.push_back(make_node(Kind::kMultiply, {row.children[k], b.children[k].children[j]}));
      }
      out.children.push_back(
          entry_of(terms.size() == 1 ? std::move(terms[0]) : make_node(Kind::kAdd, std::move(terms))));
    }
    result.children.push_back(std::move(out));
  }
  return result;
}

std::optional<Node> total(const Node& a, const Node& b) {
  if (a.kind != b.kind || a.children.size() != b.children.size()) return std::nullopt;
  Node result = a;
  for (std::size_t i = 0; i < a.children.size(); ++i) {
    if (a.children[i].children.size() != b.children[i].children.size()) return std::nullopt;
    for (std::size_t j = 0; j < a.children[i].children.size(); ++j) {
      result.children[i].children[j] = make_node(Kind::kAdd, {a.children[i].children[j], b.children[i].children[j]});
    }
  }
  return result;
}

// By the first row; nothing for what is not square or larger than 4 by 4.
std::optional<Node> determinant(const Node& matrix) {
  const std::size_t size = matrix.children.size();
  if (matrix.kind != Kind::kMatrix || size > 4) return std::nullopt;
  for (const Node& row : matrix.children) {
    if (row.children.size() != size) return std::nullopt;
  }
  if (size == 1) return matrix.children[0].children[0];
  Node sum = make_node(Kind::kAdd, {});
  for (std::size_t column = 0; column < size; ++column) {
    Node minor = make_node(Kind::kMatrix, {matrix.children.begin() + 1, matrix.children.end()});
    for (Node& row : minor.children) row.children.erase(row.children.begin() + static_cast<std::ptrdiff_t>(column));
    Node term = make_node(Kind::kMultiply, {matrix.children[0].children[column], *determinant(minor)});
    sum.children.push_back(column % 2 == 0 ? std::move(term) : make_node(Kind::kNegate, {std::move(term)}));
  }
  return sum;
}

}  // namespace

bool has_plus_minus(const Node& node) { return count_signs(node, "") > 0; }

// "\pm a \mp b" takes the upper signs together or the lower ones; so do several \pm, as people write the roots of a
// quadratic.
std::vector<Node> alternatives(const Node& node) {
  if (!has_plus_minus(node)) return {node};
  std::vector<Node> values;
  for (const unsigned signs : {0U, ~0U}) {
    int next = 0;
    values.push_back(with_signs(node, signs, next));
  }
  return values;
}

std::optional<std::vector<Node>> list_items(const Node& node) {
  const bool bare = node.kind == Kind::kSequence && node.open == 0 && node.separator != ':';
  const bool set = node.kind == Kind::kSequence && node.open == '{' && node.separator != '|';
  if (!bare && !set) {
    if (!has_plus_minus(node) || node.kind == Kind::kSequence || node.kind == Kind::kMatrix) return std::nullopt;
    return alternatives(node);
  }
  std::vector<Node> items;
  for (const Node& child : node.children) {
    for (Node& value : alternatives(child)) items.push_back(std::move(value));
  }
  return items;
}

bool has_matrix(const Node& node) {
  return node.kind == Kind::kMatrix || std::any_of(node.children.begin(), node.children.end(), has_matrix);
}

std::optional<Node> worked_out(const Node& node, bool& too_large) {
  if (node.kind == Kind::kMatrix || !has_matrix(node)) return node;
  std::vector<Node> parts;
  for (const Node& child : node.children) {
    auto part = worked_out(child, too_large);
    if (!part) return std::nullopt;
    parts.push_back(std::move(*part));
  }
  const auto fits = [&](std::size_t size) {
    too_large = too_large || size > kMaxWorkedOut;
    return !too_large;
  };
  const auto times = [&](const Node& a, const Node& b) {
    return fits(size_of_product(a, b)) ? product(a, b) : std::nullopt;
  };
  const auto plus = [&](const Node& a, const Node& b) {
    return fits(size_of(a) + size_of(b)) ? total(a, b) : std::nullopt;
  };
  switch (node.kind) {
    case Kind::kNegate:
      return times(make_number(-1), parts[0]);
    case Kind::kDivide:
      return times(make_node(Kind::kDivide, {make_number(1), parts[1]}), parts[0]);
    case Kind::kMultiply:
    case Kind::kAdd: {
      std::optional<Node> result = parts[0];
      for (std::size_t i = 1; i < parts.size() && result; ++i) {
        result = node.kind == Kind::kAdd ? plus(*result, parts[i]) : times(*result, parts[i]);
      }
      return result;
    }
    case Kind::kCall:
      return node.name == "det" ? determinant(parts[0]) : std::nullopt;
    default:
      return std::nullopt;
  }
}

bool same_tree(const Node& a, const Node& b) {
  if (a.kind != b.kind || a.name != b.name || a.number != b.number || a.open != b.open || a.close != b.close ||
      a.separator != b.separator || a.decimals != b.decimals || a.children.size() != b.children.size()) {
    return false;
  }
  for (std::size_t i = 0; i < a.children.size(); ++i) {
    if (!same_tree(a.children[i], b.children[i])) return false;
  }
  return true;
}

Equality decided(bool equal, std::string rule) { return {equal ? Truth::kTrue : Truth::kFalse, std::move(rule), 0}; }

Equality from(const Decision& decision) {
  const bool unproved = decision.truth == Truth::kTrue && (decision.rule == "unproved" || decision.rule == "modular");
  const unsigned flag = decision.rule == "sampling" ? kSamplingFlag : unproved ? kUnprovedFlag : 0U;
  return {decision.truth, std::string(decision.rule), flag};
}

Equality both(Equality a, const Equality& b) {
  if (a.truth == Truth::kFalse || (b.truth == Truth::kTrue && a.truth != Truth::kTrue)) {
    a.flags |= b.flags;
    return a;
  }
  const unsigned flags = a.flags | b.flags;
  a = b;
  a.flags = flags;
  return a;
}

}  // namespace tripos::scorers
