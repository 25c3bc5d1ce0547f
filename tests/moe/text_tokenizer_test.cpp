#include "backends/moe/text/tokenizer.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "backends/moe/text/tokenizer_gguf.h"
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

// `specials_of(i)` says how string `i` is encoded.
template <typename SpecialsOf>
void check_blocks(const Tokenizer& tokenizer, const json& blocks, SpecialsOf specials_of) {
  const auto block_size = test::golden_ids()["block"].get<std::size_t>();
  REQUIRE(blocks.size() * block_size == strings().size());
  for (std::size_t block = 0; block < blocks.size(); ++block) {
    std::string lines;
    for (std::size_t i = block * block_size; i < (block + 1) * block_size; ++i) {
      lines += fmt::format("{}\n", fmt::join(tokenizer.encode(strings()[i], specials_of(i)), ","));
    }
    if (blocks[block] != sha256_hex(lines).substr(0, 16)) FAIL_CHECK("strings " << block * block_size << " and on");
  }
}

TEST_CASE("10,000 hostile strings have the ids that `tokenizers` gives them", "[moe][text]") {
  for (const auto& [name, blocks] : test::golden_ids()["tokenizers"].items()) {
    CAPTURE(name);
    check_blocks(golden_tokenizer(name), blocks, specials_of);
  }
}

TEST_CASE("what mark_specials() has marked is text to encode_marked()", "[moe][text]") {
  const std::string mark = "\xEF\xB7\x90";  // U+FDD0, which is in none of the strings
  for (const auto& [name, blocks] : test::golden_ids()["tokenizers"].items()) {
    CAPTURE(name);
    const Tokenizer tokenizer = golden_tokenizer(name);
    for (std::size_t i = 0; i < strings().size(); i += 8) {
      const std::string& text = strings()[i];
      if (text.find(mark) != std::string::npos) continue;
      if (tokenizer.encode_marked(tokenizer.mark_specials(text, mark), mark) !=
          tokenizer.encode(text, SpecialTokens::kAsText)) {
        FAIL_CHECK(text);
      }
    }
  }
}

TEST_CASE("10,000 hostile strings have the ids that SentencePiece gives them", "[moe][text]") {
  const auto file = read_maybe_gzip(test::kGoldenFolder / "tokenizer_ids/sentencepiece.json.gz").value();
  const json golden = json::parse(file);
  GgufVocabulary vocabulary;
  vocabulary.model = "llama";
  vocabulary.tokens = golden["tokens"].get<std::vector<std::string>>();
  vocabulary.scores = golden["scores"].get<std::vector<float>>();
  vocabulary.token_types = golden["types"].get<std::vector<std::int32_t>>();
  vocabulary.bos = 1;
  const Tokenizer tokenizer = make_gguf_tokenizer(vocabulary, "golden").value();
  check_blocks(tokenizer, test::golden_ids()["sentencepiece"], [](std::size_t) { return SpecialTokens::kAsText; });
  CHECK(tokenizer.prefix() == std::vector<TokenId>{1});
}

// The vocabulary of a tokenizer.json as a GGUF file would carry it.
GgufVocabulary gguf_of(const std::string& name, const std::string& pre) {
  const json file = json::parse(test::golden_tokenizer_json(name));
  GgufVocabulary vocabulary;
  vocabulary.model = "gpt2";
  vocabulary.pre = pre;
  vocabulary.tokens.resize(file["model"]["vocab"].size());
  for (const auto& [token, id] : file["model"]["vocab"].items()) vocabulary.tokens[id.get<std::size_t>()] = token;
  vocabulary.token_types.assign(vocabulary.tokens.size(), 1);
  for (const json& added : file["added_tokens"]) {
    const auto id = added["id"].get<std::size_t>();
    vocabulary.tokens.resize(std::max(id + 1, vocabulary.tokens.size()));
    vocabulary.token_types.resize(vocabulary.tokens.size());
    vocabulary.tokens[id] = added["content"].get<std::string>();
    if (vocabulary.tokens[id] == "<|begin_of_text|>") vocabulary.bos = static_cast<TokenId>(id);
    vocabulary.token_types[id] = added["special"].get<bool>() ? 3 : 4;
  }
  for (const json& merge : file["model"]["merges"]) {
    const bool is_text = merge.is_string();
    vocabulary.merges.push_back(is_text ? merge.get<std::string>()
                                        : merge[0].get<std::string>() + " " + merge[1].get<std::string>());
  }
  return vocabulary;
}

TEST_CASE("a GGUF vocabulary gives the ids of its tokenizer.json", "[moe][text]") {
  struct Case {
    const char* name;
    const char* pre;
  };
  const auto c = GENERATE(Case{"llama3", "llama-bpe"}, Case{"llama4", "llama4"}, Case{"gpt_oss", "gpt-4o"},
                          Case{"qwen3", "qwen2"}, Case{"olmoe", "olmo"}, Case{"smollm2", "smollm"});
  CAPTURE(c.name);
  const Tokenizer expected = golden_tokenizer(c.name);
  const Tokenizer tokenizer = make_gguf_tokenizer(gguf_of(c.name, c.pre), c.name).value();
  CHECK(tokenizer.vocabulary_size() == expected.vocabulary_size());
  std::size_t compared = 0;
  for (std::size_t i = 0; i < strings().size(); i += 10) {
    const auto ids = expected.encode(strings()[i], specials_of(i / 10));
    // smollm2's id 0 stands for bytes without a token, which a GGUF tokenizer leaves out.
    const bool has_unknown = std::string_view(c.name) == "smollm2" && std::count(ids.begin(), ids.end(), 0) > 0;
    if (has_unknown) continue;
    ++compared;
    if (tokenizer.encode(strings()[i], specials_of(i / 10)) != ids) FAIL_CHECK("string " << i);
  }
  CHECK(compared > 50);
}

TEST_CASE("texts begin as a GGUF file says, or as its kind of vocabulary does", "[moe][text]") {
  GgufVocabulary vocabulary = gguf_of("llama3", "llama-bpe");
  const auto prefix = [&] { return make_gguf_tokenizer(vocabulary, "golden").value().prefix(); };
  CHECK(prefix() == golden_tokenizer("llama3").prefix());
  CHECK(prefix() == std::vector<TokenId>{*vocabulary.bos});
  vocabulary.add_bos = false;
  CHECK(prefix().empty());
  vocabulary = gguf_of("qwen3", "qwen2");
  CHECK(prefix().empty());
  vocabulary.bos = 5;
  vocabulary.add_bos = true;
  CHECK(prefix() == std::vector<TokenId>{5});
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
  for (std::size_t i = 0; i < strings().size(); i += 5) {
    const auto ids = tokenizer.encode(strings()[i], SpecialTokens::kAsText);
    std::string text = repair_utf8(strings()[i]);
    if (c.composes) text = to_nfc(text);
    if (std::string_view(c.name) == "mixtral") text = replace_all(text, kMetaspace, " ");
    if (tokenizer.decode(ids, DecodedSpecials::kKept) != text) FAIL_CHECK("string " << i);
  }
}

}  // namespace
}  // namespace tripos::moe
