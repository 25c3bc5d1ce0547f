#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "harness/core/text.h"
#include "scorers/latex/parser.h"
#include "scorers/regex.h"

namespace tripos::scorers {
namespace {

constexpr std::array<std::string_view, 15> kAccents = {"vec",       "hat",
                                                       "bar",       "overline",
                                                       "tilde",     "dot",
                                                       "ddot",      "overrightarrow",
                                                       "widehat",   "widetilde",
                                                       "underline", "angle",
                                                       "triangle",  "overleftrightarrow",
                                                       "overarc"};
constexpr std::array<std::string_view, 7> kDots = {"ldots", "cdots", "dots", "dotsc", "dotsb", "vdots", "ddots"};
constexpr std::array<std::string_view, 12> kMatrices = {"matrix",  "pmatrix",  "bmatrix",  "Bmatrix",
                                                        "vmatrix", "Vmatrix",  "array",    "smallmatrix",
                                                        "matrix*", "pmatrix*", "bmatrix*", "psmallmatrix"};
constexpr std::array<std::string_view, 10> kLines = {"cases",   "align",    "align*",   "aligned",   "gather",
                                                     "gather*", "gathered", "equation", "equation*", "split"};
constexpr std::pair<std::string_view, std::string_view> kCurrencies[] = {
    {"$", "dollar"}, {"pounds", "pound"}, {"euro", "euro"}, {"yen", "yen"}, {"textdollar", "dollar"}};

std::string_view one_mark(std::string_view accent) {
  if (accent == "overrightarrow") return "vec";
  if (accent == "overline") return "bar";
  if (accent == "widehat") return "hat";
  return accent == "widetilde" ? "tilde" : accent;
}

// The unit vectors have many dresses: \hat{i}, \vec{i}, \hat{\imath} and \mathbf{i} are one.
Node accented(const std::string& mark, std::string_view letters) {
  const std::string_view letter = letters == "imath" ? "i" : letters == "jmath" ? "j" : letters;
  const bool is_unit_vector = (mark == "hat" || mark == "vec") && (letter == "i" || letter == "j" || letter == "k");
  return make_symbol(is_unit_vector ? std::string(letter) : fmt::format("{} {}", mark, letters));
}

}  // namespace

bool is_fraction_command(const Token& token) {
  constexpr std::array<std::string_view, 6> kFractions = {"frac", "dfrac", "tfrac", "cfrac", "nicefrac", "sfrac"};
  return token.kind == Token::kCommand && contains(kFractions, token.text);
}

Node Parser::read_command(bool* is_name) {
  const Token token = lexer_.peek();
  const std::string_view name = token.text;
  if (is_text_command(name)) return read_text();
  lexer_.take();
  if (is_font_command(name)) return read_font(name, is_name);
  if (is_fraction_command(token)) return read_fraction();
  if (name == "sqrt") return read_root();
  if (name == "binom" || name == "dbinom" || name == "tbinom") {
    Node upper = read_argument();
    return node(Kind::kCall, {std::move(upper), read_argument()}, "binomial");
  }
  if (const auto function = function_named(name)) return read_function(*function);
  if (const auto constant = constant_named(name)) return make_constant(*constant);
  if (is_greek(name)) {
    *is_name = true;
    return make_symbol(name.starts_with("var") ? name.substr(3) : name);
  }
  if (name == "{" || name == "lbrace") return read_group("\\}");
  if (name == "langle") return read_group("rangle");
  if (name == "lfloor") return read_bars("rfloor", "floor");
  if (name == "lceil") return read_bars("rceil", "ceil");
  if (name == "lvert") return read_bars("rvert", "abs");
  if (name == "vert") return read_bars("vert", "abs");
  if (name == "|") return read_bars("|", "norm");
  if (name == "lVert") return read_bars("rVert", "norm");
  if (name == "emptyset" || name == "varnothing") {
    Node empty = make_node(Kind::kSequence, {});
    empty.open = '{';
    empty.close = '}';
    return empty;
  }
  if (contains(kDots, name)) return make_symbol("...");
  if (name == "boxed" || name == "fbox" || name == "framebox") {
    return lexer_.peek().is_sign("{") ? read_part(take_group_text()) : read_thing(is_name);
  }
  if (name == "begin") return read_environment();
  if (name == "sum" || name == "prod") return read_big_operator(name == "sum" ? "sum" : "product");
  if (name == "int") return read_integral();
  if (name == "lim") return read_limit();
  if (contains(kAccents, name)) {
    const std::string mark(one_mark(name));
    *is_name = true;
    if (lexer_.peek().is_sign("{")) return accented(mark, read_script());
    if (lexer_.peek().is_command("imath") || lexer_.peek().is_command("jmath")) return accented(mark, read_script());
    const Token letters = lexer_.peek();
    if (letters.kind != Token::kWord) fail_here();
    lexer_.take();
    return accented(mark, letters.text);
  }
  if (name == "textcolor" || name == "color") {
    take_group_text();
    return read_thing(is_name);
  }
  for (const auto& [command, unit] : kCurrencies) {
    if (name == command) return node(Kind::kQuantity, {read_amount()}, unit);
  }
  lexer_.move_to(token.begin);
  fail_here();
}

// "5", "5\\frac12"
Node Parser::read_amount() {
  const bool is_literal = lexer_.peek().kind == Token::kNumber;
  Node amount = scalar(read_factor());
  auto mixed = is_literal && is_number(amount) && amount.decimals < 0 ? read_mixed(amount) : std::nullopt;
  return mixed ? scalar(std::move(*mixed)) : amount;
}

Node Parser::read_fraction() {
  Node numerator = read_argument();
  return node(Kind::kDivide, {std::move(numerator), read_argument()});
}

Node Parser::read_root() {
  if (lexer_.peek().is_sign("[")) {
    lexer_.take();
    Node degree = scalar(read_sum());
    expect("]");
    return node(Kind::kCall, {read_argument(), std::move(degree)}, "root");
  }
  return node(Kind::kCall, {read_argument()}, "sqrt");
}

Node Parser::read_function(std::string_view name) {
  if (name == "sqrt" && !lexer_.peek().is_sign("(")) return read_root();
  std::string function(name);
  Node base;
  bool has_base = false;
  Node power;
  bool has_power = false;
  while (lexer_.peek().is_sign("^") || lexer_.peek().is_sign("_")) {
    const bool raised = lexer_.take().text == "^";
    if (raised) {
      power = read_exponent();
      has_power = true;
    } else if (name == "log") {
      base = read_argument();
      has_base = true;
    } else {
      fail_here();
    }
  }
  if (has_power && power.kind == Kind::kNumber && power.number == -1) {
    if (const auto inverse = inverse_of(function)) {
      function = *inverse;
      has_power = false;
    }
  }
  Node argument = read_argument_product();
  const bool several = argument.kind == Kind::kSequence && argument.children.size() > 1 && argument.separator == ',';
  std::vector<Node> arguments;
  if (several) {
    for (Node& item : argument.children) arguments.push_back(scalar(std::move(item)));
  } else {
    arguments.push_back(scalar(std::move(argument)));
  }
  if (function == "log" && !several) arguments.push_back(has_base ? std::move(base) : make_number(10));
  if (function == "cbrt") {
    function = "root";
    arguments.push_back(make_number(3));
  }
  Node call = node(Kind::kCall, std::move(arguments), function);
  return has_power ? node(Kind::kPower, {std::move(call), std::move(power)}) : call;
}

Node Parser::read_big_operator(std::string_view name) {
  Node from;
  Node to;
  Node index;
  for (int i = 0; i < 2; ++i) {
    if (take_sign("_")) {
      if (!take_sign("{")) fail_here();
      Node start = read_group("}");
      if (start.kind != Kind::kRelation || start.name != "=") fail_here();
      index = std::move(start.children[0]);
      Node first = std::move(start.children[1]);
      from = std::move(first);
    } else if (take_sign("^")) {
      to = read_exponent();
    } else {
      fail_here();
    }
  }
  Node term = scalar(read_product());
  return node(Kind::kCall, {std::move(term), std::move(index), std::move(from), std::move(to)}, name);
}

Node Parser::read_integral() {
  std::vector<Node> limits;
  while (lexer_.peek().is_sign("_") || lexer_.peek().is_sign("^")) {
    const bool upper = lexer_.take().text == "^";
    Node limit = read_argument();
    limits.insert(upper ? limits.end() : limits.begin(), std::move(limit));
  }
  const bool differential = std::exchange(differential_, true);
  Node integrand = ends_integral() ? make_number(1) : scalar(read_sum());
  const Token end = lexer_.peek();
  if (!ends_integral()) fail_here();
  differential_ = differential;
  lexer_.take();
  std::vector<Node> arguments;
  arguments.push_back(std::move(integrand));
  arguments.push_back(make_symbol(end.text.substr(1)));
  for (Node& limit : limits) arguments.push_back(std::move(limit));
  return node(Kind::kCall, std::move(arguments), "integral");
}

Node Parser::read_limit() {
  if (!take_sign("_") || !take_sign("{")) fail_here();
  Node variable = scalar(read_sum());
  if (!take_command("to") && !take_command("rightarrow") && !take_sign("->")) fail_here();
  Node point = scalar(read_sum());
  expect("}");
  Node term = scalar(read_product());
  return node(Kind::kCall, {std::move(term), std::move(variable), std::move(point)}, "limit");
}

// Of "x &= 1 \\\\ y &= 2" each line; the "&" only says where they are lined up.
Node Parser::read_lines(const std::string& name) {
  const std::string end = "\\end{" + name + "}";
  const std::size_t begin = lexer_.peek().begin;
  const std::size_t length = lexer_.text().substr(begin).find(end);
  if (length == std::string_view::npos) throw Unreadable{"an environment is not closed"};
  std::string body(lexer_.text().substr(begin, length));
  if (body.find("\\begin") == std::string::npos) std::erase(body, '&');
  static const auto kGoesOn = known_pattern(R"(\\\\\s*=)");  // a line that begins with "=" goes on with the one before
  re2::RE2::GlobalReplace(&body, *kGoesOn, "=");
  lexer_.move_to(begin + length + end.size());
  Node lines = read_part(body);
  if (lines.kind == Kind::kSequence && lines.open == 0 && lines.separator == ',') lines.separator = 'a';
  return lines;
}

Node Parser::read_environment() {
  const std::string name = take_group_text();
  if (contains(kLines, name)) return read_lines(name);
  if (!contains(kMatrices, name)) fail_here();
  if (name == "array" && lexer_.peek().is_sign("{")) take_group_text();
  const bool rows = std::exchange(rows_, true);
  const bool bar = std::exchange(bar_ends_, false);
  const bool colon = std::exchange(colon_ends_, false);
  Node matrix = node(Kind::kMatrix, {});
  std::vector<Node> row;
  while (true) {
    const Token& token = lexer_.peek();
    if (token.is_sign("&")) {
      lexer_.take();
    } else if (token.is_command("\\") || token.is_command("end")) {
      const bool ends = lexer_.take().text == "end";
      if (!row.empty()) matrix.children.push_back(node(Kind::kSequence, std::exchange(row, {})));
      if (ends) break;
    } else {
      row.push_back(read_list());
    }
  }
  if (take_group_text() != name) fail_here();
  rows_ = rows;
  bar_ends_ = bar;
  colon_ends_ = colon;
  if (matrix.children.empty()) fail_here();
  const bool determinant = name == "vmatrix";
  return determinant ? node(Kind::kCall, {std::move(matrix)}, "det") : matrix;
}

}  // namespace tripos::scorers
