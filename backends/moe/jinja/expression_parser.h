#pragma once

#include <initializer_list>
#include <optional>

#include "backends/moe/jinja/syntax.h"
#include "backends/moe/jinja/token_stream.h"

namespace tripos::moe::jinja {

// Of expressions and of statements, each; also bounds what the interpreter nests within one macro.
inline constexpr int kMaxSyntaxDepth = 120;

// Reads expressions by the grammar of Jinja2's parser, one function a rule.
class ExpressionParser {
 public:
  explicit ExpressionParser(TokenStream& tokens) : tokens_(tokens) {}

  Result<ExpressionPtr> parse();
  // a, b, c without parentheses: a tuple, or the one expression. Takes no inline if when `with_if` is false.
  Result<ExpressionPtr> parse_tuple(bool with_if = true);
  // NAME(...)|NAME(...): the filters of a block, whose input is the block's text.
  Result<ExpressionPtr> parse_block_filters();
  // A value without filters where `with_filters` is false.
  Result<ExpressionPtr> parse_unary(bool with_filters);
  Result<ExpressionPtr> parse_primary();

  // True once the name `caller` was read; the parser of macros resets it.
  bool saw_caller = false;

 private:
  using Rule = Result<ExpressionPtr> (ExpressionParser::*)();

  Result<ExpressionPtr> parse_condition();
  Result<ExpressionPtr> parse_or();
  Result<ExpressionPtr> parse_and();
  Result<ExpressionPtr> parse_not();
  Result<ExpressionPtr> parse_comparison();
  std::optional<Relation> take_relation();
  Result<ExpressionPtr> parse_chain(Rule operand, std::initializer_list<std::pair<const char*, Operator>> operators);
  Result<ExpressionPtr> parse_sum();
  Result<ExpressionPtr> parse_concatenation();
  Result<ExpressionPtr> parse_product();
  Result<ExpressionPtr> parse_power();
  Result<ExpressionPtr> parse_operand();
  Result<ExpressionPtr> parse_name();
  Result<ExpressionPtr> parse_number();
  Result<ExpressionPtr> parse_parenthesis(int line);
  Result<ExpressionPtr> parse_list(int line);
  Result<ExpressionPtr> parse_dict(int line);
  Result<ExpressionPtr> parse_postfix(ExpressionPtr value);
  Result<ExpressionPtr> parse_dot(ExpressionPtr value);
  Result<ExpressionPtr> parse_subscript(ExpressionPtr value);
  Result<ExpressionPtr> parse_slice(ExpressionPtr value, ExpressionPtr start, int line);
  Result<ExpressionPtr> parse_filters(ExpressionPtr value);
  Result<ExpressionPtr> parse_filter(ExpressionPtr input);
  Result<ExpressionPtr> parse_test(ExpressionPtr input);
  Result<ExpressionPtr> parse_call(ExpressionPtr callee);
  Result<ArgumentList> parse_arguments();
  bool at_tuple_end() const;

  TokenStream& tokens_;
  int depth_ = 0;
};

}  // namespace tripos::moe::jinja
