#include <algorithm>
#include <utility>

#include "harness/core/text.h"
#include "scorers/latex/number_words.h"
#include "scorers/latex/parser.h"
#include "scorers/latex/spelling.h"
#include "scorers/latex/units.h"

namespace tripos::scorers {
namespace {

bool is_quantity(const Node& node, std::string_view unit) { return node.kind == Kind::kQuantity && node.name == unit; }

Node quantity(Node value, std::string_view unit) { return make_node(Kind::kQuantity, {std::move(value)}, unit); }

bool is_integer_literal(const Node& node) { return node.kind == Kind::kNumber && node.decimals < 0; }

// a/b below one, of two integers as written.
bool is_proper_fraction(const Node& node) {
  return node.kind == Kind::kDivide && is_integer_literal(node.children[0]) && is_integer_literal(node.children[1]) &&
         node.children[0].number > 0 && node.children[0].number < node.children[1].number;
}

// What a subscript belongs to: the name, also of "x^2_1".
Node* name_in(Node& thing) {
  Node& base = thing.kind == Kind::kPower ? thing.children[0] : thing;
  return base.kind == Kind::kSymbol || base.kind == Kind::kConstant ? &base : nullptr;
}

bool is_function_letter(char c) { return c == 'f' || c == 'g' || c == 'h'; }

bool is_ordinal_ending(std::string_view word) { return word == "st" || word == "nd" || word == "rd" || word == "th"; }

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

bool holds_number(const Node& node) {
  return is_number(node) || std::any_of(node.children.begin(), node.children.end(), holds_number);
}

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

Node Parser::read_sum() {
  std::vector<Node> terms;
  Node first;  // what stands before a plus-minus
  bool begun = false;
  std::string_view pending;  // "pm" or "mp"
  bool has_first = false;
  const auto close = [&] {
    // One unit for all of them, or none.
    if (terms.size() == 1) return std::move(terms[0]);
    const std::string unit = terms[0].kind == Kind::kQuantity ? terms[0].name : "";
    const bool shared = !unit.empty() && std::all_of(terms.begin(), terms.end(),
                                                     [&](const Node& term) { return is_quantity(term, unit); });
    std::vector<Node> scalars;
    for (Node& term : terms) {
      scalars.push_back(shared ? std::move(term.children[0]) : scalar(std::move(term)));
    }
    Node sum = node(Kind::kAdd, std::move(scalars));
    return shared ? quantity(std::move(sum), unit) : sum;
  };
  const auto apply_pending = [&] {
    if (pending.empty()) return;
    std::vector<Node> parts;
    if (has_first) parts.push_back(scalar(std::move(first)));
    parts.push_back(scalar(close()));
    Node both = node(Kind::kPlusMinus, std::move(parts), pending);
    terms.clear();
    terms.push_back(std::move(both));
  };
  while (true) {
    bool negative = false;
    bool signed_term = false;
    std::string_view plus_minus;
    while (true) {
      const Token& token = lexer_.peek();
      if (token.is_sign("+")) {
        lexer_.take();
        if (lexer_.peek().is_sign("/")) {  // "+/-"
          lexer_.take();
          if (!take_sign("-")) fail_here();
          plus_minus = "pm";
        }
      } else if (token.is_sign("-")) {
        lexer_.take();
        negative = !negative;
      } else if (token.is_command("pm") || token.is_command("mp")) {
        plus_minus = token.text;
        lexer_.take();
      } else {
        break;
      }
      signed_term = true;
    }
    if (begun && !signed_term) break;
    if (!plus_minus.empty()) {
      if (begun) {
        apply_pending();
        first = close();
        has_first = true;
        terms.clear();
      }
      pending = plus_minus;
    }
    begun = true;
    Node term = read_product();
    if (negative) term = negated(term.kind == Kind::kQuantity ? std::move(term) : scalar(std::move(term)));
    terms.push_back(std::move(term));
    if (!pending.empty()) {
      apply_pending();
      pending = {};
      has_first = false;
    }
  }
  return close();
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

Node Parser::read_product() {
  Node product;
  std::vector<Node> factors;
  std::string unit;  // of one of the factors
  const auto take_value = [&](Node factor) {
    if (factor.kind != Kind::kQuantity || factor.name == "%") return factor;
    if (!unit.empty()) fail_here();
    unit = factor.name;
    return Node(std::move(factor.children[0]));
  };
  const auto close = [&] {
    if (factors.size() == 1) return std::move(factors[0]);
    for (Node& factor : factors) factor = scalar(std::move(factor));
    return node(Kind::kMultiply, std::exchange(factors, {}));
  };
  bool after_number = lexer_.peek().kind == Token::kNumber;
  factors.push_back(read_signed_factor());
  if (after_number && is_integer_literal(factors[0])) {
    if (auto mixed = read_mixed(factors[0])) {
      factors[0] = std::move(*mixed);
      after_number = false;
    }
  }
  while (true) {
    const Token& token = lexer_.peek();
    if (factors.size() == 1 && stands_union(factors[0])) break;
    const bool is_cross = token.is(Token::kWord, "x") && after_number && token.spaced &&
                          lexer_.text().substr(token.end).starts_with(" 10^");  // "3 x 10^8"
    if (is_cross || token.is_sign("*") || token.is_command("cdot") || token.is_command("times") ||
        token.is_command("ast")) {
      lexer_.take();
      factors[0] = take_value(std::move(factors[0]));
      factors.push_back(take_value(read_signed_factor()));
      after_number = false;
    } else if (token.is_sign("/") || token.is_command("div")) {
      lexer_.take();
      factors[0] = take_value(std::move(factors[0]));
      Node dividend = scalar(close());
      factors.clear();
      factors.push_back(node(Kind::kDivide, {std::move(dividend), scalar(read_signed_factor())}));
      after_number = false;
    } else if (auto based = factors.size() == 1 ? read_base(factors[0]) : std::nullopt) {
      factors[0] = std::move(*based);
    } else if (starts_unit(factors[0])) {
      const std::size_t begin = token.begin;
      if (take_separator() != 0) {
        lexer_.move_to(begin);
        break;
      }
      Node value = read_unit(close());
      factors.clear();
      factors.push_back(std::move(value));
      break;
    } else if (token.kind == Token::kWord && is_unit_word(token.text) &&
               (after_number || factors.size() == 1 || std::any_of(factors.begin(), factors.end(), holds_number))) {
      const std::size_t begin = token.begin;
      Node value = factors.size() == 1 ? std::move(factors[0]) : close();
      Node copy = value;
      try {
        value = read_unit(std::move(value));
      } catch (const Unreadable&) {
        value = std::move(copy);
        lexer_.move_to(begin);
        if (!starts_factor()) throw;
        factors.assign(1, std::move(value));
        factors.push_back(take_value(read_factor()));
        continue;
      }
      factors.assign(1, std::move(value));
      break;
    } else if (starts_factor()) {
      // "12 34" is no product, "2^6 3^5" is.
      const bool number = token.kind == Token::kNumber;
      if (number && factors.back().kind == Kind::kNumber) fail_here();
      const bool is_long = token.text.size() >= 4 || !is_ascii(token.text);
      if (token.kind == Token::kWord && is_long && known_prefix(token.text) == 0 && !is_greek(token.text) &&
          !constant_named(token.text)) {
        Node value = read_unit(close());
        factors.assign(1, std::move(value));
        break;
      }
      factors[0] = take_value(std::move(factors[0]));
      factors.push_back(take_value(read_factor()));
      after_number = number;
    } else {
      break;
    }
  }
  Node result = factors.size() == 1 ? std::move(factors[0]) : close();
  return unit.empty() ? result : quantity(scalar(std::move(result)), unit);
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
