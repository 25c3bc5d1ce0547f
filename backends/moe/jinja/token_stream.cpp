#include "backends/moe/jinja/token_stream.h"

#include <fmt/format.h>

#include "harness/core/text.h"

namespace tripos::moe::jinja {
namespace {

using Kind = Token::Kind;

std::string shown(const Token& token) {
  switch (token.kind) {
    case Kind::kText:
      return "text";
    case Kind::kVariableBegin:
      return "\"{{\"";
    case Kind::kVariableEnd:
      return "\"}}\"";
    case Kind::kBlockBegin:
      return "\"{%\"";
    case Kind::kBlockEnd:
      return "\"%}\"";
    case Kind::kEnd:
      return "the end of the template";
    default:
      return fmt::format("\"{}\"", prefix_utf8(token.text, 40));
  }
}

}  // namespace

tl::unexpected<Error> TokenStream::unexpected(std::string_view expected) const {
  return failed(fmt::format("expected {}, found {}", expected, shown(current())));
}

Result<void> TokenStream::expect(Kind kind, std::string_view what) {
  if (!is(kind)) return unexpected(what);
  take();
  return {};
}

Result<void> TokenStream::expect_operator(std::string_view text) {
  if (!skip_operator(text)) return unexpected(fmt::format("\"{}\"", text));
  return {};
}

Result<void> TokenStream::expect_name(std::string_view text) {
  if (!skip_name(text)) return unexpected(fmt::format("\"{}\"", text));
  return {};
}

Result<std::string> TokenStream::take_name(std::string_view what) {
  if (!is(Kind::kName)) return unexpected(what);
  return take().text;
}

}  // namespace tripos::moe::jinja
