#include "backends/moe/text/tokenizer_gguf.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <unordered_map>
#include <utility>

#include "backends/moe/text/byte_level.h"
#include "harness/core/text.h"

namespace tripos::moe {
namespace {

// llama_token_type in llama.cpp's include/llama.h.
enum TokenType : std::int32_t { kNormal = 1, kUnknown, kControl, kUserDefined, kUnused, kByte };

// The names of tokenizer.ggml.pre that we know. llama.cpp composes no text; the models' own tokenizers do.
struct NamedSplit {
  std::string_view name;
  std::string_view pattern;
  bool splits_digits;
  bool composes;
  bool prefers_whole_piece;
  bool adds_bos = false;  // where the file does not say
};
constexpr std::array kNamedSplits = {
    NamedSplit{"gpt-2", split_patterns::kGpt2, false, false, false},
    NamedSplit{"olmo", split_patterns::kGpt2, false, true, false},
    NamedSplit{"refact", split_patterns::kGpt2, true, false, false},
    NamedSplit{"smollm", split_patterns::kGpt2, true, false, false},
    NamedSplit{"starcoder", split_patterns::kGpt2, true, false, false},
    NamedSplit{"llama-bpe", split_patterns::kLlama3, false, false, true, true},
    NamedSplit{"qwen2", split_patterns::kQwen2, false, true, false},
    NamedSplit{"gpt-4o", split_patterns::kO200k, false, false, true},
    NamedSplit{"llama4", split_patterns::kO200k, false, false, true},
};

// A token is cut in two at each byte: bounds the work for a hostile one. Real ones have about 50 bytes at most.
constexpr std::size_t kMaxScoredBytes = 256;

constexpr std::size_t kMaxTokens = std::size_t{1} << 20;  // four times the largest vocabulary in use

class Reader {
 public:
  Reader(const GgufVocabulary& vocabulary, std::string_view where) : vocabulary_(vocabulary), where_(where) {}

  Result<Tokenizer> read() {
    TRIPOS_CHECK(check_sizes());
    if (vocabulary_.model == "gpt2") {
      TRIPOS_CHECK(read_byte_level());
    } else if (vocabulary_.model == "llama") {
      TRIPOS_CHECK(read_scored());
    } else {
      return refuse(
          fmt::format("tokenizer.ggml.model \"{}\" is not supported, only gpt2 and llama", vocabulary_.model));
    }
    if (vocabulary_.add_bos.value_or(adds_bos_)) {
      if (!vocabulary_.bos) return refuse("texts begin with a token, and tokenizer.ggml.bos_token_id is missing");
      parts_.prefix.push_back(*vocabulary_.bos);
    }
    return Tokenizer(std::move(parts_));
  }

 private:
  tl::unexpected<Error> refuse(std::string_view what, std::string hint = "") const {
    return fail(Error::Kind::kData, fmt::format("{}: {}", where_, what), std::move(hint));
  }

  TokenType type_of(TokenId id) const {
    const bool is_given = !vocabulary_.token_types.empty();
    return is_given ? static_cast<TokenType>(vocabulary_.token_types[static_cast<std::size_t>(id)]) : kNormal;
  }

  Result<void> check_sizes() const {
    const std::size_t count = vocabulary_.tokens.size();
    if (count == 0 || count > kMaxTokens) {
      return refuse(fmt::format("{} tokens; 1 to {} are supported", count, kMaxTokens));
    }
    if (!vocabulary_.token_types.empty() && vocabulary_.token_types.size() != count) {
      return refuse(fmt::format("{} token types for {} tokens", vocabulary_.token_types.size(), count));
    }
    for (const std::optional<TokenId> id : {vocabulary_.bos, vocabulary_.eos, vocabulary_.unknown}) {
      const bool is_valid = !id || (*id >= 0 && static_cast<std::size_t>(*id) < count);
      if (!is_valid) return refuse(fmt::format("special token id {} is outside the {} tokens", *id, count));
    }
    for (const std::int32_t type : vocabulary_.token_types) {
      if (type < kNormal || type > kByte) return refuse(fmt::format("token type {} is not one of 1 to 6", type));
    }
    for (std::size_t id = 0; id < count; ++id) {
      if (find_invalid_utf8(vocabulary_.tokens[id])) return refuse(fmt::format("token {} is not UTF-8", id));
    }
    return {};
  }

  // Sorts the tokens into added ones and those that text can become, and sets their pieces.
  Result<void> read_tokens(bool is_byte_level) {
    parts_.pieces = vocabulary_.tokens;
    parts_.is_special.resize(parts_.pieces.size());
    for (TokenId id = 0; id < static_cast<TokenId>(parts_.pieces.size()); ++id) {
      const std::string& token = vocabulary_.tokens[static_cast<std::size_t>(id)];
      const TokenType type = type_of(id);
      if (type == kControl || type == kUnknown || type == kUserDefined) {
        const bool is_special = type != kUserDefined;
        parts_.is_special[static_cast<std::size_t>(id)] = is_special;
        if (!token.empty() && !parts_.added.add({token, id, is_special})) {
          return refuse(fmt::format("special token \"{}\" occurs twice or is longer than {} bytes", token,
                                    AddedTokens::kMaxBytes));
        }
        continue;
      }
      TRIPOS_CHECK(is_byte_level ? add_byte_level(id, token) : add_scored(id, token));
    }
    return {};
  }

  Result<void> add_byte_level(TokenId id, const std::string& token) {
    const auto bytes = from_byte_level(token);
    if (!bytes) return {};  // no text becomes it
    if (!parts_.bpe.ids.emplace(*bytes, id).second) return refuse(fmt::format("token \"{}\" occurs twice", token));
    if (bytes->size() == 1) parts_.bpe.byte_ids[static_cast<unsigned char>((*bytes)[0])] = id;
    parts_.pieces[static_cast<std::size_t>(id)] = *bytes;
    return {};
  }

  Result<void> add_scored(TokenId id, const std::string& token) {
    std::string& piece = parts_.pieces[static_cast<std::size_t>(id)];
    if (const auto byte = from_byte_token(token); type_of(id) == kByte) {
      if (!byte) return refuse(fmt::format("byte token {} is \"{}\", not like <0x0A>", id, token));
      parts_.bpe.byte_ids[*byte] = id;
      piece = std::string(1, static_cast<char>(*byte));
      return {};
    }
    if (token.size() > kMaxScoredBytes)
      return refuse(fmt::format("token {} has more than {} bytes", id, kMaxScoredBytes));
    if (!parts_.bpe.ids.emplace(token, id).second) return refuse(fmt::format("token \"{}\" occurs twice", token));
    piece = replace_all(token, kMetaspace, " ");
    return {};
  }

  Result<void> read_byte_level() {
    const auto* split = std::find_if(kNamedSplits.begin(), kNamedSplits.end(),
                                     [&](const NamedSplit& named) { return named.name == vocabulary_.pre; });
    if (split == kNamedSplits.end()) {
      std::string known;
      for (const NamedSplit& named : kNamedSplits) known += fmt::format("{}{}", known.empty() ? "" : ", ", named.name);
      return refuse(fmt::format("tokenizer.ggml.pre \"{}\" is not known", vocabulary_.pre), "known are " + known);
    }
    if (split->splits_digits) TRIPOS_CHECK(parts_.pre_tokenizer.add(split_patterns::kDigit));
    TRIPOS_CHECK(parts_.pre_tokenizer.add(split->pattern));
    parts_.normalizer.composes = split->composes;
    parts_.bpe.prefers_whole_piece = split->prefers_whole_piece;
    adds_bos_ = split->adds_bos;
    TRIPOS_CHECK(read_tokens(true));
    return read_merges();
  }

  Result<void> read_merges() {
    const auto id_of = [&](std::string_view token) -> std::optional<TokenId> {
      const auto bytes = from_byte_level(token);
      const auto found = bytes ? parts_.bpe.ids.find(*bytes) : parts_.bpe.ids.end();
      return found == parts_.bpe.ids.end() ? std::nullopt : std::optional(found->second);
    };
    std::int32_t rank = 0;
    for (const std::string& merge : vocabulary_.merges) {
      const std::size_t space = std::min(merge.find(' '), merge.size());
      const std::string left = merge.substr(0, space);
      const std::string right = merge.substr(std::min(space + 1, merge.size()));
      const std::array ids = {id_of(left), id_of(right), id_of(left + right)};
      if (left.empty() || right.empty() || !ids[0] || !ids[1] || !ids[2]) {
        return refuse(fmt::format("merge {} (\"{}\") is not \"left right\" of known tokens", rank, merge));
      }
      parts_.bpe.merges.push_back({*ids[0], *ids[1], *ids[2], rank++});
    }
    return {};
  }

  Result<void> read_scored() {
    if (vocabulary_.scores.size() != vocabulary_.tokens.size()) {
      return refuse(fmt::format("{} scores for {} tokens", vocabulary_.scores.size(), vocabulary_.tokens.size()));
    }
    parts_.bpe.starts_with_characters = true;
    parts_.normalizer.marks_spaces = true;
    adds_bos_ = true;
    if (vocabulary_.add_space_prefix.value_or(true)) {
      parts_.normalizer.prefix = Normalizer::Prefix::kAlways;
      parts_.drops_first_space = true;
    }
    TRIPOS_CHECK(read_tokens(false));
    const auto& bytes = parts_.bpe.byte_ids;
    if (!std::all_of(bytes.begin(), bytes.end(), [](const auto& id) { return id.has_value(); })) {
      return refuse("a llama vocabulary needs all byte tokens <0x00> to <0xFF>");
    }
    return merge_by_score();
  }

  // SentencePiece merges any neighbours that make a token, the highest score first: each way to cut a token in two
  // other tokens is a merge, and tokens of one score share a rank.
  Result<void> merge_by_score() {
    std::vector<TokenId> order;
    for (const auto& [token, id] : parts_.bpe.ids) {
      if (!std::isfinite(score_of(id))) return refuse(fmt::format("the score of token {} is not a number", id));
      order.push_back(id);
    }
    std::sort(order.begin(), order.end(),
              [&](TokenId a, TokenId b) { return std::pair(-score_of(a), a) < std::pair(-score_of(b), b); });
    std::int32_t rank = 0;
    for (std::size_t i = 0; i < order.size(); ++i) {
      if (i > 0 && score_of(order[i]) != score_of(order[i - 1])) ++rank;
      add_cuts(order[i], rank);
    }
    return {};
  }

  void add_cuts(TokenId id, std::int32_t rank) {
    const std::string& token = vocabulary_.tokens[static_cast<std::size_t>(id)];
    for (std::size_t cut = 1; cut < token.size(); ++cut) {
      const auto left = parts_.bpe.ids.find(token.substr(0, cut));
      if (left == parts_.bpe.ids.end()) continue;
      const auto right = parts_.bpe.ids.find(token.substr(cut));
      if (right != parts_.bpe.ids.end()) parts_.bpe.merges.push_back({left->second, right->second, id, rank});
    }
  }

  float score_of(TokenId id) const { return vocabulary_.scores[static_cast<std::size_t>(id)]; }

  const GgufVocabulary& vocabulary_;
  std::string_view where_;
  Tokenizer::Parts parts_;
  bool adds_bos_ = false;  // where the file does not say
};

}  // namespace

Result<Tokenizer> make_gguf_tokenizer(const GgufVocabulary& vocabulary, std::string_view where) {
  return Reader(vocabulary, where).read();
}

}  // namespace tripos::moe
