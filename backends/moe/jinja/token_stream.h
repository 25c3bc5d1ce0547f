#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "backends/moe/jinja/lexer.h"

namespace tripos::moe::jinja {

// The tokens of a template and a place among them.
class TokenStream {
 public:
  TokenStream(std::vector<Token> tokens, std::string_view name) : tokens_(std::move(tokens)), name_(name) {}

  const Token& current() const { return tokens_[at_]; }
  const Token& ahead(std::size_t count) const { return tokens_[std::min(at_ + count, tokens_.size() - 1)]; }
  // Returns the current token and goes on; stays at the end.
  const Token& take() {
    const Token& token = current();
    if (at_ + 1 < tokens_.size()) ++at_;
    return token;
  }
  bool is(Token::Kind kind) const { return current().kind == kind; }
  bool is_operator(std::string_view text) const { return is(Token::Kind::kOperator) && current().text == text; }
  bool is_name(std::string_view text) const { return is(Token::Kind::kName) && current().text == text; }
  bool skip_operator(std::string_view text) { return is_operator(text) && (take(), true); }
  bool skip_name(std::string_view text) { return is_name(text) && (take(), true); }

  Result<void> expect(Token::Kind kind, std::string_view what);
  Result<void> expect_operator(std::string_view text);
  Result<void> expect_name(std::string_view text);
  Result<std::string> take_name(std::string_view what);

  // The error that something stands here that should not.
  tl::unexpected<Error> unexpected(std::string_view expected) const;
  tl::unexpected<Error> failed(std::string_view what) const { return refuse_at(name_, current().line, what); }

 private:
  std::vector<Token> tokens_;
  std::size_t at_ = 0;
  std::string_view name_;
};

}  // namespace tripos::moe::jinja
