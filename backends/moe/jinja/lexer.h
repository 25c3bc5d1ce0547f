#pragma once
// Splits a template into text and tags as Jinja2's lexer does with trim_blocks and lstrip_blocks on, and
// keep_trailing_newline off.

#include <string>
#include <string_view>
#include <vector>

#include "harness/core/result.h"

namespace tripos::moe::jinja {

struct Token {
  enum class Kind {
    kText,           // template text outside tags
    kVariableBegin,  // {{
    kVariableEnd,
    kBlockBegin,  // {%
    kBlockEnd,
    kName,
    kString,
    kInteger,
    kFloat,
    kOperator,
    kEnd
  };
  Kind kind;
  std::string text;  // as written; of a string its value, of a tag's ends without their signs
  int line;          // of its first character, from 1
};

inline constexpr std::size_t kMaxSourceBytes = std::size_t{1} << 20;

// The error (kData) "NAME:LINE: what".
tl::unexpected<Error> refuse_at(std::string_view name, int line, std::string_view what);

// Error (kData): "NAME:LINE: what is wrong". The last token is kEnd.
Result<std::vector<Token>> tokenize(std::string_view source, std::string_view name);

}  // namespace tripos::moe::jinja
