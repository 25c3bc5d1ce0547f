#pragma once
// Responses in, results out, batch by batch and in order.

#include <functional>
#include <utility>
#include <vector>

#include "harness/core/result.h"
#include "harness/runner/workers.h"
#include "harness/store/store.h"

namespace tripos::runner {

// Turns batches of responses into batches of `Item`. The threads work on one batch while the results of the one before
// it are handed on and the next one is loaded. All but `Work` is called from the owner's thread.
template <typename Item>
class BatchesInOrder {
 public:
  using Work = std::function<Item(store::StoredResponse&)>;  // called from any thread; may take from the response
  using Take = std::function<Result<void>(std::vector<Item>)>;

  BatchesInOrder(int threads, Work work, Take take)
      : work_(std::move(work)), take_(std::move(take)), workers_(threads) {}

  Result<void> add(std::vector<store::StoredResponse> batch) {
    workers_.wait();
    std::vector<Item> done = std::exchange(items_, std::vector<Item>(batch.size()));
    batch_ = std::move(batch);
    workers_.start(batch_.size(), [this](std::size_t i) { items_[i] = work_(batch_[i]); });
    return hand_on(std::move(done));
  }

  Result<void> finish() {
    workers_.wait();
    return hand_on(std::exchange(items_, {}));
  }

 private:
  Result<void> hand_on(std::vector<Item> items) { return items.empty() ? Result<void>() : take_(std::move(items)); }

  Work work_;
  Take take_;
  std::vector<store::StoredResponse> batch_;
  std::vector<Item> items_;
  Workers workers_;  // the last member, so that it ends before what it works on
};

}  // namespace tripos::runner
