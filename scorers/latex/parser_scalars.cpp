#include <algorithm>
#include <utility>

#include "harness/core/text.h"
#include "scorers/latex/number_words.h"
#include "scorers/latex/parser.h"
#include "scorers/latex/spelling.h"
#include "scorers/latex/units.h"

namespace tripos::scorers {
namespace {

// What a subscript belongs to: the name, also of "x^2_1".
Node* name_in(Node& thing) {
  Node& base = thing.kind == Kind::kPower ? thing.children[0] : thing;
  return base.kind == Kind::kSymbol || base.kind == Kind::kConstant ? &base : nullptr;
}

bool is_function_letter(char c) { return c == 'f' || c == 'g' || c == 'h'; }

bool is_ordinal_ending(std::string_view word) { return word == "st" || word == "nd" || word == "rd" || word == "th"; }

}  // namespace

Node negated(Node node) {
  if (node.kind == Kind::kNumber) {
    node.number = -node.number;
    return node;
  }
  if (node.kind == Kind::kQuantity) return quantity(negated(std::move(node.children[0])), node.name);
  return make_node(Kind::kNegate, {std::move(node)});
}

// A percentage inside a formula is a hundredth, and degrees are an angle; a set of one value is that value.
Node Parser::scalar(Node value) const {
  if (value.kind == Kind::kSequence && value.children.size() == 1 && value.separator != ':') {
    return scalar(Node(value.children[0]));
  }
  if (is_quantity(value, "%")) return make_node(Kind::kDivide, {std::move(value.children[0]), make_number(100)});
  if (is_quantity(value, "degree")) {
    Node angle = make_node(Kind::kMultiply, {std::move(value.children[0]), make_constant("pi")});
    return make_node(Kind::kDivide, {std::move(angle), make_number(180)});
  }
  if (value.kind == Kind::kBased) {
    const Node& base = value.children[0];
    mpz_class digits;
    const bool valid = is_integer_literal(base) && base.number >= 2 && base.number <= 36 &&
                       digits.set_str(value.name, static_cast<int>(base.number.get_num().get_si())) == 0;
    if (valid) return make_number(mpq_class(digits));
  }
  if (!is_scalar(value) && value.kind != Kind::kMatrix) fail_here();
  return value;
}

Parser::Signs Parser::take_signs() {
  Signs signs;
  while (true) {
    const Token token = lexer_.peek();
    if (token.is_sign("+")) {
      lexer_.take();
      if (take_sign("/")) {  // "+/-"
        if (!take_sign("-")) fail_here();
        signs.plus_minus = "pm";
      }
    } else if (take_sign("-")) {
      signs.negative = !signs.negative;
    } else if (token.is_command("pm") || token.is_command("mp")) {
      signs.plus_minus = token.text;
      lexer_.take();
    } else {
      return signs;
    }
    signs.any = true;
  }
}

// The sum of terms: with one unit for all of them, or none.
Node Parser::added(std::vector<Node> terms) {
  if (terms.size() == 1) return std::move(terms[0]);
  const std::string unit = terms[0].kind == Kind::kQuantity ? terms[0].name : "";
  const bool shared = !unit.empty() && std::all_of(terms.begin(), terms.end(),
                                                   [&](const Node& term) { return is_quantity(term, unit); });
  for (Node& term : terms) term = shared ? Node(std::move(term.children[0])) : scalar(std::move(term));
  Node sum = node(Kind::kAdd, std::move(terms));
  return shared ? quantity(std::move(sum), unit) : sum;
}

Node Parser::read_sum() {
  std::vector<Node> terms;
  while (true) {
    const Signs signs = take_signs();
    if (!terms.empty() && !signs.any) return added(std::move(terms));
    Node term = read_product();
    if (signs.negative) term = negated(term.kind == Kind::kQuantity ? std::move(term) : scalar(std::move(term)));
    if (signs.plus_minus.empty()) {
      terms.push_back(std::move(term));
      continue;
    }
    std::vector<Node> parts;
    if (!terms.empty()) parts.push_back(scalar(added(std::move(terms))));
    parts.push_back(scalar(std::move(term)));
    terms.clear();
    terms.push_back(node(Kind::kPlusMinus, std::move(parts), signs.plus_minus));
  }
}

bool Parser::ends_integral() const {
  const Token& token = lexer_.peek();
  return differential_ && token.kind == Token::kWord && token.text.size() == 2 && token.text[0] == 'd';
}

bool Parser::starts_factor() {
  const Token& token = lexer_.peek();
  switch (token.kind) {
    case Token::kEnd:
      return false;
    case Token::kNumber:
      return true;
    case Token::kWord:
      return token.text != "and" && token.text != "or" && token.text != "in" && token.text != "mod" && !ends_integral();
    case Token::kSign:
      return (token.text == "(" && !stands_modulus()) || (token.text == "[" && !bracket_ends_) || token.text == "{" ||
             token.text == "..." || (token.text == "|" && !bar_ends_);
    case Token::kCommand:
      break;
  }
  static constexpr std::string_view kNoFactor[] = {
      "}",          "rbrace", "rangle", "rfloor", "rceil",   "rvert",      "rVert",
      "\\",         "cup",    "cap",    "bigcup", "bigcap",  "setminus",   "backslash",
      "pm",         "mp",     "cdot",   "times",  "div",     "ast",        "quad",
      "qquad",      "land",   "lor",    "wedge",  "vee",     "mid",        "colon",
      "pmod",       "bmod",   "mod",    "end",    "not",     "%",          "to",
      "rightarrow", "circ",   "over",   "choose", "implies", "Rightarrow", "Longrightarrow"};
  if (std::find(std::begin(kNoFactor), std::end(kNoFactor), token.text) != std::end(kNoFactor)) return false;
  if (bar_ends_ && (token.text == "vert" || token.text == "|")) return false;
  const std::size_t begin = token.begin;
  const bool relates = !take_relation_sign().empty();
  lexer_.move_to(begin);
  return !relates;
}

// A measure inside a product lends it its unit; two have none in common.
Node Parser::value_of(Product& product, Node factor) {
  if (factor.kind != Kind::kQuantity || factor.name == "%") return factor;
  if (!product.unit.empty()) fail_here();
  product.unit = factor.name;
  return std::move(factor.children[0]);
}

void Parser::multiply(Product& product, Node factor) {
  product.factors[0] = value_of(product, std::move(product.factors[0]));
  product.factors.push_back(value_of(product, std::move(factor)));
}

Node Parser::joined(Product& product) {
  if (product.factors.size() == 1) return std::move(product.factors[0]);
  for (Node& factor : product.factors) factor = scalar(std::move(factor));
  return node(Kind::kMultiply, std::exchange(product.factors, {}));
}

bool Parser::stands_times(const Product& product) const {
  const Token& token = lexer_.peek();
  const bool is_cross = token.is(Token::kWord, "x") && product.after_number && token.spaced &&
                        lexer_.text().substr(token.end).starts_with(" 10^");  // "3 x 10^8"
  return is_cross || token.is_sign("*") || token.is_command("cdot") || token.is_command("times") ||
         token.is_command("ast");
}

// A word that names a unit, behind a number: false where it turns out to be a factor, which is read.
bool Parser::take_unit(Product& product) {
  const std::size_t begin = lexer_.peek().begin;
  Node value = joined(product);
  product.factors.assign(1, value);
  try {
    product.factors[0] = read_unit(std::move(value));
    return true;
  } catch (const Unreadable&) {
    lexer_.move_to(begin);
    if (!starts_factor()) throw;
    product.factors.push_back(value_of(product, read_factor()));
    return false;
  }
}

bool Parser::read_juxtaposed(Product& product) {
  const Token token = lexer_.peek();
  // "12 34" is no product, "2^6 3^5" is.
  const bool is_number = token.kind == Token::kNumber;
  if (is_number && product.factors.back().kind == Kind::kNumber) fail_here();
  const bool is_long = token.text.size() >= 4 || !is_ascii(token.text);
  if (token.kind == Token::kWord && is_long && known_prefix(token.text) == 0 && !is_greek(token.text) &&
      !constant_named(token.text)) {
    product.factors.assign(1, read_unit(joined(product)));
    return false;
  }
  multiply(product, read_factor());
  product.after_number = is_number;
  return true;
}

bool Parser::read_more(Product& product) {
  std::vector<Node>& factors = product.factors;
  const Token token = lexer_.peek();
  const bool is_single = factors.size() == 1;
  if (is_single && stands_union(factors[0])) return false;
  if (stands_times(product)) {
    lexer_.take();
    multiply(product, read_signed_factor());
    product.after_number = false;
    return true;
  }
  if (token.is_sign("/") || token.is_command("div")) {
    lexer_.take();
    factors[0] = value_of(product, std::move(factors[0]));
    Node dividend = scalar(joined(product));
    factors.assign(1, node(Kind::kDivide, {std::move(dividend), scalar(read_signed_factor())}));
    product.after_number = false;
    return true;
  }
  if (auto based = is_single ? read_base(factors[0]) : std::nullopt) {
    factors[0] = std::move(*based);
    return true;
  }
  if (starts_unit(factors[0])) {
    const bool separated = take_separator() != 0;
    if (separated) {
      lexer_.move_to(token.begin);
    } else {
      factors.assign(1, read_unit(joined(product)));
    }
    return false;
  }
  const bool is_measured =
      product.after_number || is_single || std::any_of(factors.begin(), factors.end(), holds_number);
  if (token.kind == Token::kWord && is_unit_word(token.text) && is_measured) return !take_unit(product);
  return starts_factor() && read_juxtaposed(product);
}

Node Parser::read_product() {
  Product product;
  product.after_number = lexer_.peek().kind == Token::kNumber;
  product.factors.push_back(read_signed_factor());
  if (product.after_number && is_integer_literal(product.factors[0])) {
    if (auto mixed = read_mixed(product.factors[0])) {
      product.factors[0] = std::move(*mixed);
      product.after_number = false;
    }
  }
  while (read_more(product)) {
  }
  Node result = joined(product);
  return product.unit.empty() ? result : quantity(scalar(std::move(result)), product.unit);
}

Node Parser::read_signed_factor() {
  bool negative = false;
  while (lexer_.peek().is_sign("-") || lexer_.peek().is_sign("+")) negative ^= lexer_.take().text == "-";
  Node factor = read_factor();
  return negative ? negated(scalar(std::move(factor))) : factor;
}

Node Parser::read_factor() {
  if (++depth_ > kMaxDepth) throw Unreadable{"nested too deeply"};
  bool is_name = false;
  Node thing = read_thing(&is_name);
  thing = read_postfix(std::move(thing), is_name);
  --depth_;
  return thing;
}

Node Parser::read_exponent() {
  if (lexer_.peek().is_sign("{")) {
    lexer_.take();
    return scalar(read_group("}"));
  }
  bool negative = false;
  while (lexer_.peek().is_sign("-") || lexer_.peek().is_sign("+")) negative ^= lexer_.take().text == "-";
  if (++depth_ > kMaxDepth) throw Unreadable{"nested too deeply"};
  bool is_name = false;
  Node exponent = scalar(read_thing(&is_name));
  if (lexer_.peek().is_sign("^")) {
    lexer_.take();
    exponent = node(Kind::kPower, {std::move(exponent), read_exponent()});
  }
  --depth_;
  return negative ? negated(std::move(exponent)) : exponent;
}

// What stands behind the "^", which is taken: degrees, "th", a prime, the -1 of an inverse function, or an exponent.
Node Parser::read_raised(Node base, bool is_name) {
  const Token raised = lexer_.peek();
  const bool braced = raised.is_sign("{");
  const std::string_view group = braced ? trim(group_at(lexer_.text(), raised.begin)) : std::string_view();
  const auto take_raised = [&] {
    if (braced) {
      take_group_text();
    } else {
      lexer_.take();
    }
  };
  if (raised.is_command("circ") || raised.is_command("degree") || group == "\\circ" || group == "\\degree" ||
      group == "o") {
    take_raised();
    base = quantity(scalar(std::move(base)), "degree");
    if (const Token& scale = lexer_.peek(); scale.is(Token::kWord, "C") || scale.is(Token::kWord, "F")) {
      base.name += lexer_.take().text;
    }
    return base;
  }
  if (base.kind == Kind::kNumber && (is_ordinal_ending(words_of(group)) || raised.is(Token::kWord, "th"))) {
    take_raised();
    return base;
  }
  if (raised.is_command("prime") || group == "\\prime") {
    if (base.kind != Kind::kSymbol) fail_here();
    take_raised();
    base.name += "'";
    return base;
  }
  const bool inverts = is_name && base.kind == Kind::kSymbol && is_function_letter(base.name[0]) && group == "-1" &&
                       lexer_.text().substr(raised.begin + group.size() + 2).starts_with('(');
  if (inverts) {
    take_group_text();
    return read_application(base.name + "^-1");
  }
  return node(Kind::kPower, {scalar(std::move(base)), read_exponent()});
}

Node Parser::read_postfix(Node base, bool is_name) {
  while (true) {
    const Token token = lexer_.peek();
    if (token.is_sign("^")) {
      lexer_.take();
      base = read_raised(std::move(base), is_name);
    } else if (Node* const name = is_name && token.is_sign("_") ? name_in(base) : nullptr) {
      lexer_.take();
      name->kind = Kind::kSymbol;  // e_1 and i_k are no constants
      name->name += "_" + read_script();
    } else if (token.is_sign("!") && !lexer_.text().substr(token.end).starts_with('=')) {
      lexer_.take();
      const bool twice = lexer_.peek().is_sign("!") && !lexer_.peek().spaced;
      if (twice) lexer_.take();
      base = node(Kind::kCall, {scalar(std::move(base))}, twice ? "double_factorial" : "factorial");
    } else if (token.is_sign("'") && base.kind == Kind::kSymbol) {
      lexer_.take();
      base.name += "'";
      if (is_name && is_function_letter(base.name[0]) && lexer_.peek().is_sign("(")) base = read_application(base.name);
    } else if (token.kind == Token::kWord && !token.spaced && is_integer_literal(base) &&
               is_ordinal_ending(token.text)) {
      lexer_.take();
    } else if (token.is_sign("%") || token.is_command("%")) {
      lexer_.take();
      base = quantity(scalar(std::move(base)), "%");
    } else if (token.is_command("degree")) {
      lexer_.take();
      base = quantity(scalar(std::move(base)), "degree");
    } else {
      return base;
    }
  }
}

// What a function without brackets takes: "2\pi x" of "\sin 2\pi x \cos y".
Node Parser::read_argument_product() {
  std::vector<Node> factors;
  const Token& first = lexer_.peek();
  const bool bracketed = first.is_sign("(") || first.is_sign("[") || first.is_sign("{") || first.is_command("{") ||
                         first.is_command("lbrace") || first.is_sign("|") || first.is_command("lvert");
  if (bracketed) {
    if (++depth_ > kMaxDepth) throw Unreadable{"nested too deeply"};
    bool is_name = false;
    Node thing = read_thing(&is_name);
    --depth_;
    return thing;
  }
  factors.push_back(scalar(read_signed_factor()));
  while (starts_factor()) {
    const Token& token = lexer_.peek();
    const bool function = (token.kind == Token::kWord || token.kind == Token::kCommand) &&
                          (function_named(token.text) || (token.kind == Token::kWord && known_prefix(token.text) > 2));
    const bool words = token.kind == Token::kCommand && (is_text_command(token.text) || token.text == "left");
    const bool opens = token.is_sign("(") || token.is_sign("[") || token.is_command("{");
    if (function || words || opens || (token.kind == Token::kNumber && factors.back().kind == Kind::kNumber)) break;
    factors.push_back(scalar(read_factor()));
  }
  return factors.size() == 1 ? std::move(factors[0]) : node(Kind::kMultiply, std::move(factors));
}

}  // namespace tripos::scorers
