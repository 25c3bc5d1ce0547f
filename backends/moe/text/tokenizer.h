#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "backends/moe/text/added_tokens.h"
#include "backends/moe/text/bpe.h"
#include "backends/moe/text/normalizer.h"
#include "backends/moe/text/pre_tokenizer.h"

namespace tripos::moe {

// What encode() makes of the text of a special token, such as "<|im_end|>". Text from users and data sets is kAsText:
// nothing in it may end a turn.
enum class SpecialTokens { kAsText, kParsed };

enum class DecodedSpecials { kLeftOut, kKept };

// Text to the ids of a model's tokens and back. Never changed once made, so threads share it.
class Tokenizer {
 public:
  struct Parts {
    std::vector<std::string> pieces;      // bytes of each token, by id; empty for ids that stand for nothing
    AddedTokens added;                    // found in the text as given
    AddedTokens added_after_normalizing;  // found in the normalized text
    std::vector<bool> is_special;         // by id
    std::vector<TokenId> prefix;          // see prefix()
    Normalizer normalizer;
    PreTokenizer pre_tokenizer;
    Bpe::Parts bpe;
    bool drops_first_space = false;  // decoding undoes Normalizer::Prefix
  };

  explicit Tokenizer(Parts parts);

  // Ill-formed UTF-8 counts as U+FFFD, one for each maximal subpart (repair_utf8()). Adds no token of its own.
  std::vector<TokenId> encode(std::string_view text, SpecialTokens specials) const;

  // Text of a user's for a chat template: `mark`, which must not stand in it, is put into the text of each special
  // token, so that encode_marked() takes it for text.
  std::string mark_specials(std::string_view text, std::string_view mark) const;
  // encode() with special tokens parsed, but for those with a mark in them; all marks are left out.
  std::vector<TokenId> encode_marked(std::string_view text, std::string_view mark) const;

  // Bytes, which need not be whole characters. Ids outside the vocabulary stand for nothing.
  std::string decode(const std::vector<TokenId>& ids, DecodedSpecials specials) const;

  // Bytes that one token adds to a text, its special tokens kept; a space at the start of a text may be decode()'s to
  // drop.
  std::string_view piece(TokenId id) const;
  bool is_special(TokenId id) const;

  // Id of an added token by its text, e.g. "<|im_end|>".
  std::optional<TokenId> id_of(std::string_view added_token) const;

  // What the model's files put before a text that no chat template has rendered: a beginning-of-text token, or nothing.
  const std::vector<TokenId>& prefix() const { return prefix_; }

  std::size_t vocabulary_size() const { return pieces_.size(); }

 private:
  std::vector<TokenId> encode(std::string_view text, SpecialTokens specials, std::string_view mark) const;

  std::vector<std::string> pieces_;
  AddedTokens added_;
  AddedTokens added_after_normalizing_;
  std::vector<bool> is_special_;
  std::vector<TokenId> prefix_;
  Normalizer normalizer_;
  PreTokenizer pre_tokenizer_;
  Bpe bpe_;
  bool drops_first_space_;
};

}  // namespace tripos::moe
