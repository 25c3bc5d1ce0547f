#include <csignal>

#include "harness/cli/app.h"

int main(int argc, char** argv) {
  // A reader that had enough ("tripos list | head -1") shows as EPIPE where we write, and a server that hangs up must
  // not end the program.
  std::signal(SIGPIPE, SIG_IGN);
  // A file that may not grow ("ulimit -f") shows as EFBIG where we write.
  std::signal(SIGXFSZ, SIG_IGN);
  return tripos::cli::run_program(argc, argv);
}
