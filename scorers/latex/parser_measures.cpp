#include <algorithm>

#include "harness/core/text.h"
#include "scorers/latex/number_words.h"
#include "scorers/latex/parser.h"
#include "scorers/latex/spelling.h"
#include "scorers/latex/units.h"

namespace tripos::scorers {
namespace {

// a/b below one, of two integers as written.
bool is_proper_fraction(const Node& node) {
  return node.kind == Kind::kDivide && is_integer_literal(node.children[0]) && is_integer_literal(node.children[1]) &&
         node.children[0].number > 0 && node.children[0].number < node.children[1].number;
}

// "1011 in base 2", "1011 base two"
std::optional<Node> in_base(const Node& value, std::string_view text) {
  std::string words = words_of(text);
  std::string_view base = words;
  if (base.starts_with("in ")) base.remove_prefix(3);
  if (!is_integer_literal(value) || !base.starts_with("base ")) return std::nullopt;
  base.remove_prefix(5);
  const auto named = number_in_words(base);
  const bool is_number = base.size() <= 2 && base.find_first_not_of("0123456789") == std::string_view::npos;
  if (!is_number && !(named && named->rest.empty())) return std::nullopt;
  return make_node(Kind::kBased, {make_number(is_number ? mpq_class(std::string(base), 10) : named->value)},
                   value.number.get_num().get_str());
}

}  // namespace

bool is_quantity(const Node& node, std::string_view unit) { return node.kind == Kind::kQuantity && node.name == unit; }

Node quantity(Node value, std::string_view unit) { return make_node(Kind::kQuantity, {std::move(value)}, unit); }

bool is_integer_literal(const Node& node) { return node.kind == Kind::kNumber && node.decimals < 0; }

bool holds_number(const Node& node) {
  return is_number(node) || std::any_of(node.children.begin(), node.children.end(), holds_number);
}

// "1\frac12", "1 1/2" and "33\frac13\%" behind the whole number; nothing where no proper fraction follows.
std::optional<Node> Parser::read_mixed(const Node& whole) {
  const Token next = lexer_.peek();
  Node fraction;
  if (is_fraction_command(next)) {
    fraction = read_factor();
  } else if (next.kind != Token::kNumber || !next.spaced) {
    return std::nullopt;
  } else {
    Node numerator = read_factor();
    if (take_sign("/") && lexer_.peek().kind == Token::kNumber) {
      Node denominator = read_factor();
      const bool measured = denominator.kind == Kind::kQuantity;
      const std::string unit = denominator.name;
      Node divisor = measured ? Node(denominator.children[0]) : std::move(denominator);
      fraction = node(Kind::kDivide, {std::move(numerator), std::move(divisor)});
      if (measured) fraction = quantity(std::move(fraction), unit);
    }
  }
  const bool measured = fraction.kind == Kind::kQuantity;
  const Node& part = measured ? fraction.children[0] : fraction;
  if (!is_proper_fraction(part)) {
    lexer_.move_to(next.begin);
    return std::nullopt;
  }
  Node mixed = node(Kind::kAdd, {whole, part});
  return measured ? quantity(std::move(mixed), fraction.name) : mixed;
}

// "(base 5)" behind digits
std::optional<Node> Parser::read_base(const Node& digits) {
  const Token open = lexer_.peek();
  const std::string_view rest = lexer_.text().substr(open.begin);
  const std::size_t close = rest.find(')');
  if (!rest.starts_with("(base ") || close == std::string_view::npos) return std::nullopt;
  auto based = in_base(digits, rest.substr(1, close - 1));
  if (based) lexer_.move_to(open.begin + close + 1);
  return based;
}

// Whether \\text comes next, or \\mathrm{cm} behind a number, or "m/s" behind one.
bool Parser::starts_unit(const Node& value) {
  const Token& token = lexer_.peek();
  if (token.kind == Token::kCommand && is_text_command(token.text)) return true;
  if (!holds_number(value)) return false;
  if (token.kind == Token::kCommand) {
    const std::string_view group = token.text == "mathrm" ? group_at(lexer_.text(), token.end) : "";
    const std::string unit = unit_spelling(group);
    return unit_named(unit) || is_unit_word(unit);
  }
  if (token.kind != Token::kWord || !token.spaced) return false;
  const std::string_view rest = lexer_.text().substr(token.begin);
  const std::string_view word = rest.substr(0, std::min(rest.find_first_of(" ,;)]}\\"), rest.size()));
  return word.find('/') != std::string_view::npos && unit_named(unit_spelling(word));
}

// Words behind a value up to the end of the item.
Node Parser::read_unit(Node value) {
  const std::size_t begin = lexer_.peek().begin;
  const auto words = [&] { return lexer_.text().substr(begin, lexer_.peek().begin - begin); };
  while (!ends_item()) {
    const Token token = lexer_.peek();
    const bool belongs = token.kind == Token::kWord || token.kind == Token::kNumber || token.is_sign("^") ||
                         token.is_sign("/") || token.is_sign("-") || token.is_sign(".") || token.is_command("cdot") ||
                         token.is_sign("{") || token.is_sign("'") ||
                         (token.kind == Token::kCommand && (is_text_command(token.text) || token.text == "mathrm"));
    if (!belongs) fail_here();
    const bool is_apart = token.spaced || lexer_.text()[token.begin - 1] == '}';  // "1 hour 30 minutes"
    if (token.kind == Token::kNumber && is_apart && unit_named(unit_spelling(words()))) break;
    lexer_.take();
    if (token.is_sign("{") || token.kind == Token::kCommand) {
      if (lexer_.text().substr(token.end).starts_with('{')) take_group_text();
      if (token.is_sign("{")) {
        lexer_.move_to(token.begin);
        take_group_text();
      }
    }
  }
  if (auto based = in_base(value, words())) return std::move(*based);
  const std::string named = words_of(words());
  if (const auto scale = holds_number(value) ? scale_in_words(named) : std::nullopt) {
    const std::string before = value.kind == Kind::kQuantity && value.name != "%" ? value.name : "";  // "\\$3 million"
    Node amount = before.empty() ? scalar(std::move(value)) : std::move(value.children[0]);
    Node scaled = node(Kind::kMultiply, {std::move(amount), make_number(scale->value)});
    if (is_prose(scale->rest)) throw Unreadable{"words among the formula"};
    const std::string behind = unit_spelling(scale->rest);
    if (!before.empty() && !behind.empty() && before != behind) fail_here();
    return before.empty() && behind.empty() ? scaled : quantity(std::move(scaled), before.empty() ? behind : before);
  }
  const std::string unit = unit_spelling(words());
  if (unit.empty()) return value;
  const bool measures = holds_number(value) || unit_named(unit) || is_unit_word(unit);
  if (value.kind != Kind::kText && (!measures || is_prose(words()))) throw Unreadable{"words among the formula"};
  if (value.kind == Kind::kQuantity) {  // "\$5 dollars"
    if (value.name != unit) fail_here();
    return value;
  }
  if (value.kind == Kind::kText) return value;
  Node measured = quantity(scalar(std::move(value)), unit);
  return lexer_.peek().kind == Token::kNumber && !ends_item() ? with_smaller_unit(std::move(measured)) : measured;
}

// "1 hour 30 minutes", "5 feet 3 inches": what follows is a part of the same measure.
Node Parser::with_smaller_unit(Node whole) {
  const Node part = read_product();
  const auto large = unit_named(whole.name);
  const auto small = part.kind == Kind::kQuantity ? unit_named(part.name) : std::nullopt;
  if (!large || !small || large->dimension != small->dimension || large->factor <= small->factor) fail_here();
  Node converted = node(Kind::kMultiply, {part.children[0], make_number(small->factor / large->factor)});
  return quantity(node(Kind::kAdd, {std::move(whole.children[0]), std::move(converted)}), whole.name);
}

}  // namespace tripos::scorers
