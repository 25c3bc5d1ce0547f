#include "harness/cli/progress.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "harness/cli/layout.h"
#include "harness/core/text.h"

namespace tripos::cli {
namespace {

constexpr std::chrono::milliseconds kRedraw{100};
constexpr std::chrono::seconds kLine{10};
constexpr int kMinBar = 10;
constexpr int kMaxBar = 40;

int ended(const runner::Progress& progress) { return progress.finished + progress.failed; }

// Seconds left at the pace of this start of the program; below 0 while nothing is known.
double seconds_left(const runner::Progress& progress, int first_finished, double seconds) {
  const int done = ended(progress) - first_finished;
  return done < 1 ? -1 : seconds / done * (progress.total - ended(progress));
}

}  // namespace

std::string progress_line(const std::string& label, const runner::Progress& progress, double seconds, double left,
                          Work work) {
  std::string line = fmt::format("{}  {}/{}  {}", label, with_commas(progress.finished), with_commas(progress.total),
                                 clock_time(seconds));
  if (work == Work::kAsking) line += fmt::format("  {} failed", with_commas(progress.failed));
  if (progress.generated > 0 && seconds > 0) {
    line += fmt::format("  {} tokens/s", with_commas(std::llround(static_cast<double>(progress.generated) / seconds)));
  }
  if (left >= 0) line += fmt::format("  {} left", clock_time(left));
  return line;
}

std::string progress_bar(const std::string& label, const runner::Progress& progress, double seconds, double left,
                         int width, Work work) {
  const std::string line = progress_line(label, progress, seconds, left, work);
  // One column stays free, else some terminals wrap.
  const int room = std::min(kMaxBar, width - 1 - display_width(line) - 4);
  if (room < kMinBar) return std::string(prefix_utf8(line, std::max(0, width - 1)));
  const double share = progress.total > 0 ? static_cast<double>(ended(progress)) / progress.total : 0;
  const int filled = std::clamp(static_cast<int>(share * room), 0, room);
  return fmt::format("{}  [{:=<{}}{:<{}}]{}", label, "", filled, "", room - filled, line.substr(label.size()));
}

ProgressMeter::ProgressMeter(Terminal& terminal, std::string label, int finished, int total, Work work)
    : terminal_(terminal), label_(std::move(label)), first_finished_(finished), work_(work) {
  progress_.finished = finished;
  progress_.total = total;
  if (terminal_.shows_progress()) thread_ = std::jthread([this](std::stop_token stop) { draw(stop); });
}

ProgressMeter::~ProgressMeter() {
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
  terminal_.status("");
}

void ProgressMeter::update(const runner::Progress& progress) {
  const std::lock_guard lock(mutex_);
  progress_ = progress;
}

double ProgressMeter::seconds() const {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
}

void ProgressMeter::draw(std::stop_token stop) {
  std::unique_lock lock(mutex_);
  const auto pause = terminal_.draws() ? std::chrono::milliseconds(kRedraw) : std::chrono::milliseconds(kLine);
  while (true) {
    wake_.wait_for(lock, stop, pause, [] { return false; });
    if (stop.stop_requested()) return;
    const runner::Progress progress = progress_;
    lock.unlock();
    const double left = seconds_left(progress, first_finished_, seconds());
    if (terminal_.draws()) {
      terminal_.status(progress_bar(label_, progress, seconds(), left, terminal_.width(), work_));
    } else {
      terminal_.message(progress_line(label_, progress, seconds(), left, work_));
    }
    lock.lock();
  }
}

}  // namespace tripos::cli
