#pragma once
// The typed syntax tree of an answer. Read once, then const. Trees are at most kMaxDepth deep and kMaxNodes large, so
// functions over them may recurse.

#include <gmpxx.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tripos::scorers {

inline constexpr int kMaxDepth = 64;
inline constexpr int kMaxNodes = 512;

enum class Kind {
  // Scalars.
  kNumber,     // `number`; with `decimals` and `digits` where it was written as a decimal
  kConstant,   // `name`: "pi", "e", "i", "infinity"
  kSymbol,     // `name`: a variable: "x", "x_1", "alpha"
  kAdd,        // two or more terms
  kNegate,     // one child
  kMultiply,   // two or more factors
  kDivide,     // numerator, denominator
  kPower,      // base, exponent
  kCall,       // the function `name` of the children
  kPlusMinus,  // one child (an unknown sign before it), or two: first plus or minus second
  // Answers that are no scalar.
  kSequence,  // children between `open` and `close`: tuple, interval, set, list; `separator` is ',', ';' or ':'
  kMatrix,    // rows, each a kSequence
  kRelation,  // n children and, in `name`, the n-1 signs between them, one character each (enum Sign)
  kQuantity,  // a scalar and its unit in `name`: "cm", "dollar", "%", "degree", "cm^2"
  kBased,     // `name`: the digits; the child: the base
  kText,      // `name`: words
};

// Functions that a kCall can name; any other name is an unknown function, such as the f of f(x): equal to itself at
// equal arguments, and nothing else is known of it.
//   sqrt(x)  root(x, n)              principal roots; of a negative number and an odd n the real root
//   abs(x)  floor(x)  ceil(x)  sign(x)
//   exp(x)  ln(x)  log(x, base)      "log x" is read as log(x, 10)
//   sin cos tan cot sec csc          and asin acos atan acot asec acsc
//   sinh cosh tanh coth sech csch    and asinh acosh atanh acoth asech acsch
//   factorial(n)  double_factorial(n)  binomial(n, k)  permutations(n, k)
//   gcd(...)  lcm(...)  max(...)  min(...)  mod(a, m)
//   re(z)  im(z)  arg(z)  conjugate(z)
//   sum(term, k, from, to)  product(term, k, from, to)
//   integral(f, x)  integral(f, x, from, to)  derivative(f, x)  limit(f, x, at)

// The signs of a kRelation.
enum Sign : char {
  kEqualSign = '=',
  kLess = '<',
  kGreater = '>',
  kAtMost = 'l',
  kAtLeast = 'g',
  kUnequal = '!',
  kAbout = '~',
  kMember = 'e',
};

struct Node {
  Kind kind = Kind::kNumber;
  std::string name;
  mpq_class number;
  int decimals =
      -1;  // of kNumber: places behind the point as written (negative exponents count: 3.5e-7 has 8); -1: an integer
  int digits = 0;  // of kNumber with decimals: significant digits as written
  char open = 0;   // of kSequence: '(', '[', '{' or 0 for a bare list
  char close = 0;  // ')', ']', '}' or 0
  char separator = ',';
  std::vector<Node> children;
};

inline Node make_number(mpq_class value) {
  Node node;
  node.number = std::move(value);
  return node;
}

inline Node make_node(Kind kind, std::vector<Node> children, std::string_view name = {}) {
  Node node;
  node.kind = kind;
  node.name = name;
  node.children = std::move(children);
  return node;
}

inline Node make_symbol(std::string_view name) { return make_node(Kind::kSymbol, {}, name); }
inline Node make_constant(std::string_view name) { return make_node(Kind::kConstant, {}, name); }
inline Node make_call(std::string_view name, std::vector<Node> arguments) {
  return make_node(Kind::kCall, std::move(arguments), name);
}

inline bool is_number(const Node& node) { return node.kind == Kind::kNumber; }
inline bool is_scalar(const Node& node) { return node.kind <= Kind::kPlusMinus; }

}  // namespace tripos::scorers
