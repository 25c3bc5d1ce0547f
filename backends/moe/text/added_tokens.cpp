#include "backends/moe/text/added_tokens.h"

#include <utility>

namespace tripos::moe {

bool AddedTokens::add(AddedToken token) {
  if (token.text.empty() || token.text.size() > kMaxBytes || by_text_.count(token.text) != 0) return false;
  lengths_[token.text[0]].insert(token.text.size());
  by_text_.emplace(token.text, std::move(token));
  return true;
}

const AddedToken* AddedTokens::by_text(std::string_view text) const {
  const auto found = by_text_.find(std::string(text));
  return found == by_text_.end() ? nullptr : &found->second;
}

std::optional<AddedTokens::Found> AddedTokens::find(std::string_view text, std::size_t from) const {
  if (by_text_.empty()) return std::nullopt;
  for (std::size_t at = from; at < text.size(); ++at) {
    const auto lengths = lengths_.find(text[at]);
    if (lengths == lengths_.end()) continue;
    for (const std::size_t length : lengths->second) {
      if (length > text.size() - at) continue;
      if (const AddedToken* token = by_text(text.substr(at, length))) return Found{at, token};
    }
  }
  return std::nullopt;
}

}  // namespace tripos::moe
