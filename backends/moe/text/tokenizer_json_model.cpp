#include "backends/moe/text/tokenizer_json_model.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <unordered_map>
#include <utility>

#include "backends/moe/text/byte_level.h"
#include "harness/core/text.h"

namespace tripos::moe {

using nlohmann::json;

bool JsonPart::has(const char* key) const { return !at(key).value.is_null(); }

JsonPart JsonPart::at(const char* key) const {
  static const json kNull;
  const std::string name = fmt::format("{}.{}", where, key);
  if (!value.is_object()) return {kNull, name};
  const auto found = value.find(key);
  return {found == value.end() ? kNull : *found, name};
}

JsonPart JsonPart::at(std::size_t index) const { return {value[index], fmt::format("{}[{}]", where, index)}; }

Result<std::string> JsonPart::text(const char* key) const {
  const JsonPart part = at(key);
  if (!part.value.is_string()) return part.refuse("must be a text");
  return part.value.get<std::string>();
}

Result<bool> JsonPart::flag(const char* key, bool otherwise) const {
  const JsonPart part = at(key);
  if (part.value.is_null()) return otherwise;
  if (!part.value.is_boolean()) return part.refuse("must be true or false");
  return part.value.get<bool>();
}

tl::unexpected<Error> JsonPart::refuse(std::string_view what) const {
  return fail(Error::Kind::kData, fmt::format("{}: {}", where, what));
}

namespace {

using Ids = std::unordered_map<std::string, TokenId>;  // by the token as the file spells it

Result<TokenId> read_id(const json& value, const JsonPart& part, std::string_view token) {
  const bool is_valid = value.is_number_unsigned() && value.get<std::uint64_t>() < std::uint64_t{kMaxVocabulary};
  if (!is_valid) {
    return part.refuse(fmt::format("the id of token \"{}\" is not one of 0..{}", token, kMaxVocabulary - 1));
  }
  return value.get<TokenId>();
}

// Makes `id` stand for `piece`.
void set_piece(TokenId id, std::string piece, Tokenizer::Parts& parts) {
  const auto index = static_cast<std::size_t>(id);
  if (index >= parts.pieces.size()) {
    parts.pieces.resize(index + 1);
    parts.is_special.resize(index + 1);
  }
  parts.pieces[index] = std::move(piece);
}

std::string piece_of(const std::string& token, bool is_byte_level) {
  if (is_byte_level) return from_byte_level(token).value_or(token);
  if (const auto byte = from_byte_token(token)) return std::string(1, static_cast<char>(*byte));
  return replace_all(token, kMetaspace, " ");
}

Result<Ids> read_tokens(const JsonPart& model, bool is_byte_level, Tokenizer::Parts& parts) {
  const JsonPart vocab = model.at("vocab");
  if (!vocab.value.is_object() || vocab.value.empty()) return vocab.refuse("must be an object with tokens");
  Ids ids;
  ids.reserve(vocab.value.size());
  std::vector<bool> is_taken;
  for (const auto& [token, value] : vocab.value.items()) {
    TRIPOS_TRY(const TokenId id, read_id(value, vocab, token));
    const auto index = static_cast<std::size_t>(id);
    if (index >= is_taken.size()) is_taken.resize(index + 1);
    if (is_taken[index]) return vocab.refuse(fmt::format("id {} belongs to two tokens, one is \"{}\"", id, token));
    is_taken[index] = true;
    ids.emplace(token, id);
    set_piece(id, piece_of(token, is_byte_level), parts);
  }
  return ids;
}

Result<std::pair<std::string, std::string>> read_pair(const JsonPart& merge) {
  const json& value = merge.value;
  if (value.is_array() && value.size() == 2 && value[0].is_string() && value[1].is_string()) {
    return std::pair(value[0].get<std::string>(), value[1].get<std::string>());
  }
  if (value.is_string()) {
    const auto& text = value.get_ref<const std::string&>();
    const std::size_t space = text.find(' ');
    if (space != std::string::npos && text.find(' ', space + 1) == std::string::npos) {
      return std::pair(text.substr(0, space), text.substr(space + 1));
    }
  }
  return merge.refuse("a merge must be \"left right\" or [left, right]");
}

Result<std::vector<Merge>> read_merges(const JsonPart& model, const Ids& ids) {
  const JsonPart list = model.at("merges");
  if (!list.value.is_array()) return list.refuse("must be a list");
  std::vector<Merge> merges;
  merges.reserve(list.value.size());
  for (std::size_t i = 0; i < list.value.size(); ++i) {
    const JsonPart part = list.at(i);
    TRIPOS_TRY(const auto pair, read_pair(part));
    std::array<TokenId, 3> found{};
    const std::array<std::string, 3> tokens = {pair.first, pair.second, pair.first + pair.second};
    for (std::size_t k = 0; k < tokens.size(); ++k) {
      const auto token = ids.find(tokens[k]);
      if (token == ids.end()) return part.refuse(fmt::format("\"{}\" is not in the vocabulary", tokens[k]));
      found[k] = token->second;
    }
    merges.push_back({found[0], found[1], found[2], static_cast<std::int32_t>(i)});
  }
  return merges;
}

// Which tokens text can become: all but the special ones, even where a merge makes one, so that text stays text.
void collect_text_tokens(const Ids& ids, bool is_byte_level, Tokenizer::Parts& parts) {
  const auto is_special = [&](TokenId id) { return parts.is_special[static_cast<std::size_t>(id)]; };
  std::erase_if(parts.bpe.merges, [&](const Merge& merge) { return is_special(merge.result); });
  for (const auto& [token, id] : ids) {
    if (is_special(id)) continue;
    const auto byte = is_byte_level ? std::nullopt : from_byte_token(token);
    if (byte) {
      parts.bpe.byte_ids[*byte] = id;
    } else if (!is_byte_level) {
      parts.bpe.ids.emplace(token, id);
    } else if (const auto bytes = from_byte_level(token)) {
      if (bytes->size() == 1) parts.bpe.byte_ids[static_cast<unsigned char>((*bytes)[0])] = id;
      parts.bpe.ids.emplace(*bytes, id);
    }
  }
}

Result<void> read_unknown(const JsonPart& model, const Ids& ids, Tokenizer::Parts& parts) {
  const bool has_all_bytes = std::all_of(parts.bpe.byte_ids.begin(), parts.bpe.byte_ids.end(),
                                         [](const std::optional<TokenId>& id) { return id.has_value(); });
  if (has_all_bytes) return {};
  if (parts.bpe.starts_with_characters) return model.refuse("byte_fallback needs all tokens <0x00> to <0xFF>");
  if (!model.has("unk_token")) return {};
  TRIPOS_TRY(const std::string token, model.text("unk_token"));
  const auto found = ids.find(token);
  if (found == ids.end()) return model.refuse(fmt::format("unk_token \"{}\" is not in the vocabulary", token));
  parts.bpe.unknown = found->second;
  TRIPOS_TRY(parts.bpe.fuses_unknown, model.flag("fuse_unk", false));
  return {};
}

Result<void> read_added_token(const JsonPart& part, const Ids& ids, Tokenizer::Parts& parts) {
  TRIPOS_TRY(const std::string content, part.text("content"));
  TRIPOS_TRY(const TokenId id, read_id(part.at("id").value, part, content));
  for (const char* unsupported : {"single_word", "lstrip", "rstrip"}) {
    TRIPOS_TRY(const bool is_set, part.flag(unsupported, false));
    if (is_set) return part.refuse(fmt::format("\"{}\" of added token \"{}\" is not supported", unsupported, content));
  }
  TRIPOS_TRY(const bool is_special, part.flag("special", false));
  TRIPOS_TRY(const bool is_normalized, part.flag("normalized", !is_special));
  if (is_normalized && (parts.normalizer.marks_spaces || to_nfc(content) != content)) {
    return part.refuse(fmt::format("\"normalized\" of added token \"{}\" is not supported here", content));
  }
  const auto in_vocabulary = ids.find(content);
  const bool is_free = static_cast<std::size_t>(id) >= parts.pieces.size() || parts.pieces[id].empty();
  if (in_vocabulary == ids.end() ? !is_free : in_vocabulary->second != id) {
    return part.refuse(fmt::format("the vocabulary has another token at id {}, or \"{}\" at another id", id, content));
  }
  set_piece(id, content, parts);
  parts.is_special[static_cast<std::size_t>(id)] = is_special;
  AddedTokens& tokens = is_normalized ? parts.added_after_normalizing : parts.added;
  if (!tokens.add({content, id, is_special})) {
    return part.refuse(
        fmt::format("\"{}\" is empty, longer than {} bytes or added twice", content, AddedTokens::kMaxBytes));
  }
  return {};
}

}  // namespace

Result<void> read_vocabulary(const JsonPart& document, bool is_byte_level, Tokenizer::Parts& parts) {
  const JsonPart model = document.at("model");
  if (model.has("type")) {
    TRIPOS_TRY(const std::string type, model.text("type"));
    if (type != "BPE") return model.refuse(fmt::format("type \"{}\" is not supported, only BPE", type));
  }
  if (model.has("dropout")) return model.refuse("dropout is not supported");
  for (const char* affix : {"continuing_subword_prefix", "end_of_word_suffix"}) {
    if (model.has(affix) && model.at(affix).value != "") return model.refuse(fmt::format("{} is not supported", affix));
  }
  TRIPOS_TRY(const bool falls_back, model.flag("byte_fallback", false));
  if (falls_back == is_byte_level) {
    return model.refuse("must be byte-level (pre_tokenizer ByteLevel) or have byte_fallback, and not both");
  }
  parts.bpe.starts_with_characters = falls_back;
  TRIPOS_TRY(parts.bpe.prefers_whole_piece, model.flag("ignore_merges", false));
  TRIPOS_TRY(const Ids ids, read_tokens(model, is_byte_level, parts));
  TRIPOS_TRY(parts.bpe.merges, read_merges(model, ids));
  const JsonPart added = document.at("added_tokens");
  if (!added.value.is_null() && !added.value.is_array()) return added.refuse("must be a list");
  for (std::size_t i = 0; i < added.value.size(); ++i) TRIPOS_CHECK(read_added_token(added.at(i), ids, parts));
  collect_text_tokens(ids, is_byte_level, parts);
  return read_unknown(model, ids, parts);
}

}  // namespace tripos::moe
