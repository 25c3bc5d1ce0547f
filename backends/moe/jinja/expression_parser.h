#pragma once

#include "backends/moe/jinja/syntax.h"
#include "backends/moe/jinja/token_stream.h"

namespace tripos::moe::jinja {

// Of expressions and of statements, each; also bounds what the interpreter nests within one macro.
inline constexpr int kMaxSyntaxDepth = 120;

// Counts a level of recursion while it lives.
class Nesting {
 public:
  explicit Nesting(int& depth) : depth_(depth) { ++depth_; }
  ~Nesting() { --depth_; }
  Nesting(const Nesting&) = delete;
  Nesting& operator=(const Nesting&) = delete;

 private:
  int& depth_;
};

tl::unexpected<Error> too_deep(const TokenStream& tokens);

// Reads expressions by the grammar of Jinja2's parser.
class ExpressionParser {
 public:
  explicit ExpressionParser(TokenStream& tokens) : tokens_(tokens) {}

  Result<ExpressionPtr> parse();
  // a, b, c without parentheses: a tuple, or the one expression. Takes no inline if when `with_if` is false.
  Result<ExpressionPtr> parse_tuple(bool with_if = true);
  // The text of a block, and the filters on it if `with_filters`: NAME(...)|NAME(...).
  Result<ExpressionPtr> parse_block_text(bool with_filters);

  // True once the name `caller` was read; the parser of macros resets it.
  bool saw_caller = false;

 private:
  using Parts = std::vector<ExpressionPtr>;

  Result<ExpressionPtr> parse_binary(int level);
  std::optional<Operator> take_operator(int level);
  Result<ExpressionPtr> parse_unary(bool with_filters);
  Result<ExpressionPtr> parse_primary();
  Result<ExpressionPtr> parse_name();
  Result<ExpressionPtr> parse_number();
  Result<ExpressionPtr> parse_items(int line, bool is_dict);
  Result<ExpressionPtr> parse_postfix(ExpressionPtr value);
  Result<ExpressionPtr> parse_dot(ExpressionPtr value);
  Result<ExpressionPtr> parse_subscript(ExpressionPtr value);
  Result<ExpressionPtr> parse_filter(ExpressionPtr input);
  Result<ExpressionPtr> parse_test(ExpressionPtr input);
  // A node that is applied to `input` and to the arguments in parentheses, if any follow.
  template <typename Node>
  Result<ExpressionPtr> parse_application(int line, Node node, ExpressionPtr input);
  // A node over its parts, under the limit of nesting.
  template <typename Node, typename... Part>
  Result<ExpressionPtr> make(int line, Node node, Part... parts);
  Result<ExpressionPtr> make_of(int line, decltype(Expression::node) node, Parts parts);

  TokenStream& tokens_;
  int depth_ = 0;
};

}  // namespace tripos::moe::jinja
