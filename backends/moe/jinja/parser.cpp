#include "backends/moe/jinja/parser.h"

#include <fmt/format.h>

#include <algorithm>

#include "backends/moe/jinja/expression_parser.h"
#include "backends/moe/jinja/make_expression.h"

namespace tripos::moe::jinja {
namespace {

using Kind = Token::Kind;
using Words = std::initializer_list<std::string_view>;

class Parser {
 public:
  explicit Parser(TokenStream tokens) : tokens_(std::move(tokens)), expressions_(tokens_) {}

  Result<Body> parse() { return parse_body({}); }

 private:
  // Statements up to a tag that begins with one of `ends`, of which it takes "{%" only; without ends, all.
  Result<Body> parse_body(Words ends);
  // The body of a statement whose head was read: "%}", statements, and the name of the end tag, which it takes.
  Result<Body> parse_to(std::string_view end);
  Result<Body> parse_until(Words ends);

  Result<Statement> parse_statement(const Token& tag);
  Result<Statement> parse_if(int line);
  Result<Statement> parse_for(int line);
  Result<Statement> parse_set(int line);
  Result<Statement> parse_filter(int line);
  Result<Statement> parse_macro(int line);
  Result<Statement> parse_call(int line);
  Result<MacroSyntax> parse_macro_body(std::string name, std::string_view end);
  Result<Parameters> parse_parameters();
  Result<Target> parse_target(bool with_namespace);
  Result<Target> parse_target_part(bool with_namespace);
  // A body that becomes a function of its own: no break reaches a loop around it.
  template <typename Parse>
  auto outside_loops(Parse parse) {
    const int loops = std::exchange(loops_, 0);
    auto result = parse();
    loops_ = loops;
    return result;
  }

  TokenStream tokens_;
  ExpressionParser expressions_;
  int depth_ = 0;
  int loops_ = 0;  // around the current statement, within its macro
};

bool is_end(const TokenStream& tokens, Words ends) {
  const Token& word = tokens.ahead(1);
  return word.kind == Kind::kName && std::find(ends.begin(), ends.end(), word.text) != ends.end();
}

Result<Body> Parser::parse_body(Words ends) {
  const Nesting nesting(depth_);
  if (depth_ > kMaxSyntaxDepth) return too_deep(tokens_);
  Body body;
  while (!tokens_.is(Kind::kEnd)) {
    const int line = tokens_.current().line;
    if (tokens_.is(Kind::kText)) {
      body.push_back({line, TextOutput{tokens_.take().text}});
    } else if (tokens_.is(Kind::kVariableBegin)) {
      tokens_.take();
      TRIPOS_TRY(ExpressionPtr value, expressions_.parse_tuple());
      TRIPOS_CHECK(tokens_.expect(Kind::kVariableEnd, "\"}}\""));
      body.push_back({line, Output{std::move(value)}});
    } else {
      const bool ended = is_end(tokens_, ends);
      tokens_.take();
      if (ended) return body;
      const Token& tag = tokens_.current();
      TRIPOS_CHECK(tokens_.take_name("the name of a statement"));
      TRIPOS_TRY(Statement statement, parse_statement(tag));
      TRIPOS_CHECK(tokens_.expect(Kind::kBlockEnd, "\"%}\""));
      body.push_back(std::move(statement));
    }
  }
  if (ends.size() > 0) return tokens_.unexpected(fmt::format("\"{{% {} %}}\"", *(ends.end() - 1)));
  return body;
}

Result<Body> Parser::parse_until(Words ends) {
  tokens_.skip_operator(":");
  TRIPOS_CHECK(tokens_.expect(Kind::kBlockEnd, "\"%}\""));
  return parse_body(ends);
}

Result<Body> Parser::parse_to(std::string_view end) {
  TRIPOS_TRY(Body body, parse_until({end}));
  tokens_.take();
  return body;
}

Result<Statement> Parser::parse_statement(const Token& tag) {
  const int line = tag.line;
  if (tag.text == "if") return parse_if(line);
  if (tag.text == "for") return parse_for(line);
  if (tag.text == "set") return parse_set(line);
  if (tag.text == "filter") return parse_filter(line);
  if (tag.text == "macro") return parse_macro(line);
  if (tag.text == "call") return parse_call(line);
  if (tag.text == "generation") {
    TRIPOS_TRY(Body body, outside_loops([this] { return parse_to("endgeneration"); }));
    return Statement{line, Generation{std::move(body)}};
  }
  if (tag.text != "break" && tag.text != "continue") {
    return tokens_.failed(fmt::format("the statement \"{}\" is not expected here, or not supported", tag.text));
  }
  if (loops_ == 0) return tokens_.failed(fmt::format("\"{}\" outside a loop", tag.text));
  if (tag.text == "break") return Statement{line, Break{}};
  return Statement{line, Continue{}};
}

Result<Statement> Parser::parse_if(int line) {
  If statement;
  while (true) {
    TRIPOS_TRY(ExpressionPtr condition, expressions_.parse_tuple(false));
    TRIPOS_TRY(Body body, parse_until({"elif", "else", "endif"}));
    statement.branches.emplace_back(std::move(condition), std::move(body));
    const std::string_view end = tokens_.take().text;
    if (end == "endif") break;
    if (end == "elif") continue;
    TRIPOS_TRY(statement.otherwise, parse_to("endif"));
    break;
  }
  return Statement{line, std::move(statement)};
}

Result<Statement> Parser::parse_for(int line) {
  For statement;
  TRIPOS_TRY(statement.target, parse_target(false));
  TRIPOS_CHECK(tokens_.expect_name("in"));
  TRIPOS_TRY(statement.items, expressions_.parse_tuple(false));
  if (tokens_.skip_name("if")) {
    TRIPOS_TRY(statement.filter, expressions_.parse());
  }
  if (tokens_.is_name("recursive")) return tokens_.failed("recursive loops are not supported");
  ++loops_;
  TRIPOS_TRY(statement.body, parse_until({"else", "endfor"}));
  --loops_;
  if (tokens_.take().text == "else") {
    TRIPOS_TRY(statement.otherwise, parse_to("endfor"));
  }
  return Statement{line, std::move(statement)};
}

Result<Statement> Parser::parse_set(int line) {
  TRIPOS_TRY(Target target, parse_target(true));
  if (tokens_.skip_operator("=")) {
    TRIPOS_TRY(ExpressionPtr value, expressions_.parse_tuple());
    return Statement{line, Set{std::move(target), std::move(value)}};
  }
  ExpressionPtr filter;
  if (tokens_.skip_operator("|")) {
    TRIPOS_TRY(filter, expressions_.parse_block_filters());
  }
  TRIPOS_TRY(Body body, parse_to("endset"));
  return Statement{line, SetBlock{std::move(target), std::move(filter), std::move(body)}};
}

Result<Statement> Parser::parse_filter(int line) {
  TRIPOS_TRY(ExpressionPtr filter, expressions_.parse_block_filters());
  TRIPOS_TRY(Body body, parse_to("endfilter"));
  return Statement{line, FilterBlock{std::move(filter), std::move(body)}};
}

Result<Statement> Parser::parse_macro(int line) {
  TRIPOS_TRY(std::string name, tokens_.take_name("the name of the macro"));
  if (!tokens_.is_operator("(")) return tokens_.unexpected("\"(\"");
  TRIPOS_TRY(MacroSyntax macro, parse_macro_body(std::move(name), "endmacro"));
  return Statement{line, MacroStatement{std::move(macro)}};
}

Result<Statement> Parser::parse_call(int line) {
  MacroSyntax caller{"caller", {}, false, {}};
  if (tokens_.is_operator("(")) {
    TRIPOS_TRY(caller.parameters, parse_parameters());
  }
  TRIPOS_TRY(ExpressionPtr call, expressions_.parse());
  if (!std::holds_alternative<CallExpression>(call->node)) return tokens_.failed("expected a call of a macro");
  TRIPOS_TRY(caller.body, outside_loops([this] { return parse_to("endcall"); }));
  return Statement{line, CallBlock{std::move(call), std::move(caller)}};
}

Result<MacroSyntax> Parser::parse_macro_body(std::string name, std::string_view end) {
  MacroSyntax macro{std::move(name), {}, false, {}};
  TRIPOS_TRY(macro.parameters, parse_parameters());
  const bool saw_caller = std::exchange(expressions_.saw_caller, false);
  TRIPOS_TRY(macro.body, outside_loops([&] { return parse_to(end); }));
  macro.uses_caller = expressions_.saw_caller;
  expressions_.saw_caller = saw_caller || macro.uses_caller;
  const auto is_caller = [](const auto& parameter) { return parameter.first == "caller"; };
  if (std::any_of(macro.parameters.begin(), macro.parameters.end(), is_caller)) {
    return tokens_.failed("a parameter named \"caller\" is not supported");
  }
  return macro;
}

Result<Parameters> Parser::parse_parameters() {
  TRIPOS_CHECK(tokens_.expect_operator("("));
  Parameters parameters;
  while (!tokens_.is_operator(")")) {
    if (!parameters.empty()) TRIPOS_CHECK(tokens_.expect_operator(","));
    TRIPOS_TRY(std::string name, tokens_.take_name("the name of a parameter"));
    const auto is_same = [&](const auto& parameter) { return parameter.first == name; };
    if (std::any_of(parameters.begin(), parameters.end(), is_same)) {
      return tokens_.failed(fmt::format("the parameter \"{}\" occurs twice", name));
    }
    ExpressionPtr preset;
    if (tokens_.skip_operator("=")) {
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
    if (target.is_tuple && !tokens_.is(Kind::kName) && !tokens_.is_operator("(")) break;
    if (target.is_tuple && tokens_.is_name("in")) break;
    TRIPOS_TRY(Target part, parse_target_part(with_namespace));
    target.parts.push_back(std::move(part));
    target.is_tuple = target.is_tuple || tokens_.is_operator(",");
  } while (tokens_.skip_operator(","));
  if (target.is_tuple) return target;
  Target only = std::move(target.parts[0]);
  return only;
}

Result<Target> Parser::parse_target_part(bool with_namespace) {
  if (tokens_.skip_operator("(")) {
    TRIPOS_TRY(Target inner, parse_target(with_namespace));
    TRIPOS_CHECK(tokens_.expect_operator(")"));
    return inner;
  }
  constexpr std::string_view kConstants[] = {"true", "True", "false", "False", "none", "None", "loop"};
  Target target;
  TRIPOS_TRY(target.name, tokens_.take_name("a variable to assign to"));
  if (with_namespace && tokens_.skip_operator(".")) {
    TRIPOS_TRY(target.attribute, tokens_.take_name("the attribute to assign to"));
    return target;
  }
  if (std::find(std::begin(kConstants), std::end(kConstants), target.name) != std::end(kConstants)) {
    return tokens_.failed(fmt::format("\"{}\" cannot be assigned to", target.name));
  }
  return target;
}

}  // namespace

Result<Body> parse_template(std::string_view source, std::string_view name) {
  TRIPOS_TRY(std::vector<Token> tokens, tokenize(source, name));
  return Parser(TokenStream(std::move(tokens), name)).parse();
}

}  // namespace tripos::moe::jinja
