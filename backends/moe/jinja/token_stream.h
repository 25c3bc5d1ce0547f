#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "backends/moe/jinja/lexer.h"
#include "harness/core/text.h"

namespace tripos::moe::jinja {

// The tokens of a template and a place among them.
class TokenStream {
 public:
  TokenStream(std::vector<Token> tokens, std::string_view name) : tokens_(std::move(tokens)), name_(name) {}

  const Token& current() const { return tokens_[at_]; }
  int line() const { return current().line; }
  // Returns the current token and goes on; stays at the end.
  const Token& take() {
    const Token& token = current();
    if (at_ + 1 < tokens_.size()) ++at_;
    return token;
  }
  bool is(Token::Kind kind) const { return current().kind == kind; }
  // Whether the current token, or the one behind it, is this operator or name.
  bool is(std::string_view word) const { return is_word(current(), word); }
  bool is_next(std::string_view word) const { return is_word(tokens_[std::min(at_ + 1, tokens_.size() - 1)], word); }
  bool skip(std::string_view word) { return is(word) && (take(), true); }

  Result<void> expect(Token::Kind kind, std::string_view what) {
    if (!is(kind)) return unexpected(what);
    take();
    return {};
  }
  Result<void> expect(std::string_view word) {
    if (!skip(word)) return unexpected(fmt::format("\"{}\"", word));
    return {};
  }
  Result<std::string> take_name(std::string_view what) {
    if (!is(Token::Kind::kName)) return unexpected(what);
    return take().text;
  }

  tl::unexpected<Error> failed_at(int line, std::string_view what) const { return refuse_at(name_, line, what); }
  tl::unexpected<Error> failed(std::string_view what) const { return failed_at(line(), what); }
  // The error that something stands here that should not.
  tl::unexpected<Error> unexpected(std::string_view expected) const {
    const std::string found = is(Token::Kind::kEnd)    ? "the end of the template"
                              : is(Token::Kind::kText) ? "text"
                                                       : fmt::format("\"{}\"", prefix_utf8(current().text, 40));
    return failed(fmt::format("expected {}, found {}", expected, found));
  }

 private:
  static bool is_word(const Token& token, std::string_view word) {
    return (token.kind == Token::Kind::kName || token.kind == Token::Kind::kOperator) && token.text == word;
  }

  std::vector<Token> tokens_;
  std::size_t at_ = 0;
  std::string_view name_;
};

}  // namespace tripos::moe::jinja
