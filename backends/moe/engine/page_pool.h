#pragma once
// Which pages of the KV cache belong to whom. Book-keeping only: the pages themselves are KvCache's.

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <utility>
#include <vector>

#include "backends/moe/ops/tensors.h"

namespace tripos::moe {

// Pages are held by sequences, several of which may hold the same one. A full page can be published with the tokens it
// was computed from: a sequence that begins alike takes it instead of computing it. A published page that nobody holds
// stays until its place is needed; the one left longest goes first.
class PagePool {
 public:
  explicit PagePool(int pages);

  // Pages that take() could give: free ones and published ones that nobody holds.
  int available() const { return static_cast<int>(free_.size() + idle_.size()); }
  // A page of unknown content, held once; nothing where all are held.
  std::optional<int> take();
  // The published pages that `tokens` begins with, in their order, each held once more. Never all of `tokens`: the last
  // one is left to compute.
  std::vector<int> take_prefix(std::span<const int> tokens);
  // The last of `pages`, which lie behind one another from position 0, is full and was computed from the last tokens of
  // `tokens`. From then on nobody writes into it.
  void publish(std::span<const int> pages, std::span<const int> tokens);
  // Lets go of all pages of a sequence.
  void release(std::span<const int> pages);

 private:
  using Key = std::pair<int, std::array<int, kPageRows>>;  // the page before, -1 for none, and the tokens

  struct Page {
    int holders = 0;
    std::uint64_t released = 0;  // when its last holder let go
    std::optional<Key> key;      // of a published page
  };

  void hold(int page);
  void forget(int page);

  std::vector<Page> pages_;
  std::set<int> free_;
  std::set<std::pair<std::uint64_t, int>> idle_;  // published, held by nobody: by time
  std::map<Key, int> published_;
  std::uint64_t clock_ = 0;
};

}  // namespace tripos::moe
