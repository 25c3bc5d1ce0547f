#include <algorithm>
#include <array>

#include "harness/core/text.h"
#include "scorers/latex/number_words.h"
#include "scorers/latex/parser.h"
#include "scorers/latex/spelling.h"
#include "scorers/latex/units.h"

namespace tripos::scorers {
namespace {

constexpr std::array<std::string_view, 9> kText = {"text",   "mbox",       "textbf", "textit", "textrm",
                                                   "textsf", "textnormal", "emph",   "hbox"};
constexpr std::array<std::string_view, 17> kFonts = {
    "mathrm",     "mathbf", "mathit", "mathsf", "mathtt",       "mathcal", "mathscr",    "mathfrak",     "mathbb",
    "boldsymbol", "bm",     "bold",   "rm",     "operatorname", "mathop",  "mathnormal", "operatorname*"};
constexpr std::array<std::string_view, 6> kReals = {"all real number", "all real",     "real number",
                                                    "any real number", "all the real", "set of real number"};

// Letters, blanks and hyphens only.
bool is_plain(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return is_letter(c) || is_space(c) || c == '-'; });
}

}  // namespace

bool is_text_command(std::string_view command) { return contains(kText, command); }
bool is_font_command(std::string_view command) { return contains(kFonts, command); }

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

}  // namespace tripos::scorers
