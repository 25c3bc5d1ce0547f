#include "backends/moe/ops/cpu/thread_pool.h"

#include <cassert>

namespace tripos::moe {
namespace {

constexpr int kFieldBits = 24;
constexpr std::uint64_t kField = (std::uint64_t{1} << kFieldBits) - 1;

int taken(std::uint64_t state) { return static_cast<int>(state & kField); }
int items(std::uint64_t state) { return static_cast<int>(state >> kFieldBits & kField); }

void pause() {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#else
  std::this_thread::yield();
#endif
}

// Until the value is another one.
template <typename T>
void wait_while(const std::atomic<T>& atomic, T value) {
  constexpr int kAwake = 2000;  // pauses: some tens of microseconds
  for (int i = 0; i < kAwake; ++i) {
    if (atomic.load(std::memory_order_acquire) != value) return;
    pause();
  }
  atomic.wait(value, std::memory_order_acquire);
}

}  // namespace

ThreadPool::ThreadPool(int threads) {
  for (int i = 1; i < threads; ++i) workers_.emplace_back([this, i] { work(i); });
}

ThreadPool::~ThreadPool() {
  ends_ = true;
  state_ = 0;
  state_.fetch_add(std::uint64_t{1} << (2 * kFieldBits));
  state_.notify_all();
  for (std::thread& worker : workers_) worker.join();
}

void ThreadPool::run_job(Job job, int count) {
  if (workers_.empty() || count <= 1) {
    for (int i = 0; i < count; ++i) job.call(job.context, i, 0);
    return;
  }
  assert(static_cast<std::uint64_t>(count) <= kField);
  job_ = job;
  done_.store(0, std::memory_order_relaxed);
  const std::uint64_t number = (state_.load(std::memory_order_relaxed) >> (2 * kFieldBits)) + 1;
  state_.store(number << (2 * kFieldBits) | static_cast<std::uint64_t>(count) << kFieldBits, std::memory_order_release);
  state_.notify_all();
  while (take_item(0)) {
  }
  for (int done = done_.load(std::memory_order_acquire); done < count; done = done_.load(std::memory_order_acquire)) {
    wait_while(done_, done);
  }
}

// False where the job has none left.
bool ThreadPool::take_item(int thread) {
  std::uint64_t state = state_.load(std::memory_order_acquire);
  do {
    if (taken(state) >= items(state)) return false;
  } while (!state_.compare_exchange_weak(state, state + 1, std::memory_order_acq_rel));
  job_.call(job_.context, taken(state), thread);
  done_.fetch_add(1, std::memory_order_acq_rel);
  done_.notify_one();
  return true;
}

void ThreadPool::work(int thread) {
  while (true) {
    const std::uint64_t state = state_.load(std::memory_order_acquire);
    if (ends_) return;
    if (taken(state) < items(state)) {
      take_item(thread);
    } else {
      wait_while(state_, state);
    }
  }
}

}  // namespace tripos::moe
