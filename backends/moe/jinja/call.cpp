#include <fmt/format.h>

#include <algorithm>

#include "backends/moe/jinja/interpreter.h"

namespace tripos::moe::jinja {
namespace {

// Of a call that is no macro's.
tl::unexpected<Error> not_callable(const Value& value) {
  if (const auto* undefined = std::get_if<Undefined>(&value)) return refuse(*undefined->what + " is undefined");
  return refuse(fmt::format("a value of type {} cannot be called", type_name(value)));
}

}  // namespace

Result<Value> Interpreter::call(const CallExpression& node, const Macro* caller) {
  TRIPOS_TRY(const Value callee, evaluate(*node.callee));
  TRIPOS_TRY(Arguments arguments, evaluate(node.arguments));
  if (const auto* macro = std::get_if<const Macro*>(&callee)) return call_macro(**macro, std::move(arguments), caller);
  if (caller != nullptr) return refuse("{% call %} of what is no macro");
  if (const auto* function = std::get_if<const Function*>(&callee)) {
    return invoke(context_, **function, std::move(arguments));
  }
  const auto* method = std::get_if<std::shared_ptr<const Method>>(&callee);
  if (method == nullptr) return not_callable(callee);
  if (const auto* loop = std::get_if<std::shared_ptr<Loop>>(&(*method)->self)) return cycle(**loop, arguments);
  if ((*method)->function == nullptr) {
    return refuse(fmt::format("the method {} of a {} is not supported", (*method)->name, type_name((*method)->self)));
  }
  arguments.positional.insert(arguments.positional.begin(), (*method)->self);
  return invoke(context_, *(*method)->function, std::move(arguments));
}

Result<Value> Interpreter::cycle(const Loop& loop, const Arguments& arguments) {
  if (arguments.positional.empty() || !arguments.named.empty())
    return refuse("loop.cycle() takes values to choose from");
  return arguments.positional[loop.index % arguments.positional.size()];
}

Result<Value> Interpreter::call_macro(const Macro& macro, Arguments arguments, const Macro* caller) {
  const std::shared_ptr<Scope> outer = std::exchange(scope_, std::make_shared<Scope>(Scope{{}, macro.scope}));
  TRIPOS_CHECK(bind(macro, std::move(arguments), caller));
  TRIPOS_TRY(Captured captured, capture(macro.syntax.body, scope_));
  scope_ = outer;
  return make_text(std::move(captured.text));
}

// Puts the arguments of a call, or the defaults, into the scope of the macro.
Result<void> Interpreter::bind(const Macro& macro, Arguments arguments, const Macro* caller) {
  const MacroSyntax& syntax = macro.syntax;
  const auto failed = [&](std::string_view what) { return refuse(fmt::format("macro {}(): {}", syntax.name, what)); };
  if (arguments.positional.size() > syntax.parameters.size()) {
    return failed(fmt::format("at most {} arguments, got {}", syntax.parameters.size(), arguments.positional.size()));
  }
  if (caller != nullptr && !syntax.uses_caller) return failed("called by {% call %}, but it uses no caller");
  std::unordered_map<std::string, Value> named;
  for (auto& [name, value] : arguments.named) {
    const auto is_it = [&, &wanted = name](const auto& parameter) { return parameter.first == wanted; };
    const auto found = std::find_if(syntax.parameters.begin(), syntax.parameters.end(), is_it);
    if (found == syntax.parameters.end()) return failed(fmt::format("no parameter \"{}\"", name));
    const auto position = static_cast<std::size_t>(found - syntax.parameters.begin());
    if (position < arguments.positional.size() || !named.emplace(name, std::move(value)).second) {
      return failed(fmt::format("\"{}\" given twice", name));
    }
  }
  if (syntax.uses_caller) {
    scope_->variables["caller"] = caller == nullptr ? make_undefined("the caller") : Value(caller);
  }
  for (std::size_t i = 0; i < syntax.parameters.size(); ++i) {
    const auto& [name, preset] = syntax.parameters[i];
    Value value = make_undefined(fmt::format("the parameter \"{}\"", name));
    if (i < arguments.positional.size()) {
      value = std::move(arguments.positional[i]);
    } else if (const auto found = named.find(name); found != named.end()) {
      value = std::move(found->second);
    } else if (preset != nullptr) {
      TRIPOS_TRY(value, evaluate(*preset));
    }
    scope_->variables[name] = std::move(value);
  }
  return {};
}

}  // namespace tripos::moe::jinja
