#include "backends/moe/text/tokenizer.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <nlohmann/json.hpp>

#include "harness/core/hash.h"
#include "harness/core/text.h"
#include "tests/catch.h"
#include "tests/moe/golden_tokenizers.h"

namespace tripos::moe {
namespace {

using nlohmann::json;
using test::golden_tokenizer;

const std::vector<std::string>& strings() {
  static const std::vector<std::string> kStrings = test::golden_strings();
  return kStrings;
}

// As the golden file is made: even strings with special tokens parsed.
SpecialTokens specials_of(std::size_t index) {
  return index % 2 == 0 ? SpecialTokens::kParsed : SpecialTokens::kAsText;
}

TEST_CASE("10,000 hostile strings have the ids that `tokenizers` gives them", "[moe][text]") {
  const json& golden = test::golden_ids();
  const auto block_size = golden["block"].get<std::size_t>();
  for (const auto& [name, blocks] : golden["tokenizers"].items()) {
    const Tokenizer tokenizer = golden_tokenizer(name);
    CAPTURE(name);
    REQUIRE(blocks.size() * block_size == strings().size());
    for (std::size_t block = 0; block < blocks.size(); ++block) {
      std::string lines;
      for (std::size_t i = block * block_size; i < (block + 1) * block_size; ++i) {
        lines += fmt::format("{}\n", fmt::join(tokenizer.encode(strings()[i], specials_of(i)), ","));
      }
      if (blocks[block] != sha256_hex(lines).substr(0, 16)) FAIL_CHECK("strings " << block * block_size << " and on");
    }
  }
}

TEST_CASE("decoding gives the text back", "[moe][text]") {
  struct Case {
    const char* name;
    bool composes;
  };
  const auto c = GENERATE(Case{"llama3", false}, Case{"llama4", false}, Case{"gpt_oss", false}, Case{"qwen3", true},
                          Case{"olmoe", true}, Case{"mixtral", false});
  CAPTURE(c.name);
  const Tokenizer tokenizer = golden_tokenizer(c.name);
  for (std::size_t i = 0; i < strings().size(); ++i) {
    const auto ids = tokenizer.encode(strings()[i], SpecialTokens::kAsText);
    std::string text = repair_utf8(strings()[i]);
    if (c.composes) text = to_nfc(text);
    if (std::string_view(c.name) == "mixtral") text = replace_all(text, kMetaspace, " ");
    if (tokenizer.decode(ids, DecodedSpecials::kKept) != text) FAIL_CHECK("string " << i);
  }
}

}  // namespace
}  // namespace tripos::moe
