#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace tripos::backends {

// Splits a text/event-stream body into the data of its events (WHATWG HTML, section 9.2.6), whatever pieces it comes
// in. Names, ids and comments are dropped: no Chat Completions server says anything in them.
class SseParser {
 public:
  using OnEvent = std::function<void(std::string_view data)>;

  // No chunk of a real service comes near it; a line or event above it is an attack or a fault.
  static constexpr std::size_t kMaxEventBytes = std::size_t{8} << 20;

  // Calls `on_event` for each event that is complete. False, and nothing more is read, once an event is too large.
  bool feed(std::string_view bytes, const OnEvent& on_event);

  // The body ended. Many servers leave out the blank line after the last event, so what stands there counts; whether it
  // is whole is for the reader of its data to say.
  bool finish(const OnEvent& on_event);

 private:
  void end_line(std::string_view line, const OnEvent& on_event);
  void dispatch(const OnEvent& on_event);

  std::string line_;  // start of a line that is still coming
  std::string data_;
  bool has_data_ = false;
  bool at_start_ = true;  // a byte order mark may come
  bool after_cr_ = false;
  bool too_large_ = false;
};

}  // namespace tripos::backends
