#include "backends/moe/engine/page_pool.h"

#include <algorithm>

namespace tripos::moe {
namespace {

// The tokens of page `index` of a sequence.
std::array<int, kPageRows> page_tokens(std::span<const int> tokens, std::size_t index) {
  std::array<int, kPageRows> page{};
  std::copy_n(tokens.begin() + static_cast<std::ptrdiff_t>(index) * kPageRows, kPageRows, page.begin());
  return page;
}

}  // namespace

PagePool::PagePool(int pages) : pages_(static_cast<std::size_t>(pages)) {
  for (int page = 0; page < pages; ++page) free_.insert(free_.end(), page);
}

std::optional<int> PagePool::take() {
  if (free_.empty()) {
    if (idle_.empty()) return std::nullopt;
    forget(idle_.begin()->second);
  }
  const int page = *free_.begin();
  free_.erase(free_.begin());
  pages_[static_cast<std::size_t>(page)].holders = 1;
  return page;
}

std::vector<int> PagePool::take_prefix(std::span<const int> tokens) {
  std::vector<int> prefix;
  int before = -1;
  for (std::size_t i = 0; (i + 1) * kPageRows < tokens.size(); ++i) {
    const auto found = published_.find({before, page_tokens(tokens, i)});
    if (found == published_.end()) break;
    before = found->second;
    hold(before);
    prefix.push_back(before);
  }
  return prefix;
}

void PagePool::publish(std::span<const int> pages, std::span<const int> tokens) {
  const int page = pages.back();
  const int before = pages.size() > 1 ? pages[pages.size() - 2] : -1;
  const Key key{before, page_tokens(tokens, tokens.size() / kPageRows - 1)};
  // Two sequences may compute the same page at once, and one of them comes second.
  if (published_.emplace(key, page).second) pages_[static_cast<std::size_t>(page)].key = key;
}

void PagePool::release(std::span<const int> pages) {
  // The last page first: whoever holds a page holds those before it, which so never go before it.
  for (std::size_t i = pages.size(); i-- > 0;) {
    Page& page = pages_[static_cast<std::size_t>(pages[i])];
    if (--page.holders > 0) continue;
    page.released = ++clock_;
    if (page.key) {
      idle_.emplace(page.released, pages[i]);
    } else {
      free_.insert(pages[i]);
    }
  }
}

void PagePool::hold(int page) {
  Page& held = pages_[static_cast<std::size_t>(page)];
  if (held.holders++ == 0) idle_.erase({held.released, page});
}

void PagePool::forget(int page) {
  Page& idle = pages_[static_cast<std::size_t>(page)];
  idle_.erase({idle.released, page});
  published_.erase(*idle.key);
  idle.key.reset();
  free_.insert(page);
}

}  // namespace tripos::moe
