#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

#include "harness/cli/terminal.h"
#include "harness/runner/runner.h"

namespace tripos::cli {

// Whether what is done asks a model, so that it can fail.
enum class Work { kAsking, kReading };

// Shows how far the work on one run is: a line redrawn on a terminal, else a line every ten seconds.
class ProgressMeter {
 public:
  ProgressMeter(Terminal& terminal, std::string label, int finished, int total, Work work = Work::kAsking);
  ~ProgressMeter();  // removes what is drawn

  void update(const runner::Progress& progress);  // from any thread; quick
  double seconds() const;                         // since the start

 private:
  void draw(std::stop_token stop);

  Terminal& terminal_;
  const std::string label_;
  const int first_finished_;
  const Work work_;
  const std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  std::mutex mutex_;
  std::condition_variable_any wake_;
  runner::Progress progress_;
  std::jthread thread_;
};

// "math500  scripted/demo  120/500  0:41  2 failed"; `left` below 0 is left out.
std::string progress_line(const std::string& label, const runner::Progress& progress, double seconds, double left,
                          Work work = Work::kAsking);
// The same with a bar that fills what `width` leaves.
std::string progress_bar(const std::string& label, const runner::Progress& progress, double seconds, double left,
                         int width, Work work = Work::kAsking);

}  // namespace tripos::cli
