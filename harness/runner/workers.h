#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace tripos::runner {

// Threads that work through the items of one batch after the other, so that their owner can bring the next batch in
// meanwhile. start() and wait() are called from one thread, in turn.
class Workers {
 public:
  explicit Workers(int threads);
  ~Workers();  // waits
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;

  // Calls work(i) once for each i below `count`, from any of the threads, and returns at once. Items are taken in small
  // pieces, so that a long one holds up no other. What `work` refers to stays as it is until wait() has returned.
  void start(std::size_t count, std::function<void(std::size_t)> work);
  void wait();  // until the batch is done; at once where none was started

 private:
  void serve(std::stop_token stop);

  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::function<void(std::size_t)> work_;
  std::size_t count_ = 0;
  std::atomic<std::size_t> next_ = 0;
  std::size_t batch_ = 0;   // number of the batch
  std::size_t active_ = 0;  // threads that are not done with it
  std::vector<std::jthread> threads_;
};

}  // namespace tripos::runner
