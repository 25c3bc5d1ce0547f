#pragma once
// The tokenizer that a GGUF file carries (keys tokenizer.ggml.*): byte-level BPE ("gpt2"), whose split patterns the
// file only names, and SentencePiece BPE with byte fallback ("llama"), whose merges follow from scores.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "backends/moe/text/tokenizer.h"
#include "harness/core/result.h"

namespace tripos::moe {

// The metadata as they stand in the file; lists are parallel to `tokens`.
struct GgufVocabulary {
  std::string model;                      // "gpt2" or "llama"
  std::string pre;                        // for "gpt2": which split pattern
  std::vector<std::string> tokens;        // by id
  std::vector<std::string> merges;        // "left right", best first
  std::vector<float> scores;              // for "llama"; the highest is merged first
  std::vector<std::int32_t> token_types;  // llama.cpp's llama_token_type; may be empty: all normal
  std::optional<TokenId> bos;
  std::optional<TokenId> eos;
  std::optional<TokenId> unknown;
  std::optional<bool> add_bos;  // missing: as llama.cpp has it, true for "llama" and for "gpt2" with "llama-bpe"
  std::optional<bool> add_space_prefix;  // for "llama"; missing: true
};

// `where` names the source in errors, e.g. the file's path. Bytes that a "gpt2" vocabulary lacks are left out, as
// llama.cpp leaves them out; `unknown` and `eos` are only checked.
Result<Tokenizer> make_gguf_tokenizer(const GgufVocabulary& vocabulary, std::string_view where);

}  // namespace tripos::moe
