#include "harness/cli/interrupt.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <utility>

#include "harness/cli/command.h"

namespace tripos::cli {
namespace {

constexpr std::array kSignals = {SIGINT, SIGTERM, SIGHUP};
constexpr char kSignal = 's';
constexpr char kEnd = 'e';

// A handler may do next to nothing, so it writes a byte to a pipe that a thread reads.
std::array<int, 2> pipe_ends = {-1, -1};
std::array<struct sigaction, kSignals.size()> former_actions;

void write_byte(char byte) {
  const int saved = errno;
  [[maybe_unused]] const ssize_t written = ::write(pipe_ends[1], &byte, 1);
  errno = saved;
}

void on_signal(int) { write_byte(kSignal); }

}  // namespace

Interrupt::Interrupt(std::function<void()> on_first, std::function<void()> on_second)
    : on_first_(std::move(on_first)), on_second_(std::move(on_second)) {
  if (::pipe2(pipe_ends.data(), O_CLOEXEC) != 0) return;  // the signals then end the process, as they do by default
  thread_ = std::jthread([this] { listen(); });
  struct sigaction action {};
  action.sa_handler = &on_signal;
  action.sa_flags = SA_RESTART;
  for (std::size_t i = 0; i < kSignals.size(); ++i) {
    ::sigaction(kSignals[i], nullptr, &former_actions[i]);
    // "nohup" starts programs with SIGHUP ignored; that stays so.
    if (former_actions[i].sa_handler != SIG_IGN) ::sigaction(kSignals[i], &action, nullptr);
  }
}

Interrupt::~Interrupt() {
  if (!thread_.joinable()) return;
  for (std::size_t i = 0; i < kSignals.size(); ++i) ::sigaction(kSignals[i], &former_actions[i], nullptr);
  write_byte(kEnd);
  thread_.join();
  for (int& end : pipe_ends) ::close(std::exchange(end, -1));
}

void Interrupt::listen() {
  bool is_first = true;
  while (true) {
    char byte = kEnd;
    const ssize_t got = ::read(pipe_ends[0], &byte, 1);
    if (got < 0 && errno == EINTR) continue;
    if (got != 1 || byte == kEnd) return;
    if (!is_first) {
      on_second_();
      ::_exit(static_cast<int>(Exit::kInterrupted));
    }
    is_first = false;
    source_.request_stop();
    on_first_();
  }
}

}  // namespace tripos::cli
