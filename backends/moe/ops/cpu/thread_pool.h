#pragma once

#include <atomic>
#include <cstdint>
#include <thread>
#include <vector>

namespace tripos::moe {

// Threads that share the items of one job after the other. Between jobs they wait: some microseconds awake, since the
// next job of a forward pass is near, then asleep.
class ThreadPool {
 public:
  // The caller of run() is one of the `threads`.
  explicit ThreadPool(int threads);
  ~ThreadPool();
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  int threads() const { return static_cast<int>(workers_.size()) + 1; }

  // Calls task(item, thread) for each item from 0 to count - 1 and returns when all are done. Which of the threads
  // takes which item is left to chance. One caller at a time.
  template <typename Task>
  void run(int count, const Task& task) {
    const auto call = [](const void* context, int item, int thread) {
      (*static_cast<const Task*>(context))(item, thread);
    };
    run_job({call, &task}, count);
  }

  // The same, on the caller's thread alone where the items, of `size` numbers each, are not worth waking another.
  template <typename Task>
  void run_if_worth(int count, int size, const Task& task) {
    constexpr std::int64_t kWorthIt = 1 << 14;
    if (static_cast<std::int64_t>(count) * size >= kWorthIt) return run(count, task);
    for (int i = 0; i < count; ++i) task(i, 0);
  }

 private:
  struct Job {
    void (*call)(const void* context, int item, int thread);
    const void* context;
  };

  void run_job(Job job, int count);
  bool take_item(int thread);
  void work(int thread);

  // Of the job that is under way: its number (16 bits), its items (24) and how many of them are taken (24). Who takes
  // an item of a job keeps the job from ending, so that job_ stands still.
  std::atomic<std::uint64_t> state_ = 0;
  std::atomic<int> done_ = 0;
  std::atomic<bool> ends_ = false;
  Job job_{};
  std::vector<std::thread> workers_;
};

}  // namespace tripos::moe
