#include "harness/runner/workers.h"

#include <algorithm>

namespace tripos::runner {
namespace {

constexpr std::size_t kPiece = 8;

}  // namespace

Workers::Workers(int threads) {
  for (int i = 0; i < threads; ++i) threads_.emplace_back([this](std::stop_token stop) { serve(stop); });
}

Workers::~Workers() {
  wait();
  threads_.clear();  // asks each to stop, and joins
}

void Workers::start(std::size_t count, std::function<void(std::size_t)> work) {
  {
    const std::lock_guard lock(mutex_);
    work_ = std::move(work);
    count_ = count;
    next_ = 0;
    active_ = threads_.size();
    ++batch_;
  }
  changed_.notify_all();
}

void Workers::wait() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return active_ == 0; });
}

void Workers::serve(std::stop_token stop) {
  std::size_t done = 0;  // batches
  std::unique_lock lock(mutex_);
  while (changed_.wait(lock, stop, [&] { return batch_ != done; })) {
    done = batch_;
    lock.unlock();
    for (std::size_t begin = next_.fetch_add(kPiece); begin < count_; begin = next_.fetch_add(kPiece)) {
      for (std::size_t i = begin; i < std::min(begin + kPiece, count_); ++i) work_(i);
    }
    lock.lock();
    if (--active_ == 0) changed_.notify_all();
  }
}

}  // namespace tripos::runner
