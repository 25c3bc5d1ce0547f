#include <fmt/format.h>

#include "backends/moe/jinja/expression_parser.h"
#include "backends/moe/jinja/interpreter.h"
#include "backends/moe/jinja/print.h"
#include "backends/moe/jinja/sequences.h"
#include "harness/core/text.h"

namespace tripos::moe::jinja {
namespace {

std::string escaped(std::string text) {
  constexpr std::pair<std::string_view, std::string_view> kEscapes[] = {
      {"&", "&amp;"}, {"<", "&lt;"}, {">", "&gt;"}, {"'", "&#39;"}, {"\"", "&#34;"}};
  for (const auto& [character, escape] : kEscapes) text = replace_all(text, character, escape);
  return text;
}

}  // namespace

Result<Value> Interpreter::evaluate(const Expression& expression) {
  TRIPOS_TRY(Value value, evaluate_with_markup(expression));
  if (std::holds_alternative<Markup>(value)) {
    return refuse("what \"safe\" or \"escape\" made is supported only in {{ }}, set, an inline if and \"~\"");
  }
  return value;
}

Result<Value> Interpreter::evaluate_with_markup(const Expression& expression) {
  const Nesting nesting(depth_);
  if (depth_ > kMaxDepth) return refuse(fmt::format("nested more than {} levels deep", kMaxDepth));
  TRIPOS_CHECK(context_.spend(1));
  // After a failure line_ stays where it is: that is the line to report.
  const int outer = std::exchange(line_, expression.line);
  const auto visit_node = [&](const auto& node) { return visit(node, expression.parts); };
  TRIPOS_TRY(Value value, std::visit(visit_node, expression.node));
  line_ = outer;
  return value;
}

Result<std::vector<Value>> Interpreter::evaluate_all(const Parts& parts) {
  std::vector<Value> values;
  for (const ExpressionPtr& part : parts) {
    TRIPOS_TRY(Value value, part == nullptr ? Result<Value>(None{}) : evaluate(*part));
    values.push_back(std::move(value));
  }
  return values;
}

Result<Value> Interpreter::lookup(const std::string& name) const {
  for (const Scope* scope = scope_.get(); scope != nullptr; scope = scope->parent.get()) {
    const auto found = scope->variables.find(name);
    if (found != scope->variables.end()) return found->second;
  }
  if (const Value* value = find_text(variables_, name)) return *value;
  if (const Function* function = find_global(name)) return Value(function);
  return make_undefined(fmt::format("\"{}\"", name));
}

Result<Value> Interpreter::visit(const LoopAttribute& node, const Parts&) {
  const Scope* scope = scope_.get();
  while (scope != nullptr && scope->loop == nullptr) scope = scope->parent.get();
  if (scope == nullptr) return refuse("\"loop\" is undefined");
  const std::shared_ptr<Loop> loop = scope->loop;
  const std::string& name = node.name;
  const auto at = static_cast<std::int64_t>(loop->index);
  if (name == "index") return Value(at + 1);
  if (name == "index0") return Value(at);
  if (name == "first") return Value(at == 0);
  if (name == "previtem") return at == 0 ? make_undefined("the previous item") : loop->items[loop->index - 1];
  const bool needs_next = name == "last" || name == "nextitem";
  if (!needs_next && name != "length" && name != "revindex" && name != "revindex0") {
    return refuse(fmt::format("\"loop.{}\" is not supported", name));
  }
  while (!needs_next || loop->items.size() <= loop->index + 1) {
    TRIPOS_TRY(const bool found, find_next(*loop));
    if (!found) break;
  }
  const auto size = static_cast<std::int64_t>(loop->items.size());
  if (name == "last") return Value(at + 1 == size);
  if (name == "length") return Value(size);
  if (name == "revindex") return Value(size - at);
  if (name == "revindex0") return Value(size - at - 1);
  return at + 1 == size ? make_undefined("the next item") : loop->items[loop->index + 1];
}

Result<Value> Interpreter::visit(const ListLiteral& node, const Parts& items) {
  TRIPOS_TRY(std::vector<Value> values, evaluate_all(items));
  return context_.list(node.is_tuple ? List::Kind::kTuple : List::Kind::kList, std::move(values));
}

Result<Value> Interpreter::visit(const DictLiteral&, const Parts& items) {
  TRIPOS_TRY(std::vector<Value> values, evaluate_all(items));
  Dict dict;
  for (std::size_t i = 0; i < values.size(); i += 2) {
    TRIPOS_CHECK(insert(dict, std::move(values[i]), std::move(values[i + 1])));
  }
  return context_.dict(std::move(dict));
}

Result<Value> Interpreter::visit(const Not&, const Parts& operand) {
  TRIPOS_TRY(const Value value, evaluate(*operand[0]));
  return Value(!truth(value));
}

Result<Value> Interpreter::visit(const Negative&, const Parts& operand) {
  TRIPOS_TRY(const Value value, evaluate(*operand[0]));
  return negated(value);
}

Result<Value> Interpreter::visit(const Binary& node, const Parts& sides) {
  const auto side = [&](int i) {
    return node.op == Operator::kConcatenate ? evaluate_with_markup(*sides[i]) : evaluate(*sides[i]);
  };
  TRIPOS_TRY(Value left, side(0));
  const bool decides = (node.op == Operator::kOr && truth(left)) || (node.op == Operator::kAnd && !truth(left));
  if (decides) return left;
  TRIPOS_TRY(Value right, side(1));
  if (node.op == Operator::kOr || node.op == Operator::kAnd) return right;
  return apply(context_, node.op, left, right);
}

Result<Value> Interpreter::visit(const Conditional&, const Parts& parts) {
  TRIPOS_TRY(const Value condition, evaluate(*parts[0]));
  if (truth(condition)) return evaluate_with_markup(*parts[1]);
  if (parts[2] != nullptr) return evaluate_with_markup(*parts[2]);
  return make_undefined("the value of an inline if without else");
}

Result<Value> Interpreter::visit(const Attribute& node, const Parts& object) {
  TRIPOS_TRY(const Value value, evaluate(*object[0]));
  return get_attribute(value, node.name);
}

Result<Value> Interpreter::visit(const Item&, const Parts& parts) {
  TRIPOS_TRY(const Value object, evaluate(*parts[0]));
  TRIPOS_TRY(const Value key, evaluate(*parts[1]));
  return get_item(context_, object, key);
}

Result<Value> Interpreter::visit(const Slice&, const Parts& parts) {
  TRIPOS_TRY(const std::vector<Value> values, evaluate_all(parts));
  return slice(context_, values[0], values[1], values[2], values[3]);
}

Result<Value> Interpreter::visit(const Application& node, const Parts& parts) {
  TRIPOS_TRY(Arguments arguments, arguments_of(parts, 0, node.names));
  return invoke(context_, *node.function, std::move(arguments));
}

Result<Value> Interpreter::visit(const MarkupFilter& node, const Parts& input) {
  TRIPOS_TRY(const Value value, evaluate(*input[0]));
  TRIPOS_TRY(std::string plain, to_text(context_, value));
  TRIPOS_TRY(const Value text, context_.text(node.escapes ? escaped(plain) : std::move(plain)));
  return Markup{std::get<Text>(text)};
}

Result<Arguments> Interpreter::arguments_of(const Parts& parts, std::size_t first, const ArgumentNames& names) {
  Arguments arguments;
  const std::size_t first_named = parts.size() - names.size();
  for (std::size_t i = first; i < parts.size(); ++i) {
    TRIPOS_TRY(Value value, evaluate(*parts[i]));
    if (i < first_named) {
      arguments.positional.push_back(std::move(value));
    } else {
      arguments.named.emplace_back(names[i - first_named], std::move(value));
    }
  }
  return arguments;
}

Result<Value> Interpreter::visit(const MethodCall& node, const Parts& parts) {
  TRIPOS_TRY(const Value self, evaluate(*parts[0]));
  TRIPOS_TRY(Arguments arguments, arguments_of(parts, 1, node.names));
  if (std::holds_alternative<Namespace*>(self)) {
    TRIPOS_TRY(const Value callee, get_attribute(self, node.name));
    return call(callee, std::move(arguments), nullptr);
  }
  TRIPOS_CHECK(check_defined(self));
  const Function* method = find_method(self, node.name);
  if (method == nullptr) {
    return refuse(fmt::format("the method \"{}\" of a {} is not supported", node.name, type_name(self)));
  }
  arguments.positional.insert(arguments.positional.begin(), self);
  return invoke(context_, *method, std::move(arguments));
}

Result<Value> Interpreter::call(const CallExpression& node, const Parts& parts, const Macro* caller) {
  TRIPOS_TRY(const Value callee, evaluate(*parts[0]));
  TRIPOS_TRY(Arguments arguments, arguments_of(parts, 1, node.names));
  return call(callee, std::move(arguments), caller);
}

Result<Value> Interpreter::call(const Value& callee, Arguments arguments, const Macro* caller) {
  if (const auto* macro = std::get_if<const Macro*>(&callee)) return call_macro(**macro, std::move(arguments), caller);
  TRIPOS_CHECK(check_defined(callee));
  const auto* function = std::get_if<const Function*>(&callee);
  if (function == nullptr) return refuse(fmt::format("a value of type {} cannot be called", type_name(callee)));
  if (caller != nullptr) return refuse("{% call %} of what is no macro");
  return invoke(context_, **function, std::move(arguments));
}

Result<Value> Interpreter::call_macro(const Macro& macro, Arguments arguments, const Macro* caller) {
  const MacroSyntax& syntax = macro.syntax;
  if (caller != nullptr && !syntax.uses_caller) {
    return refuse(fmt::format("{}() is called by {{% call %}}, but it uses no caller", syntax.name));
  }
  Signature signature{syntax.name, {}};
  for (const auto& [name, preset] : syntax.parameters) signature.parameters.push_back({name, true});
  TRIPOS_TRY(const Call call, bind(context_, signature, std::move(arguments)));
  const auto outer = std::exchange(scope_, std::make_shared<Scope>(Scope{{}, macro.scope, nullptr}));
  auto& variables = scope_->variables;
  if (syntax.uses_caller) variables["caller"] = caller == nullptr ? make_undefined("the caller") : Value(caller);
  for (std::size_t i = 0; i < syntax.parameters.size(); ++i) {
    const auto& [name, preset] = syntax.parameters[i];
    Value value = call.has(i) ? call[i] : make_undefined(fmt::format("the parameter \"{}\"", name));
    if (!call.has(i) && preset != nullptr) {
      TRIPOS_TRY(value, evaluate(*preset));
    }
    variables[name] = std::move(value);
  }
  TRIPOS_TRY(Value text, capture(syntax.body, scope_));
  scope_ = outer;
  return text;
}

}  // namespace tripos::moe::jinja
