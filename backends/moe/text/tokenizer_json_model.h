#pragma once
// Parts of tokenizer.json: access with errors, and its "model" and "added_tokens".

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "backends/moe/text/tokenizer.h"
#include "harness/core/result.h"

namespace tripos::moe {

// Four times the largest vocabulary in use; bounds what a hostile id can allocate.
inline constexpr TokenId kMaxVocabulary = 1 << 20;

// A part of the document and its name for errors, e.g. "tokenizer.json: pre_tokenizer".
struct JsonPart {
  const nlohmann::json& value;
  std::string where;

  bool has(const char* key) const;     // there, and not null
  JsonPart at(const char* key) const;  // null if it is not there
  JsonPart at(std::size_t index) const;
  Result<std::string> text(const char* key) const;
  Result<bool> flag(const char* key, bool otherwise) const;
  tl::unexpected<Error> refuse(std::string_view what) const;
};

// Fills pieces, is_special, added tokens and bpe. `is_byte_level`: tokens are spelled in GPT-2's alphabet.
Result<void> read_vocabulary(const JsonPart& document, bool is_byte_level, Tokenizer::Parts& parts);

}  // namespace tripos::moe
