#pragma once
// Byte-pair encoding of one piece of text (Sennrich et al. 2016): the mergeable neighbours of the lowest rank, then the
// leftmost of them, are merged until none is left.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace tripos::moe {

using TokenId = std::int32_t;

struct Merge {
  TokenId left = 0;
  TokenId right = 0;
  TokenId result = 0;
  std::int32_t rank = 0;  // the lowest is merged first; merges may share one
};

class Bpe {
 public:
  struct Parts {
    std::unordered_map<std::string, TokenId> ids;  // bytes of the tokens that text can become
    std::vector<Merge> merges;                     // of a pair that occurs twice, the later counts
    std::array<std::optional<TokenId>, 256> byte_ids;
    // False: a piece starts as its bytes. True: as its UTF-8 characters, and as the bytes of those that `ids` lacks.
    bool starts_with_characters = false;
    bool prefers_whole_piece = false;  // a piece found in `ids` is that token, whatever the merges say
    std::optional<TokenId> unknown;    // stands for bytes without an id; without it they are left out
    bool fuses_unknown = false;        // one `unknown` for several such bytes in a row
  };

  explicit Bpe(Parts parts);

  // Appends the tokens of `piece`, and returns how many candidates for a merge were weighed: at most three times the
  // bytes, each at logarithmic cost. Well-formed UTF-8 if pieces start with characters.
  std::size_t encode(std::string_view piece, std::vector<TokenId>& ids) const;

 private:
  struct Symbol;
  struct MergeResult {
    std::int32_t rank = 0;
    TokenId id = 0;
  };

  std::vector<Symbol> first_symbols(std::string_view piece) const;
  void add_bytes(std::string_view bytes, std::vector<Symbol>& symbols) const;
  std::size_t merge_all(std::vector<Symbol>& symbols) const;
  const MergeResult* find_merge(TokenId left, TokenId right) const;

  Parts parts_;
  std::unordered_map<std::uint64_t, MergeResult> merges_;  // by left and right
};

}  // namespace tripos::moe
