#include <nlohmann/json.hpp>

#include "backends/moe/text/tokenizer_gguf.h"
#include "backends/moe/text/tokenizer_json.h"
#include "tests/catch.h"
#include "tests/moe/golden_tokenizers.h"

namespace tripos::moe {
namespace {

using nlohmann::json;
using Ids = std::vector<TokenId>;

// A seed of the fuzz target, changed by an RFC 6902 patch.
Result<Tokenizer> parse_patched(const std::string& seed, const json& patch) {
  const auto path = std::filesystem::path(TRIPOS_SOURCE_DIR) / "tests/fuzz/corpus/tokenizer_json_fuzz" / seed;
  const json document = json::parse(read_file(path).value());
  return parse_tokenizer_json(document.patch(patch).dump(), "t.json");
}

json set(const std::string& path, const json& value) {
  return json::array({{{"op", "add"}, {"path", path}, {"value", value}}});
}

TEST_CASE("special tokens in a text stay text unless they are asked for", "[moe][text]") {
  const Tokenizer tokenizer = test::golden_tokenizer("qwen3");
  const TokenId end = tokenizer.id_of("<|im_end|>").value();
  const TokenId think = tokenizer.id_of("<think>").value();
  CHECK(tokenizer.is_special(end));
  CHECK_FALSE(tokenizer.is_special(think));
  CHECK_FALSE(tokenizer.id_of("<|im_"));
  CHECK(tokenizer.encode("<|im_end|><think>", SpecialTokens::kParsed) == Ids{end, think});
  const Ids as_text = tokenizer.encode("<|im_end|>", SpecialTokens::kAsText);
  CHECK(std::count(as_text.begin(), as_text.end(), end) == 0);
  CHECK(tokenizer.decode(as_text, DecodedSpecials::kLeftOut) == "<|im_end|>");
  CHECK(tokenizer.decode({end, think}, DecodedSpecials::kLeftOut) == "<think>");
  CHECK(tokenizer.decode({end, think}, DecodedSpecials::kKept) == "<|im_end|><think>");
}

TEST_CASE("no merge makes a special token of a text", "[moe][text]") {
  const json abc_is_special = {{"id", 4}, {"content", "abc"}, {"special", true}};
  const auto tokenizer = parse_patched("byte_level.json", set("/added_tokens/-", abc_is_special)).value();
  CHECK(tokenizer.encode("abc", SpecialTokens::kParsed) == Ids{4});
  CHECK(tokenizer.encode("abc", SpecialTokens::kAsText) == Ids{3, 2});
}

TEST_CASE("pieces are bytes, and unknown ids stand for nothing", "[moe][text]") {
  const Tokenizer tokenizer = test::golden_tokenizer("mixtral");
  const Ids ids = tokenizer.encode("x \u20AC\u0E5B", SpecialTokens::kAsText);
  std::string pieces;
  for (const TokenId id : ids) pieces += tokenizer.piece(id);
  CHECK(pieces == " x \u20AC\u0E5B");
  CHECK(tokenizer.decode(ids, DecodedSpecials::kKept) == "x \u20AC\u0E5B");
  CHECK(tokenizer.piece(3 + 0x0A) == "\n");
  CHECK(tokenizer.piece(-1).empty());
  CHECK(tokenizer.decode({-1, 1 << 30}, DecodedSpecials::kLeftOut).empty());
}

TEST_CASE("the prefix is what the file puts before a text", "[moe][text]") {
  const Tokenizer llama3 = test::golden_tokenizer("llama3");
  CHECK(llama3.prefix() == Ids{llama3.id_of("<|begin_of_text|>").value()});
  CHECK(test::golden_tokenizer("mixtral").prefix() == Ids{1});
  CHECK(test::golden_tokenizer("qwen3").prefix().empty());
}

TEST_CASE("ill-formed UTF-8 counts as replacement characters", "[moe][text]") {
  const Tokenizer tokenizer = test::golden_tokenizer("llama3");
  CHECK(tokenizer.encode("a\xFFz\xE2\x82", SpecialTokens::kAsText) ==
        tokenizer.encode("a\uFFFDz\uFFFD", SpecialTokens::kAsText));
}

TEST_CASE("seeds of the fuzz target are tokenizers", "[moe][text]") {
  const auto byte_level = parse_patched("byte_level.json", json::array()).value();
  CHECK(byte_level.encode("abc 1  <s>?", SpecialTokens::kParsed) == Ids{4, 5, 7, 11, 10, 9});
  const auto byte_fallback = parse_patched("byte_fallback.json", json::array()).value();
  CHECK(byte_fallback.encode("ab<s>ab ", SpecialTokens::kParsed) == Ids{260, 261, 260, 259});
  const auto metaspace = parse_patched("metaspace.json", json::array()).value();
  CHECK(metaspace.encode("ab<s>ab ", SpecialTokens::kParsed) == Ids{260, 261, 258, 259});
}

TEST_CASE("what is not supported in tokenizer.json is refused by name", "[moe][text]") {
  struct Case {
    const char* path;
    json value;
    const char* message;
  };
  const json other = {{"type", "Other"}};
  const json added = {{"id", 12}, {"content", "<x>"}, {"lstrip", true}};
  const auto c = GENERATE_COPY(values<Case>({
      {"/normalizer", other, "t.json.normalizer: type \"Other\" is not supported"},
      {"/normalizer", {{"type", "Prepend"}, {"prepend", "x"}}, "Prepend is supported only for U+2581"},
      {"/normalizer", {{"type", "Prepend"}, {"prepend", "▁"}}, "Prepend without Replace is not supported"},
      {"/normalizer", {{"type", "Replace"}}, "Replace is supported only from"},
      {"/normalizer", 7, "t.json.normalizer.type: must be a text"},
      {"/pre_tokenizer", other, "t.json.pre_tokenizer: type \"Other\" is not supported"},
      {"/pre_tokenizer", nullptr, "must be byte-level"},
      {"/pre_tokenizer", {{"type", "ByteLevel"}}, "add_prefix_space is not supported"},
      {"/pre_tokenizer/pretokenizers/0/individual_digits", "yes", "individual_digits: must be true or false"},
      {"/pre_tokenizer/pretokenizers/1/behavior", "MergedWithNext", "behavior \"MergedWithNext\" is not supported"},
      {"/pre_tokenizer/pretokenizers/1/pattern", {{"String", " "}}, "pattern.Regex: must be a text"},
      {"/pre_tokenizer/pretokenizers/1/pattern/Regex", "(?=a)", "split pattern \"(?=a)\""},
      {"/pre_tokenizer/pretokenizers/-", {{"type", "Digits"}}, "nothing may follow ByteLevel"},
      {"/pre_tokenizer/pretokenizers/0", {{"type", "Metaspace"}}, "Metaspace is supported only alone"},
      {"/decoder", other, "t.json.decoder: \"Other\" is not supported; it must be ByteLevel"},
      {"/decoder", nullptr, "it must be ByteLevel"},
      {"/post_processor", other, "t.json.post_processor: type \"Other\" is not supported"},
      {"/post_processor/single/0/SpecialToken/id", "<y>", "\"<y>\" is no added token"},
      {"/model", nullptr, "t.json.model.vocab: must be an object with tokens"},
      {"/model/type", "Unigram", "type \"Unigram\" is not supported"},
      {"/model/dropout", 0.1, "dropout is not supported"},
      {"/model/end_of_word_suffix", "</w>", "end_of_word_suffix is not supported"},
      {"/model/byte_fallback", true, "and not both"},
      {"/model/vocab", json::object(), "t.json.model.vocab: must be an object with tokens"},
      {"/model/vocab/x", 0, "id 0 belongs to two tokens"},
      {"/model/vocab/x", -1, "the id of token \"x\" is not one of 0..1048575"},
      {"/model/vocab/x", 1.5, "the id of token \"x\""},
      {"/model/vocab/x", 1 << 20, "the id of token \"x\""},
      {"/model/merges", "a b", "t.json.model.merges: must be a list"},
      {"/model/merges/0", "a b c", "t.json.model.merges[0]: a merge must be"},
      {"/model/merges/1", {"a", "c"}, "t.json.model.merges[1]: \"ac\" is not in the vocabulary"},
      {"/model/unk_token", "<none>", "unk_token \"<none>\" is not in the vocabulary"},
      {"/added_tokens", 1, "t.json.added_tokens: must be a list"},
      {"/added_tokens/-", added, "\"lstrip\" of added token \"<x>\" is not supported"},
      {"/added_tokens/0/content", "", "\"\" is empty, longer than 256 bytes or added twice"},
      {"/added_tokens/0/id", 4, "the vocabulary has another token at id 4"},
      {"/added_tokens/1",
       {{"id", 12}, {"content", "<s>"}, {"special", true}},
       "\"<s>\" is empty, longer than 256 bytes or added twice"},
      {"/added_tokens/1/content", "e\u0301", "\"normalized\" of added token"},
  }));
  CAPTURE(c.path, c.value);
  const auto tokenizer = parse_patched("byte_level.json", set(c.path, c.value));
  REQUIRE_FALSE(tokenizer);
  CAPTURE(tokenizer.error().message);
  CHECK(tokenizer.error().message.find(c.message) != std::string::npos);
  CHECK(tokenizer.error().message.starts_with("t.json"));
}

TEST_CASE("byte fallback needs a token for every byte", "[moe][text]") {
  const json patch = json::array({{{"op", "remove"}, {"path", "/model/vocab/<0x7F>"}}});
  const auto tokenizer = parse_patched("byte_fallback.json", patch);
  REQUIRE_FALSE(tokenizer);
  CHECK(tokenizer.error().message == "t.json.model: byte_fallback needs all tokens <0x00> to <0xFF>");
}

// "a", "b", "ab" and a control token.
GgufVocabulary small_vocabulary() {
  GgufVocabulary vocabulary;
  vocabulary.model = "gpt2";
  vocabulary.pre = "smollm";
  vocabulary.tokens = {"a", "b", "ab", "<s>"};
  vocabulary.merges = {"a b"};
  vocabulary.token_types = {1, 1, 1, 3};
  return vocabulary;
}

TEST_CASE("GGUF metadata that do not fit are refused", "[moe][text]") {
  const Tokenizer good = make_gguf_tokenizer(small_vocabulary(), "m.gguf").value();
  CHECK(good.encode("ab?<s>", SpecialTokens::kParsed) == Ids{2, 3});
  struct Case {
    void (*spoil)(GgufVocabulary&);
    const char* message;
  };
  const auto c = GENERATE(values<Case>({
      {[](GgufVocabulary& v) { v.model = "t5"; }, "tokenizer.ggml.model \"t5\" is not supported"},
      {[](GgufVocabulary& v) { v.pre = "viking"; }, "tokenizer.ggml.pre \"viking\" is not known"},
      {[](GgufVocabulary& v) { v.tokens.clear(); }, "0 tokens"},
      {[](GgufVocabulary& v) { v.token_types.pop_back(); }, "3 token types for 4 tokens"},
      {[](GgufVocabulary& v) { v.token_types[0] = 7; }, "token type 7 is not one of 1 to 6"},
      {[](GgufVocabulary& v) { v.tokens[1] = "\xFF"; }, "token 1 is not UTF-8"},
      {[](GgufVocabulary& v) { v.tokens[1] = "a"; }, "token \"a\" occurs twice"},
      {[](GgufVocabulary& v) { v.merges = {"a c"}; }, "merge 0 (\"a c\") is not"},
      {[](GgufVocabulary& v) { v.merges = {"ab"}; }, "merge 0 (\"ab\") is not"},
      {[](GgufVocabulary& v) { v.bos = 4; }, "special token id 4 is outside the 4 tokens"},
      {[](GgufVocabulary& v) { v.add_bos = true; }, "tokenizer.ggml.bos_token_id is missing"},
      {[](GgufVocabulary& v) { v.model = "llama"; }, "0 scores for 4 tokens"},
      {[](GgufVocabulary& v) {
         v.model = "llama", v.scores = {0, 0, 0, 0};
       },
       "needs all byte tokens"},
  }));
  GgufVocabulary vocabulary = small_vocabulary();
  c.spoil(vocabulary);
  const auto tokenizer = make_gguf_tokenizer(vocabulary, "m.gguf");
  REQUIRE_FALSE(tokenizer);
  CAPTURE(tokenizer.error().message);
  CHECK(tokenizer.error().message.find(c.message) != std::string::npos);
  CHECK(tokenizer.error().message.starts_with("m.gguf: "));
}

}  // namespace
}  // namespace tripos::moe
