#pragma once
// Runs the syntax tree of a template. Every way down into a nested expression or body is counted, so that no template
// and no conversation can exhaust the stack.

#include "backends/moe/jinja/context.h"
#include "backends/moe/jinja/loop.h"
#include "backends/moe/jinja/syntax.h"

namespace tripos::moe::jinja {

// Variables of a for body, a macro, a block; the outermost one is the template's.
struct Scope {
  std::unordered_map<std::string, Value> variables;
  std::shared_ptr<Scope> parent;
};

// A macro and the variables it was defined among.
struct Macro {
  const MacroSyntax& syntax;
  std::shared_ptr<Scope> scope;
};

class Interpreter {
 public:
  Interpreter(Context& context, Dict variables) : context_(context), variables_(std::move(variables)) {}

  // The text of the whole template; on failure, line() is where.
  Result<std::string> run(const Body& body);
  int line() const { return line_; }

 private:
  enum class Flow { kNext, kBreak, kContinue };
  static constexpr int kMaxDepth = 400;

  // statements: interpreter.cpp
  Result<Flow> execute(const Body& body);
  Result<Flow> visit(const TextOutput& statement);
  Result<Flow> visit(const Output& statement);
  Result<Flow> visit(const If& statement);
  Result<Flow> visit(const For& statement);
  Result<Flow> visit(const Set& statement);
  Result<Flow> visit(const SetBlock& statement);
  Result<Flow> visit(const FilterBlock& statement);
  Result<Flow> visit(const MacroStatement& statement);
  Result<Flow> visit(const CallBlock& statement);
  Result<Flow> visit(const Generation& statement);
  Result<Flow> visit(const Break&) { return Flow::kBreak; }
  Result<Flow> visit(const Continue&) { return Flow::kContinue; }
  Result<void> write(std::string_view text);
  // Runs a body in a scope of its own and keeps its text apart. No text where a break or continue left it.
  struct Captured {
    Flow flow;
    std::string text;
  };
  Result<Captured> capture(const Body& body, std::shared_ptr<Scope> scope);
  Result<Value> filtered(const ExpressionPtr& filter, std::string text);
  Result<void> assign(const Target& target, const Value& value);
  Result<bool> find_next(Loop& loop);
  Result<bool> run_loop(const For& statement, const std::shared_ptr<Loop>& loop);
  const Macro* make_macro(const MacroSyntax& syntax);

  // expressions: evaluate.cpp
  Result<Value> evaluate(const Expression& expression);
  Result<Value> visit(const Constant& node) { return node.value; }
  Result<Value> visit(const Name& node);
  Result<Value> visit(const ListLiteral& node);
  Result<Value> visit(const DictLiteral& node);
  Result<Value> visit(const Sign& node);
  Result<Value> visit(const Not& node);
  Result<Value> visit(const Arithmetic& node);
  Result<Value> visit(const Logic& node);
  Result<Value> visit(const Comparison& node);
  Result<Value> visit(const Concatenation& node);
  Result<Value> visit(const Conditional& node);
  Result<Value> visit(const Attribute& node);
  Result<Value> visit(const Item& node);
  Result<Value> visit(const Slice& node);
  Result<Value> visit(const CallExpression& node);
  Result<Value> visit(const Application& node);
  Result<Value> visit(const Markup&);
  Result<Arguments> evaluate(const ArgumentList& list);
  Result<Value> loop_attribute(const std::shared_ptr<Loop>& loop, const std::string& name);

  // calls: call.cpp
  Result<Value> call(const CallExpression& node, const Macro* caller);
  Result<Value> call_macro(const Macro& macro, Arguments arguments, const Macro* caller);
  Result<void> bind(const Macro& macro, Arguments arguments, const Macro* caller);
  Result<Value> cycle(const Loop& loop, const Arguments& arguments);

  Context& context_;
  Dict variables_;
  std::shared_ptr<Scope> scope_ = std::make_shared<Scope>();
  std::vector<std::unique_ptr<const Macro>> macros_;
  std::string* out_ = nullptr;
  Value block_text_;  // input of the filters of the block that has just ended
  int line_ = 1;
  int depth_ = 0;
};

}  // namespace tripos::moe::jinja
