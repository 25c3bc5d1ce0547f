#pragma once
// Nodes of expressions, made under the limit of nesting.

#include <fmt/format.h>

#include <utility>

#include "backends/moe/jinja/expression_parser.h"
#include "backends/moe/jinja/nesting.h"

namespace tripos::moe::jinja {

inline int depth_of(const ExpressionPtr& expression) { return expression == nullptr ? 0 : expression->depth; }

inline tl::unexpected<Error> too_deep(const TokenStream& tokens) {
  return tokens.failed(fmt::format("nested more than {} levels deep", kMaxSyntaxDepth));
}

// A node whose deepest child has `child_depth` levels.
template <typename Node>
Result<ExpressionPtr> make_expression(const TokenStream& tokens, int line, int child_depth, Node node) {
  if (child_depth >= kMaxSyntaxDepth) return too_deep(tokens);
  return std::make_unique<const Expression>(Expression{line, child_depth + 1, std::move(node)});
}

}  // namespace tripos::moe::jinja
