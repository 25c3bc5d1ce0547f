#include <fmt/format.h>

#include "scorers/latex/reader.h"

namespace tripos::scorers {
namespace {

// How tightly a node holds together; a looser one stands in brackets inside a tighter one.
enum Binding { kLoose, kSum, kProduct, kFactor, kTight };

std::string print(const Node& node, Binding around);

std::string join(const std::vector<Node>& nodes, std::string_view between, Binding around) {
  std::string text;
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    if (i > 0) text += between;
    text += print(nodes[i], around);
  }
  return text;
}

std::string bracketed(std::string text, Binding own, Binding around) {
  return own < around ? "(" + std::move(text) + ")" : text;
}

std::string decimal(const Node& node) {
  mpz_class scale;
  mpz_ui_pow_ui(scale.get_mpz_t(), 10, static_cast<unsigned long>(node.decimals));
  const mpq_class scaled = abs(node.number) * scale;
  std::string digits = scaled.get_num().get_str();
  const auto places = static_cast<std::size_t>(node.decimals);
  if (digits.size() <= places) digits.insert(0, places + 1 - digits.size(), '0');
  if (places > 0) digits.insert(digits.size() - places, ".");
  return (node.number < 0 ? "-" : "") + digits;
}

std::string sum(const std::vector<Node>& terms) {
  std::string text = print(terms[0], kSum);
  for (std::size_t i = 1; i < terms.size(); ++i) {
    const std::string term = print(terms[i], kSum);
    text += term.starts_with('-') ? " - " + term.substr(1) : " + " + term;
  }
  return text;
}

std::string relation(const Node& node) {
  std::string text = print(node.children[0], kLoose);
  for (std::size_t i = 0; i < node.name.size(); ++i) {
    std::string_view sign;
    switch (node.name[i]) {
      case kAtMost:
        sign = "<=";
        break;
      case kAtLeast:
        sign = ">=";
        break;
      case kUnequal:
        sign = "!=";
        break;
      case kMember:
        sign = "in";
        break;
      default:
        sign = std::string_view(node.name).substr(i, 1);
    }
    text += fmt::format(" {} {}", sign, print(node.children[i + 1], kLoose));
  }
  return text;
}

std::string sequence(const Node& node) {
  const std::string separator = node.separator == ':'   ? ":"
                                : node.separator == ';' ? "; "
                                : node.separator == 'o' ? " or "
                                : node.separator == '|' ? " | "
                                                        : ", ";
  std::string text;
  if (node.open != 0) text += node.open;
  text += join(node.children, separator, node.separator == ':' ? kProduct : kLoose);
  if (node.close != 0) text += node.close;
  return node.name.empty() ? text : text + " " + node.name;
}

std::string print(const Node& node, Binding around) {
  switch (node.kind) {
    case Kind::kNumber: {
      std::string text = node.decimals >= 0 ? decimal(node) : node.number.get_str();
      const bool fraction = node.decimals < 0 && node.number.get_den() != 1;
      return bracketed(std::move(text), node.number < 0 ? kSum : fraction ? kProduct : kTight, around);
    }
    case Kind::kConstant:
    case Kind::kSymbol:
    case Kind::kText:
      return node.name;
    case Kind::kAdd:
      return bracketed(sum(node.children), kLoose, around == kLoose ? kLoose : kTight);
    case Kind::kNegate:
      return bracketed("-" + print(node.children[0], kProduct), kSum, around);
    case Kind::kMultiply:
      return bracketed(join(node.children, "*", kFactor), kProduct, around);
    case Kind::kDivide:
      return bracketed(print(node.children[0], kProduct) + "/" + print(node.children[1], kTight), kProduct, around);
    case Kind::kPower:
      return bracketed(print(node.children[0], kTight) + "^" + print(node.children[1], kTight), kFactor, around);
    case Kind::kCall:
      return fmt::format("{}({})", node.name, join(node.children, ", ", kLoose));
    case Kind::kPlusMinus: {
      const std::string sign = node.name == "mp" ? "-+" : "+-";
      if (node.children.size() == 1) return bracketed(sign + print(node.children[0], kProduct), kLoose, around);
      return bracketed(print(node.children[0], kSum) + " " + sign + " " + print(node.children[1], kProduct), kLoose,
                       around);
    }
    case Kind::kSequence:
      return sequence(node);
    case Kind::kMatrix: {
      std::string text = "[";
      for (const Node& row : node.children) {
        text += (text.size() > 1 ? ", [" : "[") + join(row.children, ", ", kLoose) + "]";
      }
      return text + "]";
    }
    case Kind::kRelation:
      return relation(node);
    case Kind::kQuantity:
      return print(node.children[0], kProduct) + " " + node.name;
    case Kind::kBased:
      return node.name + "_" + print(node.children[0], kTight);
  }
  return {};
}

}  // namespace

std::string to_text(const Node& node) { return print(node, kLoose); }

}  // namespace tripos::scorers
