#include <fmt/format.h>

#include "backends/moe/jinja/interpreter.h"
#include "backends/moe/jinja/members.h"
#include "backends/moe/jinja/nesting.h"
#include "backends/moe/jinja/print.h"

namespace tripos::moe::jinja {

Result<Value> Interpreter::evaluate(const Expression& expression) {
  const Nesting nesting(depth_);
  if (depth_ > kMaxDepth) return refuse(fmt::format("nested more than {} levels deep", kMaxDepth));
  TRIPOS_CHECK(context_.spend(1));
  // After a failure line_ stays where it is: that is the line to report.
  const int outer = std::exchange(line_, expression.line);
  TRIPOS_TRY(Value value, std::visit([this](const auto& node) { return visit(node); }, expression.node));
  line_ = outer;
  return value;
}

Result<Value> Interpreter::visit(const Name& node) {
  for (const Scope* scope = scope_.get(); scope != nullptr; scope = scope->parent.get()) {
    const auto found = scope->variables.find(node.name);
    if (found != scope->variables.end()) return found->second;
  }
  if (const Value* value = find_text(variables_, node.name)) return *value;
  if (const Function* function = find_global(node.name)) return Value(function);
  if (node.name == "lipsum" || node.name == "cycler" || node.name == "joiner") {
    return refuse(fmt::format("the function \"{}\" is not supported", node.name));
  }
  return make_undefined(fmt::format("\"{}\"", node.name));
}

Result<Value> Interpreter::visit(const ListLiteral& node) {
  std::vector<Value> items;
  for (const ExpressionPtr& item : node.items) {
    TRIPOS_TRY(Value value, evaluate(*item));
    items.push_back(std::move(value));
  }
  return context_.list(node.is_tuple ? List::Kind::kTuple : List::Kind::kList, std::move(items));
}

Result<Value> Interpreter::visit(const DictLiteral& node) {
  Dict dict;
  for (const auto& [key_node, value_node] : node.items) {
    TRIPOS_TRY(Value key, evaluate(*key_node));
    TRIPOS_TRY(Value value, evaluate(*value_node));
    TRIPOS_CHECK(insert(dict, std::move(key), std::move(value)));
  }
  return context_.dict(std::move(dict));
}

Result<Value> Interpreter::visit(const Sign& node) {
  TRIPOS_TRY(const Value value, evaluate(*node.operand));
  return negate(value, node.is_minus);
}

Result<Value> Interpreter::visit(const Not& node) {
  TRIPOS_TRY(const Value value, evaluate(*node.operand));
  return Value(!truth(value));
}

Result<Value> Interpreter::visit(const Arithmetic& node) {
  TRIPOS_TRY(const Value left, evaluate(*node.left));
  TRIPOS_TRY(const Value right, evaluate(*node.right));
  return calculate(context_, node.op, left, right);
}

Result<Value> Interpreter::visit(const Logic& node) {
  TRIPOS_TRY(Value left, evaluate(*node.left));
  if (truth(left) == node.is_or) return left;
  return evaluate(*node.right);
}

Result<Value> Interpreter::visit(const Comparison& node) {
  TRIPOS_TRY(Value left, evaluate(*node.first));
  for (const auto& [relation, right_node] : node.rest) {
    TRIPOS_TRY(Value right, evaluate(*right_node));
    TRIPOS_TRY(const bool holds, relate(context_, relation, left, right));
    if (!holds) return Value(false);
    left = std::move(right);
  }
  return Value(true);
}

Result<Value> Interpreter::visit(const Concatenation& node) {
  std::string text;
  for (const ExpressionPtr& part : node.parts) {
    TRIPOS_TRY(const Value value, evaluate(*part));
    TRIPOS_TRY(const std::string piece, to_text(context_, value));
    text += piece;
  }
  return context_.text(std::move(text));
}

Result<Value> Interpreter::visit(const Conditional& node) {
  TRIPOS_TRY(const Value condition, evaluate(*node.condition));
  if (truth(condition)) return evaluate(*node.then);
  if (node.otherwise != nullptr) return evaluate(*node.otherwise);
  return make_undefined("the value of an inline if without else");
}

Result<Value> Interpreter::visit(const Attribute& node) {
  TRIPOS_TRY(const Value object, evaluate(*node.object));
  if (const auto* loop = std::get_if<std::shared_ptr<Loop>>(&object)) return loop_attribute(*loop, node.name);
  return get_attribute(context_, object, node.name);
}

Result<Value> Interpreter::visit(const Item& node) {
  TRIPOS_TRY(const Value object, evaluate(*node.object));
  TRIPOS_TRY(const Value key, evaluate(*node.key));
  return get_item(context_, object, key);
}

Result<Value> Interpreter::visit(const Slice& node) {
  TRIPOS_TRY(const Value object, evaluate(*node.object));
  Value bounds[3];
  const ExpressionPtr* nodes[3] = {&node.start, &node.stop, &node.step};
  const Value* given[3] = {nullptr, nullptr, nullptr};
  for (int i = 0; i < 3; ++i) {
    if (*nodes[i] == nullptr) continue;
    TRIPOS_TRY(bounds[i], evaluate(**nodes[i]));
    given[i] = &bounds[i];
  }
  return slice(context_, object, given[0], given[1], given[2]);
}

Result<Value> Interpreter::visit(const CallExpression& node) { return call(node, nullptr); }

Result<Value> Interpreter::visit(const Application& node) {
  Value input = block_text_;
  if (node.input != nullptr) {
    TRIPOS_TRY(input, evaluate(*node.input));
  }
  TRIPOS_TRY(Arguments arguments, evaluate(node.arguments));
  arguments.positional.insert(arguments.positional.begin(), std::move(input));
  return invoke(context_, *node.function, std::move(arguments));
}

Result<Value> Interpreter::visit(const Markup&) {
  return refuse("the filters \"safe\" and \"escape\" are supported only at the end of a {{ }}");
}

Result<Arguments> Interpreter::evaluate(const ArgumentList& list) {
  Arguments arguments;
  for (const ExpressionPtr& node : list.positional) {
    TRIPOS_TRY(Value value, evaluate(*node));
    arguments.positional.push_back(std::move(value));
  }
  for (const auto& [name, node] : list.named) {
    TRIPOS_TRY(Value value, evaluate(*node));
    arguments.named.emplace_back(name, std::move(value));
  }
  return arguments;
}

Result<Value> Interpreter::loop_attribute(const std::shared_ptr<Loop>& loop, const std::string& name) {
  const auto at = static_cast<std::int64_t>(loop->index);
  if (name == "index") return Value(at + 1);
  if (name == "index0") return Value(at);
  if (name == "first") return Value(at == 0);
  if (name == "depth") return Value(std::int64_t{1});
  if (name == "depth0") return Value(std::int64_t{0});
  if (name == "previtem") return at == 0 ? make_undefined("there is no previous item") : loop->items[loop->index - 1];
  if (name == "cycle") return Value(std::make_shared<const Method>(Method{loop, name, nullptr}));
  const bool looks_ahead = name == "last" || name == "nextitem";
  if (!looks_ahead && name != "length" && name != "revindex" && name != "revindex0") {
    return refuse(fmt::format("\"loop.{}\" is not supported", name));
  }
  while (!looks_ahead || loop->items.size() <= loop->index + 1) {
    TRIPOS_TRY(const bool found, find_next(*loop));
    if (!found) break;
  }
  const auto size = static_cast<std::int64_t>(loop->items.size());
  if (name == "last") return Value(at + 1 == size);
  if (name == "length") return Value(size);
  if (name == "revindex") return Value(size - at);
  if (name == "revindex0") return Value(size - at - 1);
  return at + 1 == size ? make_undefined("there is no next item") : loop->items[loop->index + 1];
}

}  // namespace tripos::moe::jinja
