#include "backends/moe/text/tokenizer.h"

#include <functional>
#include <utility>

#include "harness/core/text.h"

namespace tripos::moe {
namespace {

// Appends the added tokens of `text` to `ids`, and calls `on_text(stretch)` for what stands between them.
void split_at_added(std::string_view text, const AddedTokens& added, SpecialTokens specials, std::vector<TokenId>& ids,
                    const std::function<void(std::string_view)>& on_text) {
  std::size_t start = 0;
  std::size_t from = 0;
  while (const auto found = added.find(text, from)) {
    from = found->at + found->token->text.size();
    if (found->token->is_special && specials == SpecialTokens::kAsText) continue;
    if (found->at > start) on_text(text.substr(start, found->at - start));
    ids.push_back(found->token->id);
    start = from;
  }
  if (start < text.size()) on_text(text.substr(start));
}

// With `mark` behind the first character of each special token, of overlapping ones too.
std::string marked(std::string_view text, const AddedTokens& added, std::string_view mark) {
  std::string out;
  std::size_t copied = 0;
  std::size_t from = 0;
  while (const auto found = added.find(text, from)) {
    from = found->at + 1;
    if (!found->token->is_special) continue;
    std::size_t end = from;
    while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) ++end;
    out.append(text.substr(copied, end - copied)).append(mark);
    copied = end;
  }
  return out.append(text.substr(copied));
}

}  // namespace

Tokenizer::Tokenizer(Parts parts)
    : pieces_(std::move(parts.pieces)),
      added_(std::move(parts.added)),
      added_after_normalizing_(std::move(parts.added_after_normalizing)),
      is_special_(std::move(parts.is_special)),
      prefix_(std::move(parts.prefix)),
      normalizer_(parts.normalizer),
      pre_tokenizer_(std::move(parts.pre_tokenizer)),
      bpe_(std::move(parts.bpe)),
      drops_first_space_(parts.drops_first_space) {}

std::vector<TokenId> Tokenizer::encode(std::string_view text, SpecialTokens specials) const {
  return encode(text, specials, "");
}

std::string Tokenizer::mark_specials(std::string_view text, std::string_view mark) const {
  return marked(marked(repair_utf8(text), added_, mark), added_after_normalizing_, mark);
}

std::vector<TokenId> Tokenizer::encode_marked(std::string_view text, std::string_view mark) const {
  return encode(text, SpecialTokens::kParsed, mark);
}

std::vector<TokenId> Tokenizer::encode(std::string_view text, SpecialTokens specials, std::string_view mark) const {
  std::vector<TokenId> ids;
  const std::string repaired = repair_utf8(text);
  split_at_added(repaired, added_, specials, ids, [&](std::string_view stretch) {
    const std::string normal = normalizer_.apply(stretch, stretch.data() == repaired.data());
    split_at_added(normal, added_after_normalizing_, specials, ids, [&](std::string_view plain) {
      const std::string unmarked = mark.empty() ? std::string(plain) : replace_all(plain, mark, "");
      for (const std::string_view piece : pre_tokenizer_.split(unmarked)) bpe_.encode(piece, ids);
    });
  });
  return ids;
}

std::string Tokenizer::decode(const std::vector<TokenId>& ids, DecodedSpecials specials) const {
  std::string text;
  for (const TokenId id : ids) {
    if (specials == DecodedSpecials::kKept || !is_special(id)) text += piece(id);
  }
  if (drops_first_space_ && text.starts_with(' ')) text.erase(0, 1);
  return text;
}

std::string_view Tokenizer::piece(TokenId id) const {
  if (id < 0 || static_cast<std::size_t>(id) >= pieces_.size()) return {};
  return pieces_[static_cast<std::size_t>(id)];
}

bool Tokenizer::is_special(TokenId id) const {
  return id >= 0 && static_cast<std::size_t>(id) < is_special_.size() && is_special_[static_cast<std::size_t>(id)];
}

std::optional<TokenId> Tokenizer::id_of(std::string_view added_token) const {
  for (const AddedTokens* tokens : {&added_, &added_after_normalizing_}) {
    if (const AddedToken* token = tokens->by_text(added_token)) return token->id;
  }
  return std::nullopt;
}

}  // namespace tripos::moe
