#include "backends/moe/jinja/parser.h"

#include <fmt/format.h>

#include <algorithm>

#include "backends/moe/jinja/expression_parser.h"

namespace tripos::moe::jinja {
namespace {

using Kind = Token::Kind;
using Words = std::initializer_list<std::string_view>;
using Node = decltype(Statement::node);

class Parser {
 public:
  explicit Parser(TokenStream tokens) : tokens_(std::move(tokens)), expressions_(tokens_) {}

  Result<Body> parse() { return parse_body({}); }

 private:
  // Statements up to a tag that begins with one of `ends`, of which it takes "{%" only; without ends, all.
  Result<Body> parse_body(Words ends);
  // The same after the head of a statement, whose "%}" comes first.
  Result<Body> parse_until(Words ends);
  Result<Body> parse_to(std::string_view end);
  // A body whose text is kept apart: no break reaches a loop around it. Takes the name of the end tag, too.
  Result<Body> parse_apart(std::string_view end);

  Result<Node> parse_statement();
  Result<Node> parse_if();
  Result<Node> parse_for();
  Result<Node> parse_set();
  Result<Node> parse_macro();
  Result<Node> parse_call();
  Result<decltype(MacroSyntax::parameters)> parse_parameters();
  Result<Target> parse_target(bool with_namespace);
  Result<Target> parse_target_part(bool with_namespace);

  TokenStream tokens_;
  ExpressionParser expressions_;
  int depth_ = 0;
  int loops_ = 0;  // around the current statement, within its macro or block
};

Result<Body> Parser::parse_body(Words ends) {
  const Nesting nesting(depth_);
  if (depth_ > kMaxSyntaxDepth) return too_deep(tokens_);
  Body body;
  while (!tokens_.is(Kind::kEnd)) {
    const Token& token = tokens_.take();
    if (token.kind == Kind::kText) {
      auto text = std::make_unique<const Expression>(Expression{token.line, 1, Constant{make_text(token.text)}, {}});
      body.push_back({token.line, Output{std::move(text), std::nullopt}});
    } else if (token.kind == Kind::kVariableBegin) {
      TRIPOS_TRY(ExpressionPtr value, expressions_.parse_tuple());
      TRIPOS_CHECK(tokens_.expect(Kind::kVariableEnd, "\"}}\""));
      body.push_back({token.line, Output{std::move(value), std::nullopt}});
    } else {
      if (std::any_of(ends.begin(), ends.end(), [&](std::string_view end) { return tokens_.is(end); })) return body;
      const int line = tokens_.line();
      TRIPOS_TRY(Node node, parse_statement());
      TRIPOS_CHECK(tokens_.expect(Kind::kBlockEnd, "\"%}\""));
      body.push_back({line, std::move(node)});
    }
  }
  if (ends.size() > 0) return tokens_.unexpected(fmt::format("\"{{% {} %}}\"", *(ends.end() - 1)));
  return body;
}

Result<Body> Parser::parse_until(Words ends) {
  tokens_.skip(":");
  TRIPOS_CHECK(tokens_.expect(Kind::kBlockEnd, "\"%}\""));
  return parse_body(ends);
}

Result<Body> Parser::parse_to(std::string_view end) {
  TRIPOS_TRY(Body body, parse_until({end}));
  tokens_.take();
  return body;
}

Result<Body> Parser::parse_apart(std::string_view end) {
  const int loops = std::exchange(loops_, 0);
  TRIPOS_TRY(Body body, parse_to(end));
  loops_ = loops;
  return body;
}

Result<Node> Parser::parse_statement() {
  TRIPOS_TRY(const std::string name, tokens_.take_name("the name of a statement"));
  if (name == "if") return parse_if();
  if (name == "for") return parse_for();
  if (name == "set") return parse_set();
  if (name == "macro") return parse_macro();
  if (name == "call") return parse_call();
  if (name == "filter" || name == "generation") {
    TRIPOS_TRY(ExpressionPtr text, expressions_.parse_block_text(name == "filter"));
    TRIPOS_TRY(Body body, parse_apart("end" + name));
    return Output{std::move(text), std::move(body)};
  }
  if (name != "break" && name != "continue") {
    return tokens_.failed(fmt::format("the statement \"{}\" is not expected here, or not supported", name));
  }
  if (loops_ == 0) return tokens_.failed(fmt::format("\"{}\" outside a loop", name));
  return name == "break" ? Node(Break{}) : Node(Continue{});
}

Result<Node> Parser::parse_if() {
  If statement;
  while (true) {
    TRIPOS_TRY(ExpressionPtr condition, expressions_.parse_tuple(false));
    TRIPOS_TRY(Body body, parse_until({"elif", "else", "endif"}));
    statement.branches.emplace_back(std::move(condition), std::move(body));
    const std::string_view end = tokens_.take().text;
    if (end == "elif") continue;
    if (end == "else") {
      TRIPOS_TRY(statement.otherwise, parse_to("endif"));
    }
    return statement;
  }
}

Result<Node> Parser::parse_for() {
  For statement;
  TRIPOS_TRY(statement.target, parse_target(false));
  TRIPOS_CHECK(tokens_.expect("in"));
  TRIPOS_TRY(statement.items, expressions_.parse_tuple(false));
  if (tokens_.skip("if")) {
    TRIPOS_TRY(statement.filter, expressions_.parse());
  }
  if (tokens_.is("recursive")) return tokens_.failed("\"recursive\" loops are not supported");
  ++loops_;
  TRIPOS_TRY(statement.body, parse_until({"else", "endfor"}));
  --loops_;
  if (tokens_.take().text == "else") {
    TRIPOS_TRY(statement.otherwise, parse_to("endfor"));
  }
  return statement;
}

Result<Node> Parser::parse_set() {
  Set statement;
  TRIPOS_TRY(statement.target, parse_target(true));
  if (tokens_.skip("=")) {
    TRIPOS_TRY(statement.value, expressions_.parse_tuple());
    return statement;
  }
  TRIPOS_TRY(statement.value, expressions_.parse_block_text(tokens_.skip("|")));
  TRIPOS_TRY(statement.body, parse_apart("endset"));
  return statement;
}

Result<Node> Parser::parse_macro() {
  MacroSyntax macro;
  TRIPOS_TRY(macro.name, tokens_.take_name("the name of the macro"));
  if (!tokens_.is("(")) return tokens_.unexpected("\"(\"");
  TRIPOS_TRY(macro.parameters, parse_parameters());
  const bool saw_caller = std::exchange(expressions_.saw_caller, false);
  TRIPOS_TRY(macro.body, parse_apart("endmacro"));
  macro.uses_caller = expressions_.saw_caller;
  expressions_.saw_caller = saw_caller || macro.uses_caller;
  return macro;
}

Result<Node> Parser::parse_call() {
  MacroSyntax caller{"caller", {}, false, {}};
  if (tokens_.is("(")) {
    TRIPOS_TRY(caller.parameters, parse_parameters());
  }
  TRIPOS_TRY(ExpressionPtr call, expressions_.parse());
  if (!std::holds_alternative<CallExpression>(call->node)) return tokens_.failed("expected a call of a macro");
  TRIPOS_TRY(caller.body, parse_apart("endcall"));
  return CallBlock{std::move(call), std::move(caller)};
}

Result<decltype(MacroSyntax::parameters)> Parser::parse_parameters() {
  TRIPOS_CHECK(tokens_.expect("("));
  decltype(MacroSyntax::parameters) parameters;
  while (!tokens_.is(")")) {
    if (!parameters.empty()) TRIPOS_CHECK(tokens_.expect(","));
    TRIPOS_TRY(std::string name, tokens_.take_name("the name of a parameter"));
    const auto is_same = [&](const auto& parameter) { return parameter.first == name; };
    if (name == "caller" || std::any_of(parameters.begin(), parameters.end(), is_same)) {
      return tokens_.failed(fmt::format("the parameter \"{}\" occurs twice, or is not supported", name));
    }
    ExpressionPtr preset;
    if (tokens_.skip("=")) {
      TRIPOS_TRY(preset, expressions_.parse());
    } else if (!parameters.empty() && parameters.back().second != nullptr) {
      return tokens_.failed("a parameter without default follows one with a default");
    }
    parameters.emplace_back(std::move(name), std::move(preset));
  }
  tokens_.take();
  return parameters;
}

Result<Target> Parser::parse_target(bool with_namespace) {
  const Nesting nesting(depth_);
  if (depth_ > kMaxSyntaxDepth) return too_deep(tokens_);
  Target target;
  do {
    const bool has_more = (tokens_.is(Kind::kName) && !tokens_.is("in")) || tokens_.is("(");
    if (target.is_tuple && !has_more) break;
    TRIPOS_TRY(Target part, parse_target_part(with_namespace));
    target.parts.push_back(std::move(part));
    target.is_tuple = target.is_tuple || tokens_.is(",");
  } while (tokens_.skip(","));
  if (target.is_tuple) return target;
  Target only = std::move(target.parts[0]);
  return only;
}

Result<Target> Parser::parse_target_part(bool with_namespace) {
  if (tokens_.skip("(")) {
    TRIPOS_TRY(Target inner, parse_target(with_namespace));
    TRIPOS_CHECK(tokens_.expect(")"));
    return inner;
  }
  Target target;
  TRIPOS_TRY(target.name, tokens_.take_name("a variable to assign to"));
  if (with_namespace && tokens_.skip(".")) {
    TRIPOS_TRY(target.attribute, tokens_.take_name("the attribute to assign to"));
    return target;
  }
  for (const std::string_view constant : {"true", "True", "false", "False", "none", "None", "loop"}) {
    if (target.name == constant) return tokens_.failed(fmt::format("\"{}\" cannot be assigned to", constant));
  }
  return target;
}

}  // namespace

Result<Body> parse_template(std::string_view source, std::string_view name) {
  TRIPOS_TRY(std::vector<Token> tokens, tokenize(source, name));
  return Parser(TokenStream(std::move(tokens), name)).parse();
}

}  // namespace tripos::moe::jinja
