#pragma once

#include <functional>
#include <stop_token>
#include <thread>

namespace tripos::cli {

// While it lives, the first SIGINT, SIGTERM or SIGHUP requests a stop and calls `on_first`; the next one calls
// `on_second` and ends the process with code 130. Both are called from a thread of its own, so they may do anything.
// One at a time in a process.
class Interrupt {
 public:
  Interrupt(std::function<void()> on_first, std::function<void()> on_second);
  ~Interrupt();  // puts the former handlers back
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;

  std::stop_token token() const { return source_.get_token(); }

 private:
  void listen();

  std::function<void()> on_first_;
  std::function<void()> on_second_;
  std::stop_source source_;
  std::jthread thread_;
};

}  // namespace tripos::cli
