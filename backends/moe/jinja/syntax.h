#pragma once
// The syntax tree of a template: made once by the parser, then const.

#include <memory>
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

struct Constant {
  Value value;
};
struct Name {
  std::string name;
};
struct ListLiteral {
  std::vector<ExpressionPtr> items;
  bool is_tuple;
};
struct DictLiteral {
  std::vector<std::pair<ExpressionPtr, ExpressionPtr>> items;
};
struct Sign {
  bool is_minus;
  ExpressionPtr operand;
};
struct Not {
  ExpressionPtr operand;
};
struct Arithmetic {
  Operator op;
  ExpressionPtr left, right;
};
struct Logic {
  bool is_or;
  ExpressionPtr left, right;
};
// a < b <= c: each pair of neighbours.
struct Comparison {
  ExpressionPtr first;
  std::vector<std::pair<Relation, ExpressionPtr>> rest;
};
struct Concatenation {
  std::vector<ExpressionPtr> parts;
};
struct Conditional {
  ExpressionPtr condition, then;
  ExpressionPtr otherwise;  // may be nullptr
};
struct Attribute {
  ExpressionPtr object;
  std::string name;
};
struct Item {
  ExpressionPtr object, key;
};
struct Slice {
  ExpressionPtr object;
  ExpressionPtr start, stop, step;  // each may be nullptr
};
struct ArgumentList {
  std::vector<ExpressionPtr> positional;
  std::vector<std::pair<std::string, ExpressionPtr>> named;
};
struct CallExpression {
  ExpressionPtr callee;
  ArgumentList arguments;
};
// value|name(...), or value is name(...).
struct Application {
  ExpressionPtr input;  // nullptr: the text of the block that the filter stands on
  const Function* function;
  ArgumentList arguments;
};
// value|safe or value|escape. Jinja marks the result as HTML and then escapes its neighbours, so only the whole of a
// {{ }} may be one.
struct Markup {
  ExpressionPtr input;
  bool escapes;
};

struct Expression {
  int line;
  int depth;  // levels of expressions in it, 1 for a leaf
  std::variant<Constant, Name, ListLiteral, DictLiteral, Sign, Not, Arithmetic, Logic, Comparison, Concatenation,
               Conditional, Attribute, Item, Slice, CallExpression, Application, Markup>
      node;
};

// What set and for assign to: a name, an attribute of a namespace, or several of them.
struct Target {
  std::string name;
  std::string attribute;  // empty unless it is one of the namespace `name`
  std::vector<Target> parts;
  bool is_tuple = false;
};

struct TextOutput {
  std::string text;
};
struct Output {
  ExpressionPtr value;
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
struct Set {
  Target target;
  ExpressionPtr value;
};
struct SetBlock {
  Target target;
  ExpressionPtr filter;  // may be nullptr
  Body body;
};
struct FilterBlock {
  ExpressionPtr filter;
  Body body;
};
using Parameters = std::vector<std::pair<std::string, ExpressionPtr>>;  // with defaults, nullptr where there is none
struct MacroSyntax {
  std::string name;
  Parameters parameters;
  bool uses_caller;
  Body body;
};
struct MacroStatement {
  MacroSyntax macro;
};
struct CallBlock {
  ExpressionPtr call;  // a CallExpression
  MacroSyntax caller;
};
// {% generation %}: what the assistant says; a scope of its own.
struct Generation {
  Body body;
};
struct Break {};
struct Continue {};

struct Statement {
  int line;
  std::variant<TextOutput, Output, If, For, Set, SetBlock, FilterBlock, MacroStatement, CallBlock, Generation, Break,
               Continue>
      node;
};

}  // namespace tripos::moe::jinja
