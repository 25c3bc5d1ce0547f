#pragma once
// Runs the syntax tree of a template. Every way down into a nested expression or body is counted, so that no template
// and no conversation can exhaust the stack.

#include "backends/moe/jinja/context.h"
#include "backends/moe/jinja/syntax.h"

namespace tripos::moe::jinja {

struct Scope;

// A for statement at work. Items that its filter lets through are found one by one, as in Jinja: a later item is looked
// for when the template asks for `loop.last`, `loop.length` and the like, and not before.
struct Loop {
  std::shared_ptr<const List> source;
  std::size_t next = 0;          // of source: the first item not yet looked at
  std::vector<Value> items;      // those let through so far
  std::size_t index = 0;         // of items: the current one
  const For* statement;          // nullptr once the loop has ended
  std::shared_ptr<Scope> scope;  // around the for statement; released with it
};

// Variables of a for body, a macro, a block; the outermost one is the template's.
struct Scope {
  std::unordered_map<std::string, Value> variables;
  std::shared_ptr<Scope> parent;  // shared with the macros that were defined in it
  std::shared_ptr<Loop> loop;     // of a for body; shared with the statement
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
  using Parts = std::vector<ExpressionPtr>;
  static constexpr int kMaxDepth = 400;

  // statements.cpp
  Result<Flow> execute(const Body& body);
  Result<Flow> visit(const Output& statement);
  Result<Flow> visit(const If& statement);
  Result<Flow> visit(const For& statement);
  Result<Flow> visit(const Set& statement);
  Result<Flow> visit(const MacroSyntax& statement);
  Result<Flow> visit(const CallBlock& statement);
  Result<Flow> visit(const Break&) { return Flow::kBreak; }
  Result<Flow> visit(const Continue&) { return Flow::kContinue; }
  Result<void> write(std::string_view text);
  // Runs a body in `scope` and keeps its text apart.
  Result<Value> capture(const Body& body, std::shared_ptr<Scope> scope);
  // A value, or markup, that may be made of the text of a block.
  Result<Value> evaluate_with(const std::optional<Body>& body, const Expression& expression);
  Result<void> assign(const Target& target, const Value& value);
  Result<bool> run_loop(const For& statement, const std::shared_ptr<Loop>& loop);
  Result<bool> find_next(Loop& loop);
  std::shared_ptr<Scope> inner_scope() const { return std::make_shared<Scope>(Scope{{}, scope_, nullptr}); }

  // expressions.cpp
  // A value for what takes no markup; refuses that.
  Result<Value> evaluate(const Expression& expression);
  Result<Value> evaluate_with_markup(const Expression& expression);
  Result<Value> visit(const Constant& node, const Parts&) { return node.value; }
  Result<Value> visit(const Name& node, const Parts&) { return lookup(node.name); }
  Result<Value> visit(const LoopAttribute& node, const Parts&);
  Result<Value> visit(const BlockText&, const Parts&) { return block_text_; }
  Result<Value> visit(const ListLiteral& node, const Parts& items);
  Result<Value> visit(const DictLiteral&, const Parts& items);
  Result<Value> visit(const Not&, const Parts& operand);
  Result<Value> visit(const Negative&, const Parts& operand);
  Result<Value> visit(const Binary& node, const Parts& sides);
  Result<Value> visit(const Conditional&, const Parts& parts);
  Result<Value> visit(const Attribute& node, const Parts& object);
  Result<Value> visit(const Item&, const Parts& parts);
  Result<Value> visit(const Slice&, const Parts& parts);
  Result<Value> visit(const CallExpression& node, const Parts& parts) { return call(node, parts, nullptr); }
  Result<Value> visit(const MethodCall& node, const Parts& parts);
  Result<Value> visit(const Application& node, const Parts& parts);
  Result<Value> visit(const MarkupFilter& node, const Parts& input);
  Result<Value> lookup(const std::string& name) const;
  Result<std::vector<Value>> evaluate_all(const Parts& parts);
  // The parts from number `first` on.
  Result<Arguments> arguments_of(const Parts& parts, std::size_t first, const ArgumentNames& names);
  Result<Value> call(const CallExpression& node, const Parts& parts, const Macro* caller);
  Result<Value> call(const Value& callee, Arguments arguments, const Macro* caller);
  Result<Value> call_macro(const Macro& macro, Arguments arguments, const Macro* caller);
  const Macro* make_macro(const MacroSyntax& syntax);

  Context& context_;
  Dict variables_;
  std::shared_ptr<Scope> scope_ = std::make_shared<Scope>();
  std::vector<std::unique_ptr<const Macro>> macros_;
  std::string* out_ = nullptr;
  Value block_text_;
  int line_ = 1;
  int depth_ = 0;
};

}  // namespace tripos::moe::jinja
