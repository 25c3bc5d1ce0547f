// A hostile tokenizer.json is refused, or gives a tokenizer that encodes and decodes without harm.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "backends/moe/text/tokenizer_json.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tripos::moe;
  const std::string_view json(reinterpret_cast<const char*>(data), size);
  const auto tokenizer = parse_tokenizer_json(json, "fuzz");
  if (!tokenizer) {
    if (tokenizer.error().message.empty()) std::abort();
    return 0;
  }
  constexpr std::string_view kText =
      "ab  abc 12\n\n Don't <s> <|im_end|> e\u0301 \u65e5\u672c\u3000 \xff\xf0\x9f\x98\x80 \u2581x";
  for (const SpecialTokens specials : {SpecialTokens::kAsText, SpecialTokens::kParsed}) {
    const auto ids = tokenizer->encode(kText, specials);
    if (ids.size() > 16 * kText.size()) std::abort();
    for (const TokenId id : ids) {
      if (id < 0 || static_cast<std::size_t>(id) >= tokenizer->vocabulary_size()) std::abort();
    }
    tokenizer->decode(ids, DecodedSpecials::kLeftOut);
  }
  return 0;
}
