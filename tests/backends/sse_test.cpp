#include "backends/remote/sse.h"

#include <vector>

#include "tests/backends/golden_wire.h"
#include "tests/catch.h"

namespace tripos::backends {
namespace {

using Events = std::vector<std::string>;

// Events of a body that comes in the given pieces.
Events events_of(const std::vector<std::string_view>& pieces) {
  Events events;
  SseParser parser;
  const auto keep = [&](std::string_view data) { events.emplace_back(data); };
  for (const std::string_view piece : pieces) CHECK(parser.feed(piece, keep));
  CHECK(parser.finish(keep));
  return events;
}

Events without_empty(Events events) {
  std::erase_if(events, [](const std::string& data) { return data.empty(); });
  return events;
}

TEST_CASE("event streams are read as OpenAI's own client reads them", "[backends][sse]") {
  for (const auto& stream : test::golden_wire("sse")) {
    const auto text = stream["text"].get<std::string>();
    CAPTURE(text);
    CHECK(without_empty(events_of({text})) == stream["events"].get<Events>());
  }
}

TEST_CASE("events do not depend on the pieces they come in", "[backends][sse]") {
  for (const auto& stream : test::golden_wire("sse")) {
    const auto text = stream["text"].get<std::string>();
    const Events whole = events_of({text});
    const std::string_view view = text;
    std::vector<std::string_view> bytes;
    for (std::size_t i = 0; i < view.size(); ++i) {
      bytes.push_back(view.substr(i, 1));
      CHECK(events_of({view.substr(0, i), view.substr(i)}) == whole);
    }
    CHECK(events_of(bytes) == whole);
  }
}

TEST_CASE("each form of line and event is read", "[backends][sse]") {
  struct Case {
    std::string_view body;
    Events events;
  };
  const auto c = GENERATE(values<Case>({
      {"", {}},
      {"\n\n\n", {}},
      {": comment\n\n: another\n\n", {}},
      {"data: a\n\ndata: b\n\n", {"a", "b"}},
      {"data: a\r\n\r\ndata: b\r\n\r\n", {"a", "b"}},
      {"data: a\r\rdata: b\r\r", {"a", "b"}},
      {"data: a\r\n\ndata: b\n\r", {"a", "b"}},
      {"data:a\ndata: b\ndata:  c\n\n", {"a\nb\n c"}},
      {"\xEF\xBB\xBF"
       "data: a\n\n",
       {"a"}},
      {"data: a\n\n\xEF\xBB\xBF"
       "data: b\n\n",
       {"a"}},  // the mark is one at the start only
      {"event: error\ndata: a\nid: 7\nretry: 5\n\n", {"a"}},
      {"event: ping\n\ndata: a\n\n", {"a"}},
      {"data\n\n", {""}},
      {"data: a: b\n\n", {"a: b"}},
      {"Data: a\n\n", {}},
      {"data: a", {"a"}},  // no blank line, not even a line end
      {"data: a\n", {"a"}},
      {"data: a\n\ndata: b\n", {"a", "b"}},
      {"data: a\r", {"a"}},
  }));
  CAPTURE(c.body);
  CHECK(events_of({c.body}) == c.events);
}

TEST_CASE("a line or an event without end is refused", "[backends][sse]") {
  const std::string megabyte(std::size_t{1} << 20, 'x');
  const auto ignore = [](std::string_view) {};
  SseParser endless_line;
  SseParser endless_event;
  SseParser many_events;
  int line_fed = 0;
  int event_fed = 0;
  while (line_fed < 20 && endless_line.feed(megabyte, ignore)) ++line_fed;
  while (event_fed < 20 && endless_event.feed("data:" + megabyte + "\n", ignore)) ++event_fed;
  CHECK(line_fed == 8);
  CHECK(event_fed == 7);  // an event holds the line ends, too
  CHECK_FALSE(endless_line.feed("\n\ndata: a\n\n", ignore));
  CHECK_FALSE(endless_line.finish(ignore));
  for (int i = 0; i < 20; ++i) CHECK(many_events.feed("data:" + megabyte + "\n\n", ignore));
}

}  // namespace
}  // namespace tripos::backends
