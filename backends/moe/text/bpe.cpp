#include "backends/moe/text/bpe.h"

#include <algorithm>
#include <queue>
#include <tuple>
#include <utility>

#include "backends/moe/text/byte_level.h"

namespace tripos::moe {
namespace {

constexpr std::size_t kNone = static_cast<std::size_t>(-1);

std::uint64_t key_of(TokenId left, TokenId right) {
  return std::uint64_t{static_cast<std::uint32_t>(left)} << 32 | static_cast<std::uint32_t>(right);
}

struct Candidate {
  std::int32_t rank;
  TokenId id;        // what the merge gives
  std::size_t left;  // symbol it starts at
};

struct IsLater {
  bool operator()(const Candidate& a, const Candidate& b) const {
    return std::tie(a.rank, a.left) > std::tie(b.rank, b.left);
  }
};

}  // namespace

// A link of the list of symbols. One that was merged into its left neighbour is no longer live.
struct Bpe::Symbol {
  TokenId id;
  std::size_t previous = kNone;
  std::size_t next = kNone;
  bool is_live = true;
};

Bpe::Bpe(Parts parts) : parts_(std::move(parts)) {
  merges_.reserve(parts_.merges.size());
  for (const Merge& merge : parts_.merges) merges_[key_of(merge.left, merge.right)] = {merge.rank, merge.result};
  parts_.merges = {};
}

std::size_t Bpe::encode(std::string_view piece, std::vector<TokenId>& ids) const {
  if (parts_.prefers_whole_piece) {
    if (const auto whole = parts_.ids.find(std::string(piece)); whole != parts_.ids.end()) {
      ids.push_back(whole->second);
      return 0;
    }
  }
  std::vector<Symbol> symbols = first_symbols(piece);
  const std::size_t weighed = merge_all(symbols);
  for (const Symbol& symbol : symbols) {
    if (symbol.is_live) ids.push_back(symbol.id);
  }
  return weighed;
}

std::vector<Bpe::Symbol> Bpe::first_symbols(std::string_view piece) const {
  std::vector<Symbol> symbols;
  symbols.reserve(piece.size());
  if (parts_.starts_with_characters) {
    while (!piece.empty()) {
      const std::string_view character = piece.substr(0, utf8_length(piece[0]));
      piece.remove_prefix(character.size());
      if (const auto found = parts_.ids.find(std::string(character)); found != parts_.ids.end()) {
        symbols.push_back({found->second});
      } else {
        add_bytes(character, symbols);
      }
    }
  } else {
    add_bytes(piece, symbols);
  }
  for (std::size_t i = 0; i < symbols.size(); ++i) {
    symbols[i].previous = i == 0 ? kNone : i - 1;
    symbols[i].next = i + 1 == symbols.size() ? kNone : i + 1;
  }
  return symbols;
}

void Bpe::add_bytes(std::string_view bytes, std::vector<Symbol>& symbols) const {
  bool after_unknown = false;
  for (const char c : bytes) {
    const std::optional<TokenId> id = parts_.byte_ids[static_cast<unsigned char>(c)];
    if (id) {
      symbols.push_back({*id});
    } else if (parts_.unknown && !(after_unknown && parts_.fuses_unknown)) {
      symbols.push_back({*parts_.unknown});
    }
    after_unknown = !id;
  }
}

const Bpe::MergeResult* Bpe::find_merge(TokenId left, TokenId right) const {
  const auto found = merges_.find(key_of(left, right));
  return found == merges_.end() ? nullptr : &found->second;
}

std::size_t Bpe::merge_all(std::vector<Symbol>& symbols) const {
  std::vector<Candidate> first;
  const auto candidate_at = [&](std::size_t left) -> std::optional<Candidate> {
    if (left == kNone || symbols[left].next == kNone) return std::nullopt;
    const MergeResult* merge = find_merge(symbols[left].id, symbols[symbols[left].next].id);
    if (merge == nullptr) return std::nullopt;
    return Candidate{merge->rank, merge->id, left};
  };
  for (std::size_t i = 0; i < symbols.size(); ++i) {
    if (const auto candidate = candidate_at(i)) first.push_back(*candidate);
  }
  std::priority_queue<Candidate, std::vector<Candidate>, IsLater> queue(IsLater{}, std::move(first));
  std::size_t weighed = 0;
  for (; !queue.empty(); ++weighed) {
    const Candidate best = queue.top();
    queue.pop();
    Symbol& left = symbols[best.left];
    // The symbols may have changed since the candidate was made; the same token at the same place is the same pair.
    const auto now = left.is_live ? candidate_at(best.left) : std::nullopt;
    if (!now || now->id != best.id) continue;
    Symbol& right = symbols[left.next];
    right.is_live = false;
    left.id = best.id;
    left.next = right.next;
    if (left.next != kNone) symbols[left.next].previous = best.left;
    for (const std::size_t at : {left.previous, best.left}) {
      if (const auto candidate = candidate_at(at)) queue.push(*candidate);
    }
  }
  return weighed;
}

}  // namespace tripos::moe
