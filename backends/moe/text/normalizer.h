#pragma once

#include <string>
#include <string_view>

namespace tripos::moe {

// Stands for a space in SentencePiece vocabularies.
inline constexpr std::string_view kMetaspace = "▁";  // U+2581

// Canonical composition (Unicode TR 15) in time linear in the text but for sorting marks. Well-formed UTF-8.
std::string to_nfc(std::string_view text);

// What is done to a stretch of text between added tokens before it is cut.
struct Normalizer {
  // When a metaspace is put before the text: at the start of each stretch; only where none stands there; only at the
  // start of the whole text, where none stands.
  enum class Prefix { kNever, kAlways, kIfMissing, kIfMissingAtStart };

  bool composes = false;      // to_nfc()
  bool marks_spaces = false;  // each space becomes a metaspace
  Prefix prefix = Prefix::kNever;

  std::string apply(std::string_view text, bool is_at_start) const;
};

}  // namespace tripos::moe
