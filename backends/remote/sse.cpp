#include "backends/remote/sse.h"

#include <algorithm>

namespace tripos::backends {

bool SseParser::feed(std::string_view bytes, const OnEvent& on_event) {
  constexpr std::size_t kNone = std::string_view::npos;
  // The next LF is looked up once, not again for each CR before it: a body of CRs stays linear.
  std::size_t at = 0;
  std::size_t lf = bytes.find('\n');
  while (at < bytes.size() && !too_large_) {
    if (after_cr_) {
      after_cr_ = false;
      if (bytes[at] == '\n') {
        lf = bytes.find('\n', ++at);
        continue;
      }
    }
    const std::size_t cr = bytes.substr(0, std::min(lf, bytes.size())).find('\r', at);
    const std::size_t end = std::min(cr, lf);
    const std::string_view piece = bytes.substr(at, end == kNone ? kNone : end - at);
    too_large_ = line_.size() + data_.size() + piece.size() > kMaxEventBytes;
    if (too_large_) break;
    if (end == kNone) {
      line_.append(piece);
      break;
    }
    if (line_.empty()) {
      end_line(piece, on_event);
    } else {
      line_.append(piece);
      end_line(line_, on_event);
      line_.clear();
    }
    at = end + 1;
    after_cr_ = end == cr;
    if (end == lf) lf = bytes.find('\n', at);
  }
  return !too_large_;
}

bool SseParser::finish(const OnEvent& on_event) {
  if (too_large_) return false;
  end_line(line_, on_event);
  line_.clear();
  dispatch(on_event);
  return true;
}

void SseParser::end_line(std::string_view line, const OnEvent& on_event) {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  if (at_start_ && line.starts_with(kByteOrderMark)) line.remove_prefix(kByteOrderMark.size());
  at_start_ = false;
  if (line.empty()) return dispatch(on_event);
  const std::size_t colon = line.find(':');
  if (line.substr(0, colon) != "data") return;
  line.remove_prefix(colon == std::string_view::npos ? line.size() : colon + 1);
  if (line.starts_with(' ')) line.remove_prefix(1);
  if (has_data_) data_.push_back('\n');
  data_.append(line);
  has_data_ = true;
}

void SseParser::dispatch(const OnEvent& on_event) {
  if (has_data_) on_event(data_);
  data_.clear();
  has_data_ = false;
}

}  // namespace tripos::backends
