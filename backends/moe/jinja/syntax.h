#pragma once
// The syntax tree of a template: made once by the parsers, then const.

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "backends/moe/jinja/function.h"
#include "backends/moe/jinja/operators.h"
#include "backends/moe/jinja/value.h"

namespace tripos::moe::jinja {

struct Expression;
using ExpressionPtr = std::unique_ptr<const Expression>;
struct Statement;
using Body = std::vector<Statement>;

// What an expression does with its parts, which are named behind each.
struct Constant {
  Value value;
};
struct Name {
  std::string name;
};
struct LoopAttribute {  // loop.NAME; `loop` alone is no value
  std::string name;
};
struct BlockText {};  // the text of the block that has just ended, for its filters
struct ListLiteral {  // items
  bool is_tuple;
};
struct DictLiteral {};  // key, value, key, value, ...
struct Not {};          // operand
struct Negative {};     // operand
struct Binary {         // left, right
  Operator op;
};
struct Conditional {};  // condition, then, otherwise (may be nullptr)
struct Attribute {      // object
  std::string name;
};
struct Item {};                                  // object, key
struct Slice {};                                 // object, start, stop, step (each of the three may be nullptr)
using ArgumentNames = std::vector<std::string>;  // of the last arguments; those before are given by position
struct CallExpression {                          // callee, arguments
  ArgumentNames names;
};
struct MethodCall {  // object, arguments
  std::string name;
  ArgumentNames names;
};
struct Application {  // of a filter or test: input, arguments
  const Function* function;
  ArgumentNames names;
};
struct MarkupFilter {  // value|safe or value|escape: input
  bool escapes;
};

struct Expression {
  int line;
  int depth;  // levels of expressions in it, 1 for a leaf
  std::variant<Constant, Name, LoopAttribute, BlockText, ListLiteral, DictLiteral, Not, Negative, Binary, Conditional,
               Attribute, Item, Slice, CallExpression, MethodCall, Application, MarkupFilter>
      node;
  std::vector<ExpressionPtr> parts;
};

// What set and for assign to: a name, an attribute of a namespace, or several of them.
struct Target {
  std::string name;
  std::string attribute;  // empty unless it is one of the namespace `name`
  std::vector<Target> parts;
  bool is_tuple = false;
};

// Text of the template, or {{ value }}; with a body {% filter %} and {% generation %}, whose value is made of their
// BlockText.
struct Output {
  ExpressionPtr value;
  std::optional<Body> body;
};
struct If {
  std::vector<std::pair<ExpressionPtr, Body>> branches;
  Body otherwise;
};
struct For {
  Target target;
  ExpressionPtr items;
  ExpressionPtr filter;  // may be nullptr
  Body body, otherwise;
};
// {% set %}; with a body, the value is made of its BlockText.
struct Set {
  Target target;
  ExpressionPtr value;
  std::optional<Body> body;
};
struct MacroSyntax {
  std::string name;
  std::vector<std::pair<std::string, ExpressionPtr>> parameters;  // with defaults, nullptr where there is none
  bool uses_caller;
  Body body;
};
struct CallBlock {
  ExpressionPtr call;  // a CallExpression
  MacroSyntax caller;
};
struct Break {};
struct Continue {};

struct Statement {
  int line;
  std::variant<Output, If, For, Set, MacroSyntax, CallBlock, Break, Continue> node;
};

}  // namespace tripos::moe::jinja
