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

template <std::size_t N>
bool contains(const std::array<std::string_view, N>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

constexpr std::array<std::string_view, 9> kText = {"text",   "mbox",       "textbf", "textit", "textrm",
                                                   "textsf", "textnormal", "emph",   "hbox"};
constexpr std::array<std::string_view, 17> kFonts = {
    "mathrm",     "mathbf", "mathit", "mathsf", "mathtt",       "mathcal", "mathscr",    "mathfrak",     "mathbb",
    "boldsymbol", "bm",     "bold",   "rm",     "operatorname", "mathop",  "mathnormal", "operatorname*"};
constexpr std::array<std::string_view, 6> kReals = {"all real number", "all real",     "real number",
                                                    "any real number", "all the real", "set of real number"};
struct Bracket {
  std::string_view open;
  std::string_view close;
  char open_sign;
};
constexpr Bracket kSignBrackets[] = {{"(", ")", '('}, {"[", "]", '['}, {"{", "}", '{'}, {"]", "[", '('}};

// A decimal as it is written: "1{,}234.5", "3.54e-07", "0.1\overline{6}".
Node number_from(std::string_view text) {
  std::string digits;
  std::string repeating;
  int decimals = -1;
  long exponent = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (is_digit(c)) {
      digits += c;
      if (decimals >= 0) ++decimals;
    } else if (c == '.') {
      decimals = 0;
    } else if (c == '\\' && i + 1 < text.size() && is_letter(text[i + 1])) {
      const std::size_t open = text.find('{', i);
      const bool braced = open != std::string_view::npos;
      repeating = braced ? text.substr(open + 1, text.size() - open - 2) : text.substr(text.size() - 1);
      break;
    } else if ((c | 32) == 'e') {
      const std::string_view power = text.substr(i + (text[i + 1] == '+' ? 2 : 1));
      exponent = std::stol(std::string(power));
      break;
    }
  }
  Node number;
  mpz_class scale;
  mpz_ui_pow_ui(scale.get_mpz_t(), 10, static_cast<unsigned long>(std::max(decimals, 0)));
  number.number = mpq_class(mpz_class(digits.empty() ? "0" : digits, 10), scale);
  if (!repeating.empty()) {
    mpz_class nines;
    mpz_ui_pow_ui(nines.get_mpz_t(), 10, repeating.size());
    number.number += mpq_class(mpz_class(repeating, 10), scale * (nines - 1));
  } else if (decimals > 0 || exponent < 0) {
    number.decimals = std::max(decimals, 0);
    number.digits = static_cast<int>(digits.size() - std::min(digits.find_first_not_of('0'), digits.size()));
  }
  if (exponent != 0) {
    mpz_class power;
    mpz_ui_pow_ui(power.get_mpz_t(), 10, static_cast<unsigned long>(std::abs(exponent)));
    if (exponent > 0) {
      number.number *= power;
    } else {
      number.number /= power;
    }
    if (number.decimals >= 0) number.decimals = std::max<int>(0, number.decimals - static_cast<int>(exponent));
  }
  number.number.canonicalize();
  return number;
}

constexpr long kMaxExponent = 4000;  // of "1e4000"

bool is_too_large(std::string_view number) {
  const std::size_t e = number.find_first_of("eE");
  if (number.find('\\') != std::string_view::npos || e == std::string_view::npos) return false;
  const std::string_view power = number.substr(e + 1);
  return std::stol(std::string(power.substr(power.starts_with('+') ? 1 : 0))) > kMaxExponent ||
         std::stol(std::string(power.substr(power.starts_with('+') ? 1 : 0))) < -kMaxExponent;
}

bool starts_with_digit(std::string_view text) { return !text.empty() && is_digit(text[0]); }

// "5", "{16}", "\\text{five}"
bool starts_base(std::string_view text) {
  constexpr std::size_t kLongest = 24;
  const std::string words = words_of(text.substr(0, kLongest));
  return starts_with_digit(words) || number_in_words(words).has_value();
}

// The "AB3" of "AB3_{16}" and "(AB3)_{16}"; empty where there is none.
std::string_view based_digits(std::string_view text) {
  const std::size_t begin = text.starts_with('(') ? 1 : 0;
  std::size_t end = begin;
  bool digit = false;
  while (end < text.size() && (is_digit(text[end]) || (text[end] >= 'A' && text[end] <= 'Z'))) {
    digit = digit || is_digit(text[end]);
    ++end;
  }
  const std::string_view close = begin == 1 ? ")_" : "_";
  const std::string_view behind = text.substr(end);
  if (!digit || !behind.starts_with(close) || !starts_base(behind.substr(close.size()))) return {};
  return text.substr(begin, end - begin);
}

// The length of what goes on for ever in "0.333...", "0.7373..." and "0.142857142857...": three times one digit, or
// twice the same digits at the end; 0 where nothing does.
std::size_t repeating_digits(std::string_view number) {
  const std::size_t point = number.find('.');
  if (point == std::string_view::npos || number.find_first_not_of("0123456789", point + 1) != std::string_view::npos) {
    return 0;
  }
  const std::string_view decimals = number.substr(point + 1);
  constexpr std::size_t kLongest = 60;
  for (std::size_t period = 1; period <= std::min(decimals.size() / 2, kLongest); ++period) {
    const std::size_t shown = period == 1 ? 3 : 2 * period;
    if (shown > decimals.size()) continue;
    const std::string_view tail = decimals.substr(decimals.size() - shown);
    if (tail.substr(period) == tail.substr(0, shown - period)) return period;
  }
  return 0;
}

// Letters, blanks and hyphens only.
bool is_plain(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return is_letter(c) || is_space(c) || c == '-'; });
}

}  // namespace

bool is_text_command(std::string_view command) { return contains(kText, command); }
bool is_font_command(std::string_view command) { return contains(kFonts, command); }

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
    const std::string_view rest = lexer_.text().substr(token.begin);
    if (const std::string_view digits = based_digits(rest); !digits.empty()) {
      lexer_.move_to(lexer_.text().find('_', token.begin) + 1);
      Node base = read_argument();
      return node(Kind::kBased, {std::move(base)}, digits);
    }
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

Node Parser::read_number() {
  const Token token = lexer_.take();
  if (is_too_large(token.text)) throw Unreadable{"a number is too large"};
  if (++nodes_ > kMaxNodes) throw Unreadable{"too many parts"};
  const auto repeating = [](std::string_view before, std::string_view digits) {
    return number_from(std::string(before) + "\\overline{" + std::string(digits) + "}");
  };
  const Token next = lexer_.peek();
  if (next.is_sign("...") || next.is_command("ldots") || next.is_command("dots")) {
    const std::size_t period = repeating_digits(token.text);
    if (period == 0) return number_from(token.text);
    lexer_.take();
    const std::size_t before = token.text.size() - period;
    return repeating(token.text.substr(0, before), token.text.substr(before));
  }
  if (token.text.ends_with('.') && next.is_sign("(") && next.begin == token.end) {  // "0.(73)"
    const std::string_view rest = lexer_.text().substr(next.end);
    const std::size_t end = std::min(rest.find_first_not_of("0123456789"), rest.size());
    if (end > 0 && rest.substr(end).starts_with(')')) {
      lexer_.move_to(next.end + end + 1);
      return repeating(token.text, rest.substr(0, end));
    }
  }
  return number_from(token.text);
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

Node Parser::read_word(bool* is_name) {
  const Token token = lexer_.peek();
  const std::string_view run = token.text;
  if (const auto function = function_named(run)) {
    lexer_.take();
    return read_function(*function);
  }
  if ((run == "negative" || run == "minus") && starts_with_digit(trim(lexer_.text().substr(token.end)))) {
    lexer_.take();
    return negated(scalar(read_factor()));
  }
  if (const auto constant = constant_named(run)) {
    lexer_.take();
    *is_name = run.size() == 1;
    return make_constant(*constant);
  }
  if (is_greek(run)) {
    lexer_.take();
    *is_name = true;
    return make_symbol(run);
  }
  if (const std::size_t known = known_prefix(run); known > 0) {
    lexer_.move_to(token.begin + known);
    if (const auto function = function_named(run.substr(0, known))) return read_function(*function);
    return make_constant("pi");
  }
  if ((run.size() >= 4 && run != "ABCD") || run == "DNE" || is_short_word(run) || !is_ascii(run)) return read_words();
  const std::string_view letter = run.substr(0, 1);
  if (run.size() == 1 && is_application(letter)) {
    lexer_.take();
    return read_application(letter);
  }
  lexer_.move_to(token.begin + 1);
  if (++nodes_ > kMaxNodes) throw Unreadable{"too many parts"};
  *is_name = true;
  if (const auto constant = constant_named(letter)) return make_constant(*constant);
  return make_symbol(letter);
}

// An item that is made of words alone.
Node Parser::read_words() {
  const std::size_t begin = lexer_.peek().begin;
  const std::string_view rest = lexer_.text().substr(begin);
  if (const auto number = number_in_words(words_of(rest)); number && number->rest.empty() && is_plain(rest)) {
    lexer_.move_to(begin + rest.size());  // "one hundred and one" is no list
    return make_number(number->value);
  }
  while (!ends_item()) {
    const Token token = lexer_.peek();
    const bool text = token.kind == Token::kCommand && is_text_command(token.text);
    if (token.kind != Token::kWord && !text && !token.is_sign("-") && !token.is_sign("'")) fail_here();
    lexer_.take();
    if (text) take_group_text();
  }
  std::string words = words_of(lexer_.text().substr(begin, lexer_.peek().begin - begin));
  if (words == "dne") words = words_of("does not exist");
  if (contains(kReals, words)) return node(Kind::kConstant, {}, "set R");
  const auto number = number_in_words(words);
  if (!number) return node(Kind::kText, {}, words);
  Node value = make_number(number->value);
  return number->rest.empty() ? value : node(Kind::kQuantity, {std::move(value)}, unit_spelling(number->rest));
}

Node Parser::read_text() {
  const std::size_t begin = lexer_.peek().begin;
  lexer_.take();
  const std::string text = take_group_text();
  const std::string_view content = trim(text);
  if (content.empty()) {
    bool is_name = false;
    return read_thing(&is_name);
  }
  if (const auto function = function_named(content)) return read_function(*function);
  const bool is_list =
      content.find(" and ") != std::string_view::npos || content.find(" or ") != std::string_view::npos;
  const bool formula = content.find_first_of("0123456789") != std::string_view::npos || content.size() == 1 ||
                       is_list || function_named(content) || constant_named(content);
  if (formula) {
    try {
      return read_part(content);
    } catch (const Unreadable&) {
      // words with a number among them
    }
  }
  lexer_.move_to(begin);
  return read_words();
}

Node Parser::read_font(std::string_view command, bool* is_name) {
  if (command == "mathbb" && lexer_.peek().kind == Token::kWord) {
    return node(Kind::kConstant, {}, "set " + read_script());
  }
  if (!lexer_.peek().is_sign("{")) return read_thing(is_name);
  const std::string content = take_group_text();
  const std::string_view name = trim(content);
  if (command == "mathbb") return node(Kind::kConstant, {}, "set " + std::string(name));
  if (const auto function = function_named(name)) return read_function(*function);
  const bool letters = std::all_of(name.begin(), name.end(), [](char c) { return is_letter(c); });
  if (letters && name.size() == 1) {
    *is_name = true;
    const bool vector = command == "mathbf" || command == "boldsymbol" || command == "bm";
    if (const auto constant = vector ? std::nullopt : constant_named(name)) return make_constant(*constant);
    return make_symbol(name);
  }
  if (letters && name.size() > 1 && command != "mathbf") return node(Kind::kText, {}, words_of(name));
  return read_part(name);
}

std::string Parser::read_script() {
  if (lexer_.peek().is_sign("{")) {
    std::string name;
    const std::string group = take_group_text();
    for (std::size_t i = 0; i < group.size(); ++i) {
      if (group[i] == '\\') {
        const std::size_t end = std::min(group.find_first_not_of("abcdefghijklmnopqrstuvwxyz", i + 1), group.size());
        const std::string_view command = std::string_view(group).substr(i + 1, end - i - 1);
        if (!is_text_command(command) && !is_font_command(command)) name += command;
        i = end - 1;
      } else if (!is_space(group[i]) && group[i] != '{' && group[i] != '}') {
        name += group[i];
      }
    }
    return name;
  }
  const Token token = lexer_.peek();
  if (token.kind == Token::kNumber || token.kind == Token::kCommand) {
    lexer_.take();
    return std::string(token.text);
  }
  if (token.kind != Token::kWord) fail_here();
  lexer_.move_to(token.begin + 1);
  return std::string(token.text.substr(0, 1));
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
