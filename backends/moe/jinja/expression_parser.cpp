#include "backends/moe/jinja/expression_parser.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "backends/moe/jinja/make_expression.h"

namespace tripos::moe::jinja {

using Kind = Token::Kind;

Result<ExpressionPtr> ExpressionParser::parse() {
  // Every way down into a nested expression leads through here or through parse_unary().
  const Nesting nesting(depth_);
  if (depth_ > kMaxSyntaxDepth) return too_deep(tokens_);
  return parse_condition();
}

Result<ExpressionPtr> ExpressionParser::parse_condition() {
  const int line = tokens_.current().line;
  TRIPOS_TRY(ExpressionPtr value, parse_or());
  while (tokens_.skip_name("if")) {
    TRIPOS_TRY(ExpressionPtr condition, parse_or());
    ExpressionPtr otherwise;
    if (tokens_.skip_name("else")) {
      TRIPOS_TRY(otherwise, parse());
    }
    const int depth = std::max({depth_of(value), depth_of(condition), depth_of(otherwise)});
    TRIPOS_TRY(value, make_expression(tokens_, line, depth,
                                      Conditional{std::move(condition), std::move(value), std::move(otherwise)}));
  }
  return value;
}

Result<ExpressionPtr> ExpressionParser::parse_or() {
  const int line = tokens_.current().line;
  TRIPOS_TRY(ExpressionPtr left, parse_and());
  while (tokens_.skip_name("or")) {
    TRIPOS_TRY(ExpressionPtr right, parse_and());
    const int depth = std::max(depth_of(left), depth_of(right));
    TRIPOS_TRY(left, make_expression(tokens_, line, depth, Logic{true, std::move(left), std::move(right)}));
  }
  return left;
}

Result<ExpressionPtr> ExpressionParser::parse_and() {
  const int line = tokens_.current().line;
  TRIPOS_TRY(ExpressionPtr left, parse_not());
  while (tokens_.skip_name("and")) {
    TRIPOS_TRY(ExpressionPtr right, parse_not());
    const int depth = std::max(depth_of(left), depth_of(right));
    TRIPOS_TRY(left, make_expression(tokens_, line, depth, Logic{false, std::move(left), std::move(right)}));
  }
  return left;
}

Result<ExpressionPtr> ExpressionParser::parse_not() {
  const int line = tokens_.current().line;
  int count = 0;
  while (tokens_.skip_name("not")) ++count;
  TRIPOS_TRY(ExpressionPtr value, parse_comparison());
  for (int i = 0; i < count; ++i) {
    const int depth = depth_of(value);
    TRIPOS_TRY(value, make_expression(tokens_, line, depth, Not{std::move(value)}));
  }
  return value;
}

std::optional<Relation> ExpressionParser::take_relation() {
  constexpr std::pair<std::string_view, Relation> kSigns[] = {
      {"==", Relation::kEqual},     {"!=", Relation::kNotEqual}, {"<", Relation::kLess},
      {"<=", Relation::kLessEqual}, {">", Relation::kGreater},   {">=", Relation::kGreaterEqual}};
  for (const auto& [sign, relation] : kSigns) {
    if (tokens_.skip_operator(sign)) return relation;
  }
  if (tokens_.skip_name("in")) return Relation::kIn;
  const Token& next = tokens_.ahead(1);
  if (!tokens_.is_name("not") || next.kind != Kind::kName || next.text != "in") return std::nullopt;
  tokens_.take();
  tokens_.take();
  return Relation::kNotIn;
}

Result<ExpressionPtr> ExpressionParser::parse_comparison() {
  const int line = tokens_.current().line;
  TRIPOS_TRY(ExpressionPtr first, parse_sum());
  int depth = depth_of(first);
  std::vector<std::pair<Relation, ExpressionPtr>> rest;
  while (const auto relation = take_relation()) {
    TRIPOS_TRY(ExpressionPtr value, parse_sum());
    depth = std::max(depth, depth_of(value));
    rest.emplace_back(*relation, std::move(value));
  }
  if (rest.empty()) return first;
  return make_expression(tokens_, line, depth, Comparison{std::move(first), std::move(rest)});
}

// left OP right OP ..., grouped from the left.
Result<ExpressionPtr> ExpressionParser::parse_chain(Rule operand,
                                                    std::initializer_list<std::pair<const char*, Operator>> operators) {
  const int line = tokens_.current().line;
  TRIPOS_TRY(ExpressionPtr left, (this->*operand)());
  while (true) {
    const auto found = std::find_if(operators.begin(), operators.end(),
                                    [this](const auto& row) { return tokens_.is_operator(row.first); });
    if (found == operators.end()) return left;
    tokens_.take();
    TRIPOS_TRY(ExpressionPtr right, (this->*operand)());
    const int depth = std::max(depth_of(left), depth_of(right));
    TRIPOS_TRY(left,
               make_expression(tokens_, line, depth, Arithmetic{found->second, std::move(left), std::move(right)}));
  }
}

Result<ExpressionPtr> ExpressionParser::parse_sum() {
  return parse_chain(&ExpressionParser::parse_concatenation, {{"+", Operator::kAdd}, {"-", Operator::kSubtract}});
}

Result<ExpressionPtr> ExpressionParser::parse_concatenation() {
  const int line = tokens_.current().line;
  TRIPOS_TRY(ExpressionPtr first, parse_product());
  if (!tokens_.is_operator("~")) return first;
  int depth = depth_of(first);
  std::vector<ExpressionPtr> parts;
  parts.push_back(std::move(first));
  while (tokens_.skip_operator("~")) {
    TRIPOS_TRY(ExpressionPtr part, parse_product());
    depth = std::max(depth, depth_of(part));
    parts.push_back(std::move(part));
  }
  return make_expression(tokens_, line, depth, Concatenation{std::move(parts)});
}

Result<ExpressionPtr> ExpressionParser::parse_product() {
  return parse_chain(
      &ExpressionParser::parse_power,
      {{"*", Operator::kMultiply}, {"/", Operator::kDivide}, {"//", Operator::kFloorDivide}, {"%", Operator::kModulo}});
}

Result<ExpressionPtr> ExpressionParser::parse_power() {
  return parse_chain(&ExpressionParser::parse_operand, {{"**", Operator::kPower}});
}

Result<ExpressionPtr> ExpressionParser::parse_operand() { return parse_unary(true); }

Result<ExpressionPtr> ExpressionParser::parse_unary(bool with_filters) {
  const Nesting nesting(depth_);
  if (depth_ > kMaxSyntaxDepth) return too_deep(tokens_);
  const int line = tokens_.current().line;
  ExpressionPtr value;
  if (tokens_.is_operator("-") || tokens_.is_operator("+")) {
    const bool is_minus = tokens_.take().text == "-";
    TRIPOS_TRY(ExpressionPtr operand, parse_unary(false));
    const int depth = depth_of(operand);
    TRIPOS_TRY(value, make_expression(tokens_, line, depth, Sign{is_minus, std::move(operand)}));
  } else {
    TRIPOS_TRY(value, parse_primary());
  }
  TRIPOS_TRY(value, parse_postfix(std::move(value)));
  if (!with_filters) return value;
  return parse_filters(std::move(value));
}

Result<ExpressionPtr> ExpressionParser::parse_primary() {
  const int line = tokens_.current().line;
  switch (tokens_.current().kind) {
    case Kind::kName:
      return parse_name();
    case Kind::kInteger:
    case Kind::kFloat:
      return parse_number();
    case Kind::kString: {
      std::string text = tokens_.take().text;
      while (tokens_.is(Kind::kString)) text += tokens_.take().text;
      return make_expression(tokens_, line, 0, Constant{make_text(std::move(text))});
    }
    default:
      break;
  }
  if (tokens_.skip_operator("(")) return parse_parenthesis(line);
  if (tokens_.skip_operator("[")) return parse_list(line);
  if (tokens_.skip_operator("{")) return parse_dict(line);
  return tokens_.unexpected("an expression");
}

Result<ExpressionPtr> ExpressionParser::parse_name() {
  // Special names of Jinja that would otherwise pass for undefined variables.
  constexpr std::string_view kUnsupported[] = {"self", "super", "varargs", "kwargs"};
  const Token& token = tokens_.current();
  const std::string& name = token.text;
  if (std::find(std::begin(kUnsupported), std::end(kUnsupported), name) != std::end(kUnsupported)) {
    return tokens_.failed(fmt::format("\"{}\" is not supported", name));
  }
  tokens_.take();
  if (name == "true" || name == "True") return make_expression(tokens_, token.line, 0, Constant{true});
  if (name == "false" || name == "False") return make_expression(tokens_, token.line, 0, Constant{false});
  if (name == "none" || name == "None") return make_expression(tokens_, token.line, 0, Constant{None{}});
  saw_caller = saw_caller || name == "caller";
  return make_expression(tokens_, token.line, 0, Name{name});
}

Result<ExpressionPtr> ExpressionParser::parse_number() {
  const Token& token = tokens_.current();
  const char* const end = token.text.data() + token.text.size();
  if (token.kind == Kind::kInteger) {
    std::int64_t number = 0;
    if (std::from_chars(token.text.data(), end, number).ptr != end || number < 0) {
      return tokens_.failed(fmt::format("not an integer of 64 bits: {}", token.text.substr(0, 40)));
    }
    tokens_.take();
    return make_expression(tokens_, token.line, 0, Constant{number});
  }
  double number = 0;
  if (std::from_chars(token.text.data(), end, number).ec != std::errc()) {
    return tokens_.failed(fmt::format("a float out of range: {}", token.text.substr(0, 40)));
  }
  tokens_.take();
  return make_expression(tokens_, token.line, 0, Constant{number});
}

}  // namespace tripos::moe::jinja
