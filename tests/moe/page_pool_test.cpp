#include "backends/moe/engine/page_pool.h"

#include <algorithm>
#include <map>
#include <random>
#include <set>

#include "tests/catch.h"

namespace tripos::moe {
namespace {

// Pages of equal tokens each, and one token more.
std::vector<int> tokens_of(const std::vector<int>& pages) {
  std::vector<int> tokens;
  for (const int page : pages) tokens.insert(tokens.end(), kPageRows, page);
  tokens.push_back(0);
  return tokens;
}

struct Sequence {
  std::vector<int> tokens;
  std::vector<int> pages;
  std::size_t shared = 0;  // pages that were there before
};

// All tokens up to the end of one of its pages.
std::vector<int> content_of(const Sequence& sequence, std::size_t page) {
  const std::size_t end = std::min(sequence.tokens.size(), (page + 1) * kPageRows);
  return {sequence.tokens.begin(), sequence.tokens.begin() + static_cast<std::ptrdiff_t>(end)};
}

using Contents = std::map<int, std::vector<int>>;  // of each page, as it was computed last

// Takes what is published and computes the rest; nothing where pages run out, which then are given back.
std::optional<Sequence> start(PagePool& pool, std::vector<int> tokens, Contents* contents = nullptr) {
  Sequence sequence{std::move(tokens), {}, 0};
  sequence.pages = pool.take_prefix(sequence.tokens);
  sequence.shared = sequence.pages.size();
  while (sequence.pages.size() * kPageRows < sequence.tokens.size()) {
    const auto page = pool.take();
    if (!page) {
      pool.release(sequence.pages);
      return std::nullopt;
    }
    sequence.pages.push_back(*page);
    if (contents != nullptr) (*contents)[*page] = content_of(sequence, sequence.pages.size() - 1);
    const std::size_t computed = sequence.pages.size() * kPageRows;
    if (computed <= sequence.tokens.size()) pool.publish(sequence.pages, std::span(sequence.tokens).first(computed));
  }
  return sequence;
}

TEST_CASE("sequences that begin alike share their full pages", "[moe][pages]") {
  PagePool pool(8);
  const Sequence first = *start(pool, tokens_of({1, 2}));
  const Sequence second = *start(pool, tokens_of({1, 2}));
  const Sequence third = *start(pool, tokens_of({1, 3}));
  const Sequence fourth = *start(pool, tokens_of({2}));  // the tokens of a page that stands elsewhere
  CHECK(first.shared == 0);
  CHECK(second.shared == 2);
  CHECK(third.shared == 1);
  CHECK(fourth.shared == 0);
  CHECK(second.pages[1] == first.pages[1]);
  CHECK(second.pages[2] != first.pages[2]);
  CHECK(third.pages[0] == first.pages[0]);
  CHECK(pool.available() == 0);
}

TEST_CASE("the last token is left to compute, even where its page is published", "[moe][pages]") {
  PagePool pool(4);
  std::vector<int> tokens = tokens_of({1});
  tokens.pop_back();
  CHECK(start(pool, tokens)->pages.size() == 1);
  CHECK(start(pool, tokens)->shared == 0);
}

TEST_CASE("what nobody holds stays until its place is needed", "[moe][pages]") {
  PagePool pool(5);
  const Sequence first = *start(pool, tokens_of({1, 2}));
  pool.release(first.pages);
  CHECK(pool.available() == 5);
  const Sequence again = *start(pool, tokens_of({1, 2}));
  CHECK(again.shared == 2);
  pool.release(again.pages);
  const Sequence other = *start(pool, tokens_of({7, 8}));
  CHECK(other.shared == 0);
  pool.release(other.pages);
  // {1, 2} was left longest: its second page went first, then its first.
  CHECK(start(pool, tokens_of({7, 8}))->shared == 2);
  CHECK_FALSE(start(pool, tokens_of({1, 2})));
  CHECK(pool.available() == 2);
}

TEST_CASE("any order of starts and ends keeps the books straight", "[moe][pages]") {
  constexpr int kPages = 24;
  std::mt19937 random(3);
  PagePool pool(kPages);
  std::vector<Sequence> running;
  Contents contents;
  for (int step = 0; step < 5000; ++step) {
    if (random() % 2 == 0 && !running.empty()) {
      const std::size_t leaving = random() % running.size();
      pool.release(running[leaving].pages);
      running.erase(running.begin() + static_cast<std::ptrdiff_t>(leaving));
    } else {
      std::vector<int> pages(1 + random() % 4);
      for (int& page : pages) page = static_cast<int>(random() % 3);
      if (auto sequence = start(pool, tokens_of(pages), &contents)) running.push_back(std::move(*sequence));
    }
    std::set<int> held;
    for (const Sequence& sequence : running) {
      held.insert(sequence.pages.begin(), sequence.pages.end());
      for (std::size_t i = 0; i < sequence.pages.size(); ++i) {
        REQUIRE(contents.at(sequence.pages[i]) == content_of(sequence, i));
      }
    }
    REQUIRE(pool.available() == kPages - static_cast<int>(held.size()));
  }
}

}  // namespace
}  // namespace tripos::moe
