#pragma once

#include <mutex>
#include <string>
#include <string_view>

#include "harness/core/result.h"

namespace tripos::cli {

struct TerminalOptions {
  bool no_color = false;
  bool no_progress = false;
  bool quiet = false;
  bool verbose = false;
};

// Owns the two streams: results go to stdout, everything else to stderr. Thread-safe.
class Terminal {
 public:
  Terminal();
  void configure(const TerminalOptions& options);

  // Writes a result as it stands. False once it cannot be written any more: a long writer then stops.
  bool print(std::string_view text);
  // Error where results could not be written; a reader that had enough ("| head") is none.
  Result<void> print_result() const;

  void message(std::string_view line);  // left out with --quiet
  void detail(std::string_view line);   // only with --verbose
  void warn(std::string_view line);     // "warning: ..."
  void error(const Error& error);       // "error: ..." and "hint: ..."

  bool draws() const { return draws_; }  // the status line is redrawn
  bool shows_progress() const { return shows_progress_; }
  void status(std::string_view line);  // replaces the status line; empty removes it. Only where draws().

  int width() const;  // columns of stdout's terminal, else $COLUMNS, else 80
  bool colors_results() const { return color_out_; }

 private:
  void write_stderr(std::string_view text);

  std::mutex mutex_;
  bool color_out_ = false;
  bool color_err_ = false;
  bool draws_ = false;
  bool shows_progress_ = true;
  bool quiet_ = false;
  bool verbose_ = false;
  bool has_status_ = false;
  int print_errno_ = 0;
};

// Text from outside, made safe for a terminal: control characters but LF and TAB become visible, UTF-8 is repaired.
std::string printable(std::string_view text);

}  // namespace tripos::cli
