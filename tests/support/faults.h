#pragma once
// What goes wrong with a machine, brought about for the life of an object.

#include <sys/resource.h>
#include <unistd.h>

#include <csignal>

#include "tests/catch.h"

namespace tripos::test {

// Root may write everywhere, so a test of a forbidden place goes on as nobody for a while.
class Unprivileged {
 public:
  Unprivileged() { REQUIRE((before_ != 0 || ::seteuid(65534) == 0)); }
  ~Unprivileged() { static_cast<void>(::seteuid(before_)); }
  Unprivileged(const Unprivileged&) = delete;
  Unprivileged& operator=(const Unprivileged&) = delete;

 private:
  uid_t before_ = ::geteuid();
};

// A file that may not grow fails in the middle of a write, as on a full disk.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) {
    REQUIRE(::getrlimit(RLIMIT_FSIZE, &before_) == 0);
    const rlimit lowered{bytes, before_.rlim_max};
    REQUIRE(::setrlimit(RLIMIT_FSIZE, &lowered) == 0);
  }
  ~FileSizeLimit() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_);
  }
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;

 private:
  rlimit before_{};
  void (*handler_)(int) = std::signal(SIGXFSZ, SIG_IGN);
};

}  // namespace tripos::test
