// Hostile GGUF metadata are refused, or give a tokenizer that encodes and decodes without harm. Lines: model, pre, then
// tokens and merges: "M" and a merge, "B" for all byte tokens, or a token after its type (a digit) and score (a
// letter).
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "backends/moe/text/tokenizer_gguf.h"
#include "harness/core/text.h"

namespace {

using namespace tripos::moe;

void add_token(GgufVocabulary& vocabulary, std::string token, std::int32_t type, float score) {
  vocabulary.tokens.push_back(std::move(token));
  vocabulary.token_types.push_back(type);
  vocabulary.scores.push_back(score);
}

void add_byte_tokens(GgufVocabulary& vocabulary) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  for (const char high : kDigits) {
    for (const char low : kDigits) add_token(vocabulary, std::string("<0x") + high + low + ">", 6, 0);
  }
}

GgufVocabulary vocabulary_of(std::string_view text) {
  GgufVocabulary vocabulary;
  vocabulary.add_space_prefix = text.size() % 2 == 0;
  int number = 0;
  for (const std::string_view line : tripos::split_lines(text)) {
    ++number;
    if (number <= 2) {
      (number == 1 ? vocabulary.model : vocabulary.pre) = line;
    } else if (line.starts_with('M')) {
      vocabulary.merges.emplace_back(line.substr(1));
    } else if (line == "B") {
      add_byte_tokens(vocabulary);
    } else if (line.size() >= 2) {
      add_token(vocabulary, std::string(line.substr(2)), line[0] - '0', static_cast<float>(line[1]));
    }
  }
  return vocabulary;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const GgufVocabulary vocabulary = vocabulary_of({reinterpret_cast<const char*>(data), size});
  const auto tokenizer = make_gguf_tokenizer(vocabulary, "fuzz");
  if (!tokenizer) return 0;
  constexpr std::string_view kText = "ab  abc 12\n\n Don't <s> e\u0301 \u65e5\u672c\u3000 \xff\xf0\x9f\x98\x80 \u2581x";
  for (const SpecialTokens specials : {SpecialTokens::kAsText, SpecialTokens::kParsed}) {
    const auto ids = tokenizer->encode(kText, specials);
    if (ids.size() > 16 * kText.size()) std::abort();
    for (const TokenId id : ids) {
      if (id < 0 || static_cast<std::size_t>(id) >= tokenizer->vocabulary_size()) std::abort();
      if (specials == SpecialTokens::kAsText && tokenizer->is_special(id)) std::abort();
    }
    tokenizer->decode(ids, DecodedSpecials::kLeftOut);
  }
  return 0;
}
