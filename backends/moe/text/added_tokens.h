#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "backends/moe/text/bpe.h"

namespace tripos::moe {

struct AddedToken {
  std::string text;
  TokenId id = 0;
  bool is_special = false;  // a control token of the model, as opposed to a frequent text that was given an id
};

// Tokens that are found in a text before it is cut: the leftmost, and there the longest.
class AddedTokens {
 public:
  struct Found {
    std::size_t at = 0;
    const AddedToken* token = nullptr;
  };

  // Real ones have at most 60. Bounds the work at each byte of a text.
  static constexpr std::size_t kMaxBytes = 256;

  // False if its text is empty, too long or already there.
  bool add(AddedToken token);
  const AddedToken* by_text(std::string_view text) const;
  // The first one that starts at byte `from` or later.
  std::optional<Found> find(std::string_view text, std::size_t from) const;

 private:
  std::unordered_map<std::string, AddedToken> by_text_;
  // Lengths of the tokens that start with a byte, the longest first.
  std::map<char, std::set<std::size_t, std::greater<>>> lengths_;
};

}  // namespace tripos::moe
