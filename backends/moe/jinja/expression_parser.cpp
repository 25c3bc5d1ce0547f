#include "backends/moe/jinja/expression_parser.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "harness/core/text.h"

namespace tripos::moe::jinja {
namespace {

using Kind = Token::Kind;

// From the loosest to the tightest.
enum Level : int { kOr, kAnd, kNot, kRelation, kSum, kConcatenation, kProduct, kUnary };

constexpr struct {
  std::string_view text;
  Level level;
  Operator op;
} kOperators[] = {
    {"or", kOr, Operator::kOr},
    {"and", kAnd, Operator::kAnd},
    {"==", kRelation, Operator::kEqual},
    {"!=", kRelation, Operator::kNotEqual},
    {"<", kRelation, Operator::kLess},
    {"<=", kRelation, Operator::kLessEqual},
    {">", kRelation, Operator::kGreater},
    {">=", kRelation, Operator::kGreaterEqual},
    {"in", kRelation, Operator::kIn},
    {"+", kSum, Operator::kAdd},
    {"-", kSum, Operator::kSubtract},
    {"~", kConcatenation, Operator::kConcatenate},
    {"*", kProduct, Operator::kMultiply},
    {"/", kProduct, Operator::kDivide},
    {"//", kProduct, Operator::kFloorDivide},
    {"%", kProduct, Operator::kModulo},
};

}  // namespace

tl::unexpected<Error> too_deep(const TokenStream& tokens) {
  return tokens.failed(fmt::format("nested more than {} levels deep", kMaxSyntaxDepth));
}

Result<ExpressionPtr> ExpressionParser::make_of(int line, decltype(Expression::node) node, Parts parts) {
  int depth = 1;
  for (const ExpressionPtr& part : parts) depth = std::max(depth, part == nullptr ? 0 : part->depth + 1);
  if (depth > kMaxSyntaxDepth) return too_deep(tokens_);
  return std::make_unique<const Expression>(Expression{line, depth, std::move(node), std::move(parts)});
}

template <typename Node, typename... Part>
Result<ExpressionPtr> ExpressionParser::make(int line, Node node, Part... parts) {
  Parts all;
  (all.push_back(std::move(parts)), ...);
  return make_of(line, std::move(node), std::move(all));
}

Result<ExpressionPtr> ExpressionParser::parse() {
  // Every way down into a nested expression leads through here, through parse_unary() or a "not".
  const Nesting nesting(depth_);
  if (depth_ > kMaxSyntaxDepth) return too_deep(tokens_);
  const int line = tokens_.line();
  TRIPOS_TRY(ExpressionPtr value, parse_binary(kOr));
  while (tokens_.skip("if")) {
    TRIPOS_TRY(ExpressionPtr condition, parse_binary(kOr));
    ExpressionPtr otherwise;
    if (tokens_.skip("else")) {
      TRIPOS_TRY(otherwise, parse());
    }
    TRIPOS_TRY(value, make(line, Conditional{}, std::move(condition), std::move(value), std::move(otherwise)));
  }
  return value;
}

Result<ExpressionPtr> ExpressionParser::parse_tuple(bool with_if) {
  const int line = tokens_.line();
  Parts items;
  bool is_tuple = false;
  while (!tokens_.is(Kind::kVariableEnd) && !tokens_.is(Kind::kBlockEnd) && !tokens_.is(")")) {
    TRIPOS_TRY(ExpressionPtr item, with_if ? parse() : parse_binary(kOr));
    items.push_back(std::move(item));
    if (!tokens_.skip(",")) break;
    is_tuple = true;
  }
  if (items.empty()) return tokens_.unexpected("an expression");
  if (!is_tuple) return std::move(items[0]);
  return make_of(line, ListLiteral{true}, std::move(items));
}

Result<ExpressionPtr> ExpressionParser::parse_block_text(bool with_filters) {
  TRIPOS_TRY(ExpressionPtr text, make(tokens_.line(), BlockText{}));
  if (!with_filters) return text;
  do {
    TRIPOS_TRY(text, parse_filter(std::move(text)));
  } while (tokens_.skip("|"));
  return text;
}

// Operands joined by the operators of `level` and of tighter ones, grouped from the left.
Result<ExpressionPtr> ExpressionParser::parse_binary(int level) {
  if (level == kUnary) return parse_unary(true);
  const int line = tokens_.line();
  if (level == kNot && tokens_.skip("not")) {
    const Nesting nesting(depth_);
    if (depth_ > kMaxSyntaxDepth) return too_deep(tokens_);
    TRIPOS_TRY(ExpressionPtr operand, parse_binary(kNot));
    return make(line, Not{}, std::move(operand));
  }
  TRIPOS_TRY(ExpressionPtr left, parse_binary(level + 1));
  for (bool is_first = true; const auto op = take_operator(level); is_first = false) {
    if (level == kRelation && !is_first) return tokens_.failed("chained comparisons are not supported");
    TRIPOS_TRY(ExpressionPtr right, parse_binary(level + 1));
    TRIPOS_TRY(left, make(line, Binary{*op}, std::move(left), std::move(right)));
  }
  return left;
}

std::optional<Operator> ExpressionParser::take_operator(int level) {
  if (level == kRelation && tokens_.is("not") && tokens_.is_next("in")) {
    tokens_.take();
    tokens_.take();
    return Operator::kNotIn;
  }
  for (const auto& [text, its_level, op] : kOperators) {
    if (its_level == level && tokens_.skip(text)) return op;
  }
  return std::nullopt;
}

Result<ExpressionPtr> ExpressionParser::parse_unary(bool with_filters) {
  const Nesting nesting(depth_);
  if (depth_ > kMaxSyntaxDepth) return too_deep(tokens_);
  const int line = tokens_.line();
  ExpressionPtr value;
  if (tokens_.skip("-")) {
    TRIPOS_TRY(ExpressionPtr operand, parse_unary(false));
    TRIPOS_TRY(value, make(line, Negative{}, std::move(operand)));
  } else {
    TRIPOS_TRY(value, parse_primary());
  }
  TRIPOS_TRY(value, parse_postfix(std::move(value)));
  while (with_filters && (tokens_.is("|") || tokens_.is("is"))) {
    const bool is_filter = tokens_.take().text == "|";
    TRIPOS_TRY(value, is_filter ? parse_filter(std::move(value)) : parse_test(std::move(value)));
  }
  return value;
}

Result<ExpressionPtr> ExpressionParser::parse_primary() {
  const int line = tokens_.line();
  if (tokens_.is(Kind::kName)) return parse_name();
  if (tokens_.is(Kind::kInteger) || tokens_.is(Kind::kFloat)) return parse_number();
  if (tokens_.is(Kind::kString)) {
    std::string text;
    while (tokens_.is(Kind::kString)) text += tokens_.take().text;
    return make(line, Constant{make_text(std::move(text))});
  }
  if (tokens_.skip("[")) return parse_items(line, false);
  if (tokens_.skip("{")) return parse_items(line, true);
  if (!tokens_.skip("(")) return tokens_.unexpected("an expression");
  if (tokens_.skip(")")) return make(line, ListLiteral{true});
  TRIPOS_TRY(ExpressionPtr value, parse_tuple());
  TRIPOS_CHECK(tokens_.expect(")"));
  return value;
}

Result<ExpressionPtr> ExpressionParser::parse_name() {
  const int line = tokens_.line();
  const std::string& name = tokens_.current().text;
  // Special names of Jinja that would otherwise pass for undefined variables.
  for (const std::string_view unsupported : {"self", "super", "varargs", "kwargs", "cycler", "joiner", "lipsum"}) {
    if (name == unsupported) return tokens_.failed(fmt::format("\"{}\" is not supported", name));
  }
  tokens_.take();
  if (name == "true" || name == "True") return make(line, Constant{true});
  if (name == "false" || name == "False") return make(line, Constant{false});
  if (name == "none" || name == "None") return make(line, Constant{None{}});
  saw_caller = saw_caller || name == "caller";
  if (name != "loop") return make(line, Name{name});
  TRIPOS_CHECK(tokens_.expect("."));
  TRIPOS_TRY(std::string attribute, tokens_.take_name("an attribute of the loop"));
  return make(line, LoopAttribute{std::move(attribute)});
}

Result<ExpressionPtr> ExpressionParser::parse_number() {
  const Token& token = tokens_.current();
  const char* const end = token.text.data() + token.text.size();
  std::int64_t integer = 0;
  double number = 0;
  const auto read = token.kind == Kind::kInteger ? std::from_chars(token.text.data(), end, integer)
                                                 : std::from_chars(token.text.data(), end, number);
  if (read.ec != std::errc()) return tokens_.failed(fmt::format("{:.40}... is beyond 64 bits", token.text));
  tokens_.take();
  return make(token.line, Constant{token.kind == Kind::kInteger ? Value(integer) : Value(number)});
}

// [a, b] or {a: b, c: d}, whose opening bracket was read.
Result<ExpressionPtr> ExpressionParser::parse_items(int line, bool is_dict) {
  const std::string_view end = is_dict ? "}" : "]";
  Parts items;
  while (!tokens_.skip(end)) {
    TRIPOS_TRY(ExpressionPtr item, parse());
    items.push_back(std::move(item));
    if (is_dict) {
      TRIPOS_CHECK(tokens_.expect(":"));
      TRIPOS_TRY(ExpressionPtr value, parse());
      items.push_back(std::move(value));
    }
    if (!tokens_.is(end)) TRIPOS_CHECK(tokens_.expect(","));
  }
  if (is_dict) return make_of(line, DictLiteral{}, std::move(items));
  return make_of(line, ListLiteral{false}, std::move(items));
}

Result<ExpressionPtr> ExpressionParser::parse_postfix(ExpressionPtr value) {
  while (true) {
    if (tokens_.is(".")) {
      TRIPOS_TRY(value, parse_dot(std::move(value)));
    } else if (tokens_.is("[")) {
      TRIPOS_TRY(value, parse_subscript(std::move(value)));
    } else if (tokens_.is("(")) {
      TRIPOS_TRY(value, parse_application(tokens_.line(), CallExpression{}, std::move(value)));
    } else {
      return value;
    }
  }
}

Result<ExpressionPtr> ExpressionParser::parse_dot(ExpressionPtr value) {
  const int line = tokens_.take().line;
  if (tokens_.is(Kind::kInteger)) {
    TRIPOS_TRY(ExpressionPtr index, parse_number());
    return make(line, Item{}, std::move(value), std::move(index));
  }
  TRIPOS_TRY(std::string name, tokens_.take_name("a name or number after \".\""));
  if (!tokens_.is("(")) return make(line, Attribute{std::move(name)}, std::move(value));
  return parse_application(line, MethodCall{std::move(name), {}}, std::move(value));
}

Result<ExpressionPtr> ExpressionParser::parse_subscript(ExpressionPtr value) {
  const int line = tokens_.take().line;
  ExpressionPtr bounds[3];
  int colons = 0;
  for (; colons < 3; ++colons) {
    if (!tokens_.is(":") && (colons == 0 || !tokens_.is("]"))) {
      TRIPOS_TRY(bounds[colons], parse());
    }
    if (colons == 2 || !tokens_.skip(":")) break;
  }
  TRIPOS_CHECK(tokens_.expect("]"));
  if (colons == 0) return make(line, Item{}, std::move(value), std::move(bounds[0]));
  return make(line, Slice{}, std::move(value), std::move(bounds[0]), std::move(bounds[1]), std::move(bounds[2]));
}

Result<ExpressionPtr> ExpressionParser::parse_filter(ExpressionPtr input) {
  const int line = tokens_.line();
  TRIPOS_TRY(const std::string name, tokens_.take_name("the name of a filter"));
  if (name == "safe" || name == "escape" || name == "e") {
    return make(line, MarkupFilter{name != "safe"}, std::move(input));
  }
  const Function* function = find_filter(name);
  if (function == nullptr) return tokens_.failed_at(line, fmt::format("the filter \"{}\" is not supported", name));
  return parse_application(line, Application{function, {}}, std::move(input));
}

Result<ExpressionPtr> ExpressionParser::parse_test(ExpressionPtr input) {
  const int line = tokens_.line();
  const bool is_negated = tokens_.skip("not");
  TRIPOS_TRY(const std::string name, tokens_.take_name("the name of a test"));
  const Function* function = find_test(name);
  if (function == nullptr) return tokens_.failed_at(line, fmt::format("the test \"{}\" is not supported", name));
  if (tokens_.is("is")) return tokens_.failed("tests cannot be chained with \"is\"");
  const bool is_followed = tokens_.is("else") || tokens_.is("or") || tokens_.is("and");
  const bool has_operand = (tokens_.is(Kind::kName) && !is_followed) || tokens_.is(Kind::kString) ||
                           tokens_.is(Kind::kInteger) || tokens_.is(Kind::kFloat) || tokens_.is("[") || tokens_.is("{");
  ExpressionPtr value;
  if (has_operand) {
    TRIPOS_TRY(ExpressionPtr operand, parse_primary());
    TRIPOS_TRY(operand, parse_postfix(std::move(operand)));
    TRIPOS_TRY(value, make(line, Application{function, {}}, std::move(input), std::move(operand)));
  } else {
    TRIPOS_TRY(value, parse_application(line, Application{function, {}}, std::move(input)));
  }
  if (!is_negated) return value;
  return make(line, Not{}, std::move(value));
}

template <typename Node>
Result<ExpressionPtr> ExpressionParser::parse_application(int line, Node node, ExpressionPtr input) {
  Parts parts;
  parts.push_back(std::move(input));
  const bool has_arguments = tokens_.skip("(");
  while (has_arguments && !tokens_.skip(")")) {
    if (tokens_.is("*") || tokens_.is("**")) return tokens_.failed("* and ** in calls are not supported");
    if (tokens_.is(Kind::kName) && tokens_.is_next("=")) {
      node.names.push_back(tokens_.take().text);
      tokens_.take();
    } else if (!node.names.empty()) {
      return tokens_.failed("a positional argument after a named one");
    }
    TRIPOS_TRY(ExpressionPtr value, parse());
    parts.push_back(std::move(value));
    if (!tokens_.is(")")) TRIPOS_CHECK(tokens_.expect(","));
  }
  return make_of(line, std::move(node), std::move(parts));
}

}  // namespace tripos::moe::jinja
