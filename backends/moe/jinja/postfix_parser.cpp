// The second half of the grammar of expressions: literals of several parts, and what follows a value.

#include <fmt/format.h>

#include <algorithm>

#include "backends/moe/jinja/make_expression.h"

namespace tripos::moe::jinja {
namespace {

using Kind = Token::Kind;

int depth_of(const std::vector<ExpressionPtr>& expressions) {
  int depth = 0;
  for (const ExpressionPtr& expression : expressions) depth = std::max(depth, jinja::depth_of(expression));
  return depth;
}

int depth_of(const ArgumentList& arguments) {
  int depth = depth_of(arguments.positional);
  for (const auto& [name, value] : arguments.named) depth = std::max(depth, value->depth);
  return depth;
}

}  // namespace

bool ExpressionParser::at_tuple_end() const {
  return tokens_.is(Kind::kVariableEnd) || tokens_.is(Kind::kBlockEnd) || tokens_.is_operator(")");
}

Result<ExpressionPtr> ExpressionParser::parse_tuple(bool with_if) {
  const int line = tokens_.current().line;
  std::vector<ExpressionPtr> items;
  bool is_tuple = false;
  while (!at_tuple_end()) {
    TRIPOS_TRY(ExpressionPtr item, with_if ? parse() : parse_or());
    items.push_back(std::move(item));
    if (!tokens_.skip_operator(",")) break;
    is_tuple = true;
  }
  if (items.empty()) return tokens_.unexpected("an expression");
  if (!is_tuple) return std::move(items[0]);
  const int depth = depth_of(items);
  return make_expression(tokens_, line, depth, ListLiteral{std::move(items), true});
}

Result<ExpressionPtr> ExpressionParser::parse_parenthesis(int line) {
  if (tokens_.skip_operator(")")) return make_expression(tokens_, line, 0, ListLiteral{{}, true});
  TRIPOS_TRY(ExpressionPtr value, parse_tuple());
  TRIPOS_CHECK(tokens_.expect_operator(")"));
  return value;
}

Result<ExpressionPtr> ExpressionParser::parse_list(int line) {
  std::vector<ExpressionPtr> items;
  while (!tokens_.is_operator("]")) {
    if (!items.empty()) TRIPOS_CHECK(tokens_.expect_operator(","));
    if (tokens_.is_operator("]")) break;
    TRIPOS_TRY(ExpressionPtr item, parse());
    items.push_back(std::move(item));
  }
  tokens_.take();
  const int depth = depth_of(items);
  return make_expression(tokens_, line, depth, ListLiteral{std::move(items), false});
}

Result<ExpressionPtr> ExpressionParser::parse_dict(int line) {
  DictLiteral dict;
  int depth = 0;
  while (!tokens_.is_operator("}")) {
    if (!dict.items.empty()) TRIPOS_CHECK(tokens_.expect_operator(","));
    if (tokens_.is_operator("}")) break;
    TRIPOS_TRY(ExpressionPtr key, parse());
    TRIPOS_CHECK(tokens_.expect_operator(":"));
    TRIPOS_TRY(ExpressionPtr value, parse());
    depth = std::max({depth, key->depth, value->depth});
    dict.items.emplace_back(std::move(key), std::move(value));
  }
  tokens_.take();
  return make_expression(tokens_, line, depth, std::move(dict));
}

Result<ExpressionPtr> ExpressionParser::parse_postfix(ExpressionPtr value) {
  while (true) {
    if (tokens_.is_operator(".")) {
      TRIPOS_TRY(value, parse_dot(std::move(value)));
    } else if (tokens_.is_operator("[")) {
      TRIPOS_TRY(value, parse_subscript(std::move(value)));
    } else if (tokens_.is_operator("(")) {
      TRIPOS_TRY(value, parse_call(std::move(value)));
    } else {
      return value;
    }
  }
}

Result<ExpressionPtr> ExpressionParser::parse_dot(ExpressionPtr value) {
  const int line = tokens_.take().line;
  const int depth = value->depth;
  if (tokens_.is(Kind::kName)) {
    return make_expression(tokens_, line, depth, Attribute{std::move(value), tokens_.take().text});
  }
  if (!tokens_.is(Kind::kInteger)) return tokens_.unexpected("a name or number after \".\"");
  TRIPOS_TRY(ExpressionPtr index, parse_number());
  return make_expression(tokens_, line, depth, Item{std::move(value), std::move(index)});
}

Result<ExpressionPtr> ExpressionParser::parse_subscript(ExpressionPtr value) {
  const int line = tokens_.take().line;
  if (tokens_.is_operator(":")) return parse_slice(std::move(value), nullptr, line);
  TRIPOS_TRY(ExpressionPtr key, parse());
  if (tokens_.is_operator(":")) return parse_slice(std::move(value), std::move(key), line);
  TRIPOS_CHECK(tokens_.expect_operator("]"));
  const int depth = std::max(value->depth, key->depth);
  return make_expression(tokens_, line, depth, Item{std::move(value), std::move(key)});
}

Result<ExpressionPtr> ExpressionParser::parse_slice(ExpressionPtr value, ExpressionPtr start, int line) {
  tokens_.take();
  Slice slice{std::move(value), std::move(start), nullptr, nullptr};
  const auto at_end = [this] { return tokens_.is_operator("]") || tokens_.is_operator(":"); };
  if (!at_end()) {
    TRIPOS_TRY(slice.stop, parse());
  }
  if (tokens_.skip_operator(":") && !at_end()) {
    TRIPOS_TRY(slice.step, parse());
  }
  TRIPOS_CHECK(tokens_.expect_operator("]"));
  const int depth = std::max({jinja::depth_of(slice.object), jinja::depth_of(slice.start), jinja::depth_of(slice.stop),
                              jinja::depth_of(slice.step)});
  return make_expression(tokens_, line, depth, std::move(slice));
}

Result<ExpressionPtr> ExpressionParser::parse_filters(ExpressionPtr value) {
  while (true) {
    if (tokens_.skip_operator("|")) {
      TRIPOS_TRY(value, parse_filter(std::move(value)));
    } else if (tokens_.skip_name("is")) {
      TRIPOS_TRY(value, parse_test(std::move(value)));
    } else if (tokens_.is_operator("(")) {
      TRIPOS_TRY(value, parse_call(std::move(value)));
    } else {
      return value;
    }
  }
}

Result<ExpressionPtr> ExpressionParser::parse_block_filters() {
  ExpressionPtr filters;
  do {
    TRIPOS_TRY(filters, parse_filter(std::move(filters)));
  } while (tokens_.skip_operator("|"));
  return filters;
}

Result<ExpressionPtr> ExpressionParser::parse_filter(ExpressionPtr input) {
  const Token& token = tokens_.current();
  TRIPOS_CHECK(tokens_.take_name("the name of a filter"));
  const std::string& name = token.text;
  const int depth = jinja::depth_of(input);
  if ((name == "safe" || name == "escape" || name == "e") && input != nullptr && !tokens_.is_operator("(")) {
    return make_expression(tokens_, token.line, depth, Markup{std::move(input), name != "safe"});
  }
  const Function* function = find_filter(name);
  if (function == nullptr) return tokens_.failed(fmt::format("the filter \"{}\" is not supported", name));
  Application filter{std::move(input), function, {}};
  if (tokens_.is_operator("(")) {
    TRIPOS_TRY(filter.arguments, parse_arguments());
  }
  const int deepest = std::max(depth, depth_of(filter.arguments));
  return make_expression(tokens_, token.line, deepest, std::move(filter));
}

Result<ExpressionPtr> ExpressionParser::parse_test(ExpressionPtr input) {
  const Token& token = tokens_.current();
  const bool is_negated = tokens_.skip_name("not");
  TRIPOS_TRY(const std::string name, tokens_.take_name("the name of a test"));
  const Function* function = find_test(name);
  if (function == nullptr) return tokens_.failed(fmt::format("the test \"{}\" is not supported", name));
  Application test{std::move(input), function, {}};
  const Kind kind = tokens_.current().kind;
  const bool has_operand =
      (kind == Kind::kName && !tokens_.is_name("else") && !tokens_.is_name("or") && !tokens_.is_name("and")) ||
      kind == Kind::kString || kind == Kind::kInteger || kind == Kind::kFloat || tokens_.is_operator("[") ||
      tokens_.is_operator("{");
  if (tokens_.is_operator("(")) {
    TRIPOS_TRY(test.arguments, parse_arguments());
  } else if (has_operand) {
    if (tokens_.is_name("is")) return tokens_.failed("tests cannot be chained with \"is\"");
    TRIPOS_TRY(ExpressionPtr operand, parse_primary());
    TRIPOS_TRY(operand, parse_postfix(std::move(operand)));
    test.arguments.positional.push_back(std::move(operand));
  }
  const int depth = std::max(jinja::depth_of(test.input), depth_of(test.arguments));
  TRIPOS_TRY(ExpressionPtr value, make_expression(tokens_, token.line, depth, std::move(test)));
  if (!is_negated) return value;
  return make_expression(tokens_, token.line, depth + 1, Not{std::move(value)});
}

Result<ExpressionPtr> ExpressionParser::parse_call(ExpressionPtr callee) {
  const int line = tokens_.current().line;
  TRIPOS_TRY(ArgumentList arguments, parse_arguments());
  const int depth = std::max(callee->depth, depth_of(arguments));
  return make_expression(tokens_, line, depth, CallExpression{std::move(callee), std::move(arguments)});
}

Result<ArgumentList> ExpressionParser::parse_arguments() {
  TRIPOS_CHECK(tokens_.expect_operator("("));
  ArgumentList arguments;
  bool is_first = true;
  while (!tokens_.is_operator(")")) {
    if (!is_first) TRIPOS_CHECK(tokens_.expect_operator(","));
    is_first = false;
    if (tokens_.is_operator(")")) break;
    if (tokens_.is_operator("*") || tokens_.is_operator("**"))
      return tokens_.failed("* and ** in calls are not supported");
    const Token& next = tokens_.ahead(1);
    if (tokens_.is(Kind::kName) && next.kind == Kind::kOperator && next.text == "=") {
      std::string name = tokens_.take().text;
      tokens_.take();
      TRIPOS_TRY(ExpressionPtr value, parse());
      arguments.named.emplace_back(std::move(name), std::move(value));
    } else {
      if (!arguments.named.empty()) return tokens_.failed("a positional argument after a named one");
      TRIPOS_TRY(ExpressionPtr value, parse());
      arguments.positional.push_back(std::move(value));
    }
  }
  tokens_.take();
  return arguments;
}

}  // namespace tripos::moe::jinja
