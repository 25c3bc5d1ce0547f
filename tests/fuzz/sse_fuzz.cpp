// An event stream gives the same events whatever pieces it comes in. The first byte says how long the pieces are.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "backends/remote/sse.h"

namespace {

std::vector<std::string> events_of(std::string_view body, std::size_t piece) {
  std::vector<std::string> events;
  tripos::backends::SseParser parser;
  const auto keep = [&](std::string_view data) { events.emplace_back(data); };
  for (; !body.empty(); body.remove_prefix(std::min(piece, body.size()))) {
    if (!parser.feed(body.substr(0, piece), keep)) std::abort();  // a fuzzer's body is smaller than the limit
  }
  if (!parser.finish(keep)) std::abort();
  return events;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view body(reinterpret_cast<const char*>(data) + 1, size - 1);
  const std::vector<std::string> whole = events_of(body, size);
  std::size_t bytes = 0;
  for (const std::string& event : whole) bytes += event.size();
  if (bytes > body.size()) std::abort();
  if (events_of(body, 1) != whole || events_of(body, std::size_t{data[0]} + 1) != whole) std::abort();
  return 0;
}
