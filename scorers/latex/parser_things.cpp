#include <algorithm>
#include <array>
#include <utility>

#include "harness/core/text.h"
#include "scorers/latex/number_words.h"
#include "scorers/latex/parser.h"
#include "scorers/latex/spelling.h"
#include "scorers/latex/units.h"

namespace tripos::scorers {
namespace {

struct Bracket {
  std::string_view open;
  std::string_view close;
  char open_sign;
};
constexpr Bracket kSignBrackets[] = {{"(", ")", '('}, {"[", "]", '['}, {"{", "}", '{'}, {"]", "[", '('}};

}  // namespace

void Parser::fail_here() const {
  const Token& token = lexer_.peek();
  throw Unreadable{token.kind == Token::kEnd
                       ? "the text ends where more is needed"
                       : "no reading of \"" + std::string(prefix_utf8(lexer_.text().substr(token.begin), 20)) + "\""};
}

Node Parser::node(Kind kind, std::vector<Node> children, std::string_view name) {
  if (++nodes_ > kMaxNodes) throw Unreadable{"too many parts"};
  return make_node(kind, std::move(children), name);
}

bool Parser::take_sign(std::string_view sign) {
  if (!lexer_.peek().is_sign(sign)) return false;
  lexer_.take();
  return true;
}

bool Parser::take_command(std::string_view command) {
  if (!lexer_.peek().is_command(command)) return false;
  lexer_.take();
  return true;
}

bool Parser::take_word(std::string_view word) {
  if (!lexer_.peek().is(Token::kWord, word)) return false;
  lexer_.take();
  return true;
}

bool Parser::stands_modulus() const {
  const std::string_view rest = lexer_.text().substr(lexer_.peek().begin);
  return rest.starts_with("(mod ") || rest.starts_with("(\\mod") || rest.starts_with("(\\bmod");
}

std::string Parser::take_group_text() {
  const std::size_t begin = lexer_.peek().begin;
  if (!lexer_.peek().is_sign("{")) fail_here();
  const std::string_view group = group_at(lexer_.text(), begin);
  const std::size_t end = begin + 1 + group.size();
  if (end >= lexer_.text().size() || lexer_.text()[end] != '}') throw Unreadable{"a brace is not closed"};
  lexer_.move_to(end + 1);
  return std::string(group);
}

Node Parser::read_part(std::string_view text) {
  if (depth_ + 1 > kMaxDepth) throw Unreadable{"nested too deeply"};
  Parser part(text, options_, depth_ + 1);
  part.nodes_ = nodes_;
  Node result = part.read_all();
  nodes_ = part.nodes_;
  return result;
}

Node Parser::read_thing(bool* is_name) {
  const Token token = lexer_.peek();
  if (token.kind == Token::kNumber || token.kind == Token::kWord || token.is_sign("(")) {
    if (auto based = read_based()) return std::move(*based);
  }
  if (token.kind == Token::kNumber) return read_number();
  if (token.kind == Token::kWord) return read_word(is_name);
  if (token.kind == Token::kCommand) return read_command(is_name);
  if (token.is_sign("|")) {
    lexer_.take();
    return read_bars("|", "abs");
  }
  if (token.is_sign("...")) {
    lexer_.take();
    return make_symbol("...");
  }
  for (const Bracket& bracket : kSignBrackets) {
    if (!token.is_sign(bracket.open)) continue;
    lexer_.take();
    return read_group(bracket.close);
  }
  fail_here();
}

bool Parser::is_application(std::string_view name) const {
  // f(x), and P(x) = ..., y(0) = ...
  const std::string_view rest = lexer_.text().substr(lexer_.peek().begin + name.size());
  if (!rest.starts_with('(')) return false;
  if (name == "f" || name == "g" || name == "h") return true;
  const std::size_t close = rest.find(')');
  if (close == std::string_view::npos || close > 16) return false;
  const std::string_view behind = trim(rest.substr(close + 1));
  const bool simple = rest.substr(1, close - 1).find_first_of("+-*/^([\\") == std::string_view::npos;
  return simple && behind.starts_with('=') && !behind.starts_with("==");
}

Node Parser::read_application(std::string_view name) {
  lexer_.take();  // "("
  const bool colon = std::exchange(colon_ends_, false);
  const bool bar = std::exchange(bar_ends_, false);
  Node list = read_list();
  expect(")");
  colon_ends_ = colon;
  bar_ends_ = bar;
  std::vector<Node> arguments;
  if (list.kind == Kind::kSequence && list.open == 0 && list.separator == ',') {
    for (Node& item : list.children) arguments.push_back(scalar(std::move(item)));
  } else {
    arguments.push_back(scalar(std::move(list)));
  }
  return node(Kind::kCall, std::move(arguments), name);
}

Node Parser::read_argument() {
  const Token token = lexer_.peek();
  if (token.kind == Token::kNumber && is_digit(token.text[0])) {
    lexer_.move_to(token.begin + 1);
    return number_from(token.text.substr(0, 1));
  }
  if (token.is_sign("{")) {
    lexer_.take();
    return scalar(read_group("}"));
  }
  bool is_name = false;
  if (++depth_ > kMaxDepth) throw Unreadable{"nested too deeply"};
  Node thing = scalar(read_thing(&is_name));
  --depth_;
  return thing;
}

void Parser::expect(std::string_view close) {
  const Token token = lexer_.peek();
  const bool command = close.size() > 1 || close == "\\{";
  if (command ? !token.is_command(close) : !token.is_sign(close)) fail_here();
  lexer_.take();
}

// What stands in brackets: the opening one is taken, `close` ends it. A half-open interval ends with the other kind.
Node Parser::read_group(std::string_view close) {
  const bool colon = std::exchange(colon_ends_, close == "\\}");
  const bool bar = std::exchange(bar_ends_, close == "\\}");
  const bool differential = std::exchange(differential_, false);
  const bool bracket = std::exchange(bracket_ends_, close == "[");
  const bool rows = rows_;
  const bool thousands = lexer_.thousands();
  if (close != "}") {
    rows_ = false;
    lexer_.set_thousands(false);
  }
  const bool is_set = close == "\\}" || close == "}";
  const auto closes = [&](const Token& token) {
    if (close == "\\}") return token.is_command("}") || token.is_command("rbrace") || token.is_sign("}");
    if (close == "}") return token.is_sign("}");
    if (close == "rangle") return token.is_command("rangle") || token.is_sign(">");
    return token.is_sign(")") || token.is_sign("]") || (close == "[" && token.is_sign("["));
  };
  Node content;
  bool empty = closes(lexer_.peek());
  if (!empty) content = close == "}" ? read_body() : read_list();
  if (close == "\\}" && (lexer_.peek().is_sign("|") || lexer_.peek().is_command("mid") || lexer_.peek().is_sign(":"))) {
    lexer_.take();
    Node condition = read_list();
    content = node(Kind::kSequence, {std::move(content), std::move(condition)});
    content.separator = '|';
  }
  const Token end = lexer_.peek();
  if (!closes(end)) fail_here();
  lexer_.set_thousands(thousands);
  lexer_.take();
  colon_ends_ = colon;
  bar_ends_ = bar;
  differential_ = differential;
  bracket_ends_ = bracket;
  rows_ = rows;
  if (empty && close != "\\}") fail_here();

  const char open_sign = is_set ? '{' : close == ")" || close == "[" ? '(' : close == "rangle" ? '<' : '[';
  const char close_sign = is_set ? '}' : close == "rangle" ? '>' : end.is_sign(")") || end.is_sign("[") ? ')' : ']';
  const bool straight = (open_sign == '(') == (close_sign == ')') || is_set || close == "rangle";
  const bool bare_list = content.kind == Kind::kSequence && content.open == 0 && content.separator != ':';
  if (!bare_list) {
    if (close != "\\}") {
      if (!straight) fail_here();
      return content;
    }
    std::vector<Node> items;
    if (!empty) items.push_back(std::move(content));
    content = node(Kind::kSequence, std::move(items));
  }
  if (content.separator == 'a' || content.separator == 'o') content.separator = ',';
  content.open = open_sign;
  content.close = close_sign;
  return content;
}

Node Parser::read_bars(std::string_view close, std::string_view function) {
  const bool bar = std::exchange(bar_ends_, true);
  Node inside = scalar(read_sum());
  bar_ends_ = bar;
  expect(close);
  return node(Kind::kCall, {std::move(inside)}, function);
}

}  // namespace tripos::scorers
