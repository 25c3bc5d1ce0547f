#include "backends/moe/text/tokenizer_json.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "backends/moe/text/tokenizer_json_model.h"
#include "harness/core/json.h"

namespace tripos::moe {

using nlohmann::json;
namespace {

// The parts of a {"type": "Sequence", KEY: [...]}, in order; of any other component, itself; of null, none.
Result<std::vector<JsonPart>> components(const JsonPart& part, const char* key) {
  if (part.value.is_null()) return std::vector<JsonPart>{};
  TRIPOS_TRY(const std::string type, part.text("type"));
  if (type != "Sequence") return std::vector<JsonPart>{part};
  const JsonPart list = part.at(key);
  if (!list.value.is_array()) return list.refuse("must be a list");
  constexpr std::size_t kMaxComponents = 16;
  if (list.value.size() > kMaxComponents) return list.refuse(fmt::format("has more than {} parts", kMaxComponents));
  std::vector<JsonPart> parts;
  for (std::size_t i = 0; i < list.value.size(); ++i) parts.push_back(list.at(i));
  return parts;
}

tl::unexpected<Error> refuse_type(const JsonPart& part, const std::string& type) {
  return part.refuse(fmt::format("type \"{}\" is not supported", type));
}

// Only the replacement between a space and the metaspace is in use.
Result<void> check_replace(const JsonPart& part, std::string_view from, std::string_view to) {
  const json& pattern = part.at("pattern").at("String").value;
  if (pattern == from && part.at("content").value == to) return {};
  return part.refuse(fmt::format("Replace is supported only from \"{}\" to \"{}\"", from, to));
}

Result<void> read_normalizer(const JsonPart& document, Normalizer& normalizer) {
  TRIPOS_TRY(const auto steps, components(document.at("normalizer"), "normalizers"));
  for (const JsonPart& step : steps) {
    TRIPOS_TRY(const std::string type, step.text("type"));
    if (type == "NFC") {
      normalizer.composes = true;
    } else if (type == "Prepend") {
      if (step.at("prepend").value != kMetaspace) return step.refuse("Prepend is supported only for U+2581");
      normalizer.prefix = Normalizer::Prefix::kAlways;
    } else if (type == "Replace") {
      TRIPOS_CHECK(check_replace(step, " ", kMetaspace));
      normalizer.marks_spaces = true;
    } else {
      return refuse_type(step, type);
    }
  }
  if (normalizer.prefix != Normalizer::Prefix::kNever && !normalizer.marks_spaces) {
    return document.at("normalizer").refuse("Prepend without Replace is not supported");
  }
  return {};
}

Result<void> read_split(const JsonPart& step, PreTokenizer& pre_tokenizer) {
  TRIPOS_TRY(const std::string pattern, step.at("pattern").text("Regex"));
  TRIPOS_TRY(const std::string behavior, step.text("behavior"));
  TRIPOS_TRY(const bool is_inverted, step.flag("invert", false));
  PreTokenizer::Keep keep = PreTokenizer::Keep::kAll;
  if (behavior == "Removed") {
    keep = is_inverted ? PreTokenizer::Keep::kMatches : PreTokenizer::Keep::kBetween;
  } else if (behavior != "Isolated") {
    return step.refuse(fmt::format("behavior \"{}\" is not supported", behavior));
  }
  if (const auto added = pre_tokenizer.add(pattern, keep); !added) return step.refuse(added.error().message);
  return {};
}

Result<void> read_metaspace(const JsonPart& step, Tokenizer::Parts& parts) {
  if (parts.normalizer.marks_spaces) return step.refuse("Metaspace besides a Replace normalizer is not supported");
  if (step.at("replacement").value != kMetaspace) return step.refuse("the replacement must be U+2581");
  parts.normalizer.marks_spaces = true;
  const std::string scheme = step.has("prepend_scheme") ? step.at("prepend_scheme").value.dump() : "\"always\"";
  if (scheme == "\"always\"") {
    parts.normalizer.prefix = Normalizer::Prefix::kIfMissing;
  } else if (scheme == "\"first\"") {
    parts.normalizer.prefix = Normalizer::Prefix::kIfMissingAtStart;
  } else if (scheme != "\"never\"") {
    return step.refuse(fmt::format("prepend_scheme {} is not supported", scheme));
  }
  TRIPOS_TRY(const bool splits, step.flag("split", true));
  if (splits) return parts.pre_tokenizer.add(split_patterns::kWordAfterMetaspace);
  return {};
}

// True if the last step maps bytes to GPT-2's alphabet.
Result<bool> read_pre_tokenizer(const JsonPart& document, Tokenizer::Parts& parts) {
  TRIPOS_TRY(const auto steps, components(document.at("pre_tokenizer"), "pretokenizers"));
  bool is_byte_level = false;
  for (const JsonPart& step : steps) {
    TRIPOS_TRY(const std::string type, step.text("type"));
    if (is_byte_level) return step.refuse("nothing may follow ByteLevel");
    if (type == "Split") {
      TRIPOS_CHECK(read_split(step, parts.pre_tokenizer));
    } else if (type == "Digits") {
      TRIPOS_TRY(const bool is_single, step.flag("individual_digits", false));
      TRIPOS_CHECK(parts.pre_tokenizer.add(is_single ? split_patterns::kDigit : split_patterns::kDigits));
    } else if (type == "ByteLevel") {
      TRIPOS_TRY(const bool adds_space, step.flag("add_prefix_space", true));
      if (adds_space) return step.refuse("add_prefix_space is not supported");
      TRIPOS_TRY(const bool splits, step.flag("use_regex", true));
      if (splits) TRIPOS_CHECK(parts.pre_tokenizer.add(split_patterns::kGpt2));
      is_byte_level = true;
    } else if (type == "Metaspace") {
      if (steps.size() != 1) return step.refuse("Metaspace is supported only alone");
      TRIPOS_CHECK(read_metaspace(step, parts));
    } else {
      return refuse_type(step, type);
    }
  }
  return is_byte_level;
}

// Decoders are not run one by one: each kind of vocabulary has one that undoes it.
Result<void> read_decoder(const JsonPart& document, bool is_byte_level, Tokenizer::Parts& parts) {
  const JsonPart decoder = document.at("decoder");
  TRIPOS_TRY(const auto steps, components(decoder, "decoders"));
  std::string names;
  for (const JsonPart& step : steps) {
    TRIPOS_TRY(const std::string type, step.text("type"));
    names += (names.empty() ? "" : " ") + type;
    if (type == "Replace") TRIPOS_CHECK(check_replace(step, kMetaspace, " "));
    if (type == "Strip") {
      const bool is_known =
          step.at("content").value == " " && step.at("start").value == 1 && step.at("stop").value == 0;
      if (!is_known) return step.refuse("Strip is supported only for one space at the start");
      parts.drops_first_space = true;
    }
  }
  if (is_byte_level ? names == "ByteLevel" : names.starts_with("Replace ByteFallback Fuse")) return {};
  return decoder.refuse(fmt::format("\"{}\" is not supported; it must be {}", names,
                                    is_byte_level ? "ByteLevel" : "Replace, ByteFallback, Fuse, Strip"));
}

// What TemplateProcessing puts before a single text.
Result<void> read_prefix(const JsonPart& document, Tokenizer::Parts& parts) {
  TRIPOS_TRY(const auto steps, components(document.at("post_processor"), "processors"));
  for (const JsonPart& step : steps) {
    TRIPOS_TRY(const std::string type, step.text("type"));
    if (type == "ByteLevel") continue;
    if (type != "TemplateProcessing") return refuse_type(step, type);
    const JsonPart pieces = step.at("single");
    if (!pieces.value.is_array()) return pieces.refuse("must be a list");
    for (std::size_t i = 0; i < pieces.value.size() && pieces.at(i).has("SpecialToken"); ++i) {
      TRIPOS_TRY(const std::string token, pieces.at(i).at("SpecialToken").text("id"));
      const AddedToken* added = parts.added.by_text(token);
      if (added == nullptr) return pieces.refuse(fmt::format("\"{}\" is no added token", token));
      parts.prefix.push_back(added->id);
    }
  }
  return {};
}

}  // namespace

Result<Tokenizer> parse_tokenizer_json(std::string_view text, std::string_view where) {
  TRIPOS_TRY(const json root, parse_json(text, where));
  if (!root.is_object()) return fail(Error::Kind::kData, fmt::format("{}: must be a JSON object", where));
  const JsonPart document{root, std::string(where)};
  Tokenizer::Parts parts;
  TRIPOS_CHECK(read_normalizer(document, parts.normalizer));
  TRIPOS_TRY(const bool is_byte_level, read_pre_tokenizer(document, parts));
  TRIPOS_CHECK(read_vocabulary(document, is_byte_level, parts));
  TRIPOS_CHECK(read_decoder(document, is_byte_level, parts));
  TRIPOS_CHECK(read_prefix(document, parts));
  return Tokenizer(std::move(parts));
}

}  // namespace tripos::moe
