#include "backends/moe/text/bpe.h"

#include "tests/catch.h"

namespace tripos::moe {
namespace {

// Tokens a, b, ... of one byte each have the ids 0, 1, ...; `longer` follow them.
Bpe::Parts parts_of(std::string_view letters, const std::vector<std::string>& longer) {
  Bpe::Parts parts;
  for (const char letter : letters) {
    const auto id = static_cast<TokenId>(parts.ids.size());
    parts.byte_ids[static_cast<unsigned char>(letter)] = id;
    parts.ids.emplace(std::string(1, letter), id);
  }
  for (const std::string& token : longer) parts.ids.emplace(token, static_cast<TokenId>(parts.ids.size()));
  return parts;
}

std::vector<TokenId> encode(const Bpe& bpe, std::string_view piece) {
  std::vector<TokenId> ids;
  bpe.encode(piece, ids);
  return ids;
}

// Every merge rescans the piece: slow, and plainly the definition.
std::vector<TokenId> encode_by_definition(const std::vector<Merge>& merges, std::vector<TokenId> ids) {
  while (true) {
    const Merge* best = nullptr;
    std::size_t at = 0;
    for (std::size_t i = 0; i + 1 < ids.size(); ++i) {
      for (const Merge& merge : merges) {
        const bool fits = merge.left == ids[i] && merge.right == ids[i + 1];
        if (fits && (best == nullptr || merge.rank < best->rank)) {
          best = &merge;
          at = i;
        }
      }
    }
    if (best == nullptr) return ids;
    ids[at] = best->result;
    ids.erase(ids.begin() + static_cast<std::ptrdiff_t>(at) + 1);
  }
}

TEST_CASE("merges of the lowest rank come first, then the leftmost", "[moe][text]") {
  Bpe::Parts parts = parts_of("abc", {"ab", "bc", "aa", "abc"});
  const std::vector<Merge> merges = {{1, 2, 4, 0}, {0, 1, 3, 1}, {0, 0, 5, 2}, {3, 2, 6, 3}, {0, 4, 6, 4}};
  parts.merges = merges;
  const Bpe bpe(parts);
  CHECK(encode(bpe, "").empty());
  CHECK(encode(bpe, "abc") == std::vector<TokenId>{6});
  CHECK(encode(bpe, "aaa") == std::vector<TokenId>{5, 0});
  CHECK(encode(bpe, "ab") == std::vector<TokenId>{3});
  for (int n = 0; n < 6561; ++n) {  // every word of eight letters
    std::string word;
    std::vector<TokenId> letters;
    for (int i = 0, rest = n; i < 8; ++i, rest /= 3) {
      word.push_back(static_cast<char>('a' + rest % 3));
      letters.push_back(rest % 3);
    }
    if (encode(bpe, word) != encode_by_definition(merges, letters)) FAIL_CHECK(word);
  }
}

TEST_CASE("of a pair that occurs twice, the later merge counts", "[moe][text]") {
  Bpe::Parts parts = parts_of("ab", {"ab", "ba"});
  parts.merges = {{0, 1, 2, 0}, {1, 0, 3, 1}, {0, 1, 2, 2}};
  CHECK(encode(Bpe(parts), "aba") == std::vector<TokenId>{0, 3});
}

TEST_CASE("a whole piece is looked up first where the vocabulary says so", "[moe][text]") {
  Bpe::Parts parts = parts_of("abc", {"abc"});
  CHECK(encode(Bpe(parts), "abc") == std::vector<TokenId>{0, 1, 2});
  parts.prefers_whole_piece = true;
  CHECK(encode(Bpe(parts), "abc") == std::vector<TokenId>{3});
}

TEST_CASE("bytes without an id become the unknown token or nothing", "[moe][text]") {
  Bpe::Parts parts = parts_of("ab", {"?"});
  CHECK(encode(Bpe(parts), "xaxxb") == std::vector<TokenId>{0, 1});
  parts.unknown = 2;
  CHECK(encode(Bpe(parts), "xaxxb") == std::vector<TokenId>{2, 0, 2, 2, 1});
  parts.fuses_unknown = true;
  CHECK(encode(Bpe(parts), "xaxxb") == std::vector<TokenId>{2, 0, 2, 1});
}

TEST_CASE("characters that the vocabulary lacks become their bytes", "[moe][text]") {
  Bpe::Parts parts = parts_of("ab", {"é"});
  for (int byte = 0; byte < 256; ++byte) parts.byte_ids[static_cast<std::size_t>(byte)] = 100 + byte;
  parts.starts_with_characters = true;
  CHECK(encode(Bpe(parts), "aéπ") == std::vector<TokenId>{0, 2, 100 + 0xCF, 100 + 0x80});
}

TEST_CASE("a piece of a megabyte takes work in proportion to its length", "[moe][text]") {
  // Tokens of 1, 2, 4, ... 1024 letters: every merge is followed by others.
  std::vector<std::string> longer;
  for (std::size_t length = 2; length <= 1024; length *= 2) longer.push_back(std::string(length, 'a'));
  Bpe::Parts parts = parts_of("a", longer);
  for (TokenId id = 1; id <= 10; ++id) parts.merges.push_back({id - 1, id - 1, id, id});
  const Bpe bpe(parts);
  for (const std::size_t length : {1u << 10, (1u << 15) - 1, 1u << 20}) {
    std::vector<TokenId> ids;
    CHECK(bpe.encode(std::string(length, 'a'), ids) <= 3 * length);
    CHECK(ids.size() == length / 1024 + (length % 1024 == 0 ? 0 : 10));
  }
}

}  // namespace
}  // namespace tripos::moe
