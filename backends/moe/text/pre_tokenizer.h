#pragma once
// Cuts text into the pieces that no token crosses, by one pattern after another.

#include <string_view>
#include <vector>

#include "backends/moe/text/split_pattern.h"
#include "harness/core/result.h"

namespace tripos::moe {

// Patterns as the models' authors publish them; OpenAI's tiktoken is where they come from.
namespace split_patterns {
inline constexpr std::string_view kGpt2 =
    R"('s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+)";
inline constexpr std::string_view kLlama3 =
    R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*)"
    R"(|\s*[\r\n]+|\s+(?!\S)|\s+)";
inline constexpr std::string_view kQwen2 =
    R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*)"
    R"(|\s*[\r\n]+|\s+(?!\S)|\s+)";
inline constexpr std::string_view kO200k =
    R"([^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?)"
    R"(|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?)"
    R"(|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+)";
inline constexpr std::string_view kDigit = R"(\p{N})";
inline constexpr std::string_view kDigits = R"(\p{N}+)";
inline constexpr std::string_view kWordAfterMetaspace = "▁[^▁]*";
}  // namespace split_patterns

class PreTokenizer {
 public:
  // What becomes a piece: matches and the text between them, or only one of the two.
  enum class Keep { kAll, kMatches, kBetween };

  // A text without patterns is one piece.
  Result<void> add(std::string_view pattern, Keep keep = Keep::kAll);

  // Pieces of `text` (well-formed UTF-8), none of them empty; they point into it.
  std::vector<std::string_view> split(std::string_view text) const;

 private:
  struct Step {
    SplitPattern pattern;
    Keep keep;
  };
  std::vector<Step> steps_;
};

}  // namespace tripos::moe
