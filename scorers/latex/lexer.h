#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace tripos::scorers {

struct Token {
  enum Kind {
    kEnd,
    kNumber,   // "12", "1,234", ".5", "1{,}000", "3.54e-07", "0.\overline{3}"
    kWord,     // a run of letters of any script: "x", "sin", "mx"
    kCommand,  // `text` without the backslash: "frac", "{", "\\"
    kSign,     // "+", "<=", "(", "..."
  };
  Kind kind = kEnd;
  std::string_view text;
  std::size_t begin = 0;
  std::size_t end = 0;
  bool spaced = false;  // white space in front of it

  bool is(Kind k, std::string_view t) const { return kind == k && text == t; }
  bool is_sign(std::string_view t) const { return is(kSign, t); }
  bool is_command(std::string_view t) const { return is(kCommand, t); }
};

// Tokens of a text in one spelling (spelling.h). Leaves out what only says how a formula looks: spaces, \left, \big,
// \displaystyle. `text` outlives the lexer.
class Lexer {
 public:
  Lexer(std::string_view text, bool thousands) : text_(text), thousands_(thousands) { advance(); }

  const Token& peek() const { return token_; }
  Token take() {
    const Token token = token_;
    advance();
    return token;
  }
  std::string_view text() const { return text_; }
  bool thousands() const { return thousands_; }
  void set_thousands(bool thousands) {  // reads the next token again
    thousands_ = thousands;
    move_to(token_.begin);
  }
  void move_to(std::size_t position) {  // what comes next is the token from there on
    position_ = position;
    advance();
  }

 private:
  void advance();
  void skip_blanks();
  std::string_view number_at(std::size_t begin) const;

  std::string_view text_;
  bool thousands_;
  std::size_t position_ = 0;  // behind token_
  Token token_;
};

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool starts_with_digit(std::string_view text) { return !text.empty() && is_digit(text[0]); }
constexpr bool is_letter(char c) { return (c | 32) >= 'a' && (c | 32) <= 'z'; }
inline bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return (c & 0x80) == 0; });
}
constexpr bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

// True for a command that only says how a formula looks: "left", "displaystyle", ",".
bool is_blank(std::string_view command);

// The text of a balanced group whose "{" stands at `begin`, without its braces; nothing where it is not closed.
std::string_view group_at(std::string_view text, std::size_t begin);

}  // namespace tripos::scorers
