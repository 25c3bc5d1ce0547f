#include "harness/cli/terminal.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <cstring>

#include "harness/core/text.h"

namespace tripos::cli {
namespace {

constexpr std::string_view kEraseLine = "\r\x1b[K";

// errno of the failure, 0 once all is written.
int write_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(descriptor, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return 0;
}

bool is_terminal(int descriptor) {
  const char* term = std::getenv("TERM");
  return ::isatty(descriptor) == 1 && term != nullptr && std::string_view(term) != "dumb";
}

// https://no-color.org: any non-empty value counts.
bool wants_color() {
  const char* no_color = std::getenv("NO_COLOR");
  return no_color == nullptr || *no_color == '\0';
}

}  // namespace

Terminal::Terminal() { configure({}); }

void Terminal::configure(const TerminalOptions& options) {
  const bool color = !options.no_color && wants_color();
  color_out_ = color && is_terminal(STDOUT_FILENO);
  color_err_ = color && is_terminal(STDERR_FILENO);
  shows_progress_ = !options.no_progress && !options.quiet;
  draws_ = shows_progress_ && is_terminal(STDERR_FILENO);
  quiet_ = options.quiet;
  verbose_ = options.verbose;
}

bool Terminal::print(std::string_view text) {
  const std::lock_guard lock(mutex_);
  if (has_status_) write_stderr("");
  if (print_errno_ == 0) print_errno_ = write_all(STDOUT_FILENO, text);
  return print_errno_ == 0;
}

Result<void> Terminal::print_result() const {
  if (print_errno_ == 0 || print_errno_ == EPIPE) return {};
  return fail(Error::Kind::kStorage, fmt::format("cannot write the output: {}", std::strerror(print_errno_)));
}

void Terminal::message(std::string_view line) {
  if (quiet_) return;
  const std::lock_guard lock(mutex_);
  write_stderr(fmt::format("{}\n", line));
}

void Terminal::detail(std::string_view line) {
  if (verbose_) message(line);
}

void Terminal::warn(std::string_view line) {
  message(fmt::format("{}warning:{} {}", color_err_ ? "\x1b[33m" : "", color_err_ ? "\x1b[0m" : "", printable(line)));
}

void Terminal::error(const Error& error) {
  const std::lock_guard lock(mutex_);
  const std::string_view end = color_err_ ? "\x1b[0m" : "";
  std::string text = fmt::format("{}error:{} {}\n", color_err_ ? "\x1b[1;31m" : "", end, printable(error.message));
  if (!error.hint.empty()) {
    text += fmt::format("{}hint:{} {}\n", color_err_ ? "\x1b[36m" : "", end, printable(error.hint));
  }
  write_stderr(text);
}

void Terminal::status(std::string_view line) {
  if (!draws_) return;
  const std::lock_guard lock(mutex_);
  write_stderr(line);
  has_status_ = !line.empty();
}

// The caller holds the lock.
void Terminal::write_stderr(std::string_view text) {
  if (has_status_) {
    write_all(STDERR_FILENO, kEraseLine);
    has_status_ = false;
  }
  write_all(STDERR_FILENO, text);
}

int Terminal::width() const {
  winsize size{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return std::max<int>(size.ws_col, 40);
  int columns = 0;
  if (const char* text = std::getenv("COLUMNS"); text != nullptr) {
    std::from_chars(text, text + std::strlen(text), columns);
  }
  return columns > 0 ? std::max(columns, 40) : 80;
}

std::string printable(std::string_view text) {
  const std::string repaired = repair_utf8(text);
  std::string result;
  result.reserve(repaired.size());
  for (std::size_t i = 0; i < repaired.size(); ++i) {
    const auto byte = static_cast<unsigned char>(repaired[i]);
    const bool is_c1 = byte == 0xC2 && i + 1 < repaired.size() && static_cast<unsigned char>(repaired[i + 1]) < 0xA0;
    if (is_c1) {
      result += fmt::format("\\x{:02x}", static_cast<unsigned char>(repaired[++i]));
    } else if ((byte < 0x20 && byte != '\n' && byte != '\t') || byte == 0x7F) {
      result += fmt::format("\\x{:02x}", byte);
    } else {
      result += repaired[i];
    }
  }
  return result;
}

}  // namespace tripos::cli
