#include <fmt/format.h>

#include "backends/moe/jinja/expression_parser.h"
#include "backends/moe/jinja/interpreter.h"
#include "backends/moe/jinja/print.h"
#include "backends/moe/jinja/sequences.h"

namespace tripos::moe::jinja {
Result<std::string> Interpreter::run(const Body& body) {
  std::string out;
  out_ = &out;
  TRIPOS_CHECK(execute(body));
  return out;
}

Result<Interpreter::Flow> Interpreter::execute(const Body& body) {
  const Nesting nesting(depth_);
  if (depth_ > kMaxDepth) return refuse(fmt::format("nested more than {} levels deep", kMaxDepth));
  for (const Statement& statement : body) {
    line_ = statement.line;
    TRIPOS_CHECK(context_.spend(1));
    TRIPOS_TRY(const Flow flow, std::visit([this](const auto& node) { return visit(node); }, statement.node));
    if (flow != Flow::kNext) return flow;
  }
  return Flow::kNext;
}

Result<void> Interpreter::write(std::string_view text) {
  TRIPOS_CHECK(context_.spend(text.size()));
  if (text.size() > context_.options().max_output_bytes - out_->size()) {
    return refuse(fmt::format("the text is longer than {} bytes", context_.options().max_output_bytes));
  }
  *out_ += text;
  return {};
}

Result<Interpreter::Flow> Interpreter::visit(const Output& statement) {
  TRIPOS_TRY(const Value value, evaluate_with(statement.body, *statement.value));
  TRIPOS_TRY(const std::string text, to_text(context_, value));
  TRIPOS_CHECK(write(text));
  return Flow::kNext;
}

Result<Interpreter::Flow> Interpreter::visit(const If& statement) {
  for (const auto& [condition, body] : statement.branches) {
    TRIPOS_TRY(const Value value, evaluate(*condition));
    if (truth(value)) return execute(body);
  }
  return execute(statement.otherwise);
}

Result<Interpreter::Flow> Interpreter::visit(const For& statement) {
  TRIPOS_TRY(const Value value, evaluate(*statement.items));
  TRIPOS_TRY(auto source, items_of(context_, value));
  const auto loop = std::make_shared<Loop>(Loop{std::move(source), 0, {}, 0, &statement, scope_});
  const Result<bool> completed = run_loop(statement, loop);
  scope_ = std::move(loop->scope);
  loop->statement = nullptr;
  if (!completed) return tl::unexpected(completed.error());
  return *completed ? Result<Flow>(Flow::kNext) : execute(statement.otherwise);
}

// Whether some item reached the end of the body. As in Jinja, one that a break or continue left does not count.
Result<bool> Interpreter::run_loop(const For& statement, const std::shared_ptr<Loop>& loop) {
  for (bool completed = false;; ++loop->index) {
    if (loop->index >= loop->items.size()) {
      TRIPOS_TRY(const bool found, find_next(*loop));
      if (!found) return completed;
    }
    scope_ = std::make_shared<Scope>(Scope{{}, loop->scope, loop});
    TRIPOS_CHECK(assign(statement.target, loop->items[loop->index]));
    TRIPOS_TRY(const Flow flow, execute(statement.body));
    if (flow == Flow::kBreak) return completed;
    completed = completed || flow == Flow::kNext;
  }
}

// Looks for one more item that the filter lets through.
Result<bool> Interpreter::find_next(Loop& loop) {
  while (loop.statement != nullptr && loop.next < loop.source->items.size()) {
    const Value& item = loop.source->items[loop.next++];
    TRIPOS_CHECK(context_.spend(1));
    bool passes = true;
    if (loop.statement->filter != nullptr) {
      const auto outer = std::exchange(scope_, std::make_shared<Scope>(Scope{{}, loop.scope, nullptr}));
      TRIPOS_CHECK(assign(loop.statement->target, item));
      TRIPOS_TRY(const Value value, evaluate(*loop.statement->filter));
      scope_ = outer;
      passes = truth(value);
    }
    if (passes) {
      loop.items.push_back(item);
      return true;
    }
  }
  return false;
}

Result<void> Interpreter::assign(const Target& target, const Value& value) {
  if (target.is_tuple) {
    TRIPOS_TRY(const auto items, items_of(context_, value));
    if (items->items.size() != target.parts.size()) {
      return refuse(fmt::format("{} values for {} names", items->items.size(), target.parts.size()));
    }
    for (std::size_t i = 0; i < target.parts.size(); ++i) TRIPOS_CHECK(assign(target.parts[i], items->items[i]));
    return {};
  }
  if (target.attribute.empty()) {
    scope_->variables[target.name] = value;
    return {};
  }
  TRIPOS_TRY(const Value owner, lookup(target.name));
  const auto* attributes = std::get_if<Namespace*>(&owner);
  if (attributes == nullptr) return refuse(fmt::format("\"{}\" is no namespace", target.name));
  if (target.attribute[0] == '_') return refuse(fmt::format("the attribute \"{}\" is private", target.attribute));
  (*attributes)->attributes[target.attribute] = value;
  return {};
}

Result<Value> Interpreter::capture(const Body& body, std::shared_ptr<Scope> scope) {
  std::string text;
  std::string* const out = std::exchange(out_, &text);
  const auto outer = std::exchange(scope_, std::move(scope));
  const Result<Flow> flow = execute(body);
  out_ = out;
  scope_ = outer;
  if (!flow) return tl::unexpected(flow.error());
  return make_text(std::move(text));
}

Result<Value> Interpreter::evaluate_with(const std::optional<Body>& body, const Expression& expression) {
  if (body) {
    TRIPOS_TRY(block_text_, capture(*body, inner_scope()));
  }
  return evaluate_with_markup(expression);
}

Result<Interpreter::Flow> Interpreter::visit(const Set& statement) {
  TRIPOS_TRY(const Value value, evaluate_with(statement.body, *statement.value));
  TRIPOS_CHECK(assign(statement.target, value));
  return Flow::kNext;
}

const Macro* Interpreter::make_macro(const MacroSyntax& syntax) {
  macros_.push_back(std::make_unique<const Macro>(Macro{syntax, scope_}));
  return macros_.back().get();
}

Result<Interpreter::Flow> Interpreter::visit(const MacroSyntax& statement) {
  scope_->variables[statement.name] = make_macro(statement);
  return Flow::kNext;
}

Result<Interpreter::Flow> Interpreter::visit(const CallBlock& statement) {
  const Expression& expression = *statement.call;
  TRIPOS_TRY(const Value text,
             call(std::get<CallExpression>(expression.node), expression.parts, make_macro(statement.caller)));
  TRIPOS_CHECK(write(*as_text(text)));
  return Flow::kNext;
}

}  // namespace tripos::moe::jinja
