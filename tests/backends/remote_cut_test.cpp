// A reply that is cut, at whatever byte, is never taken for an answer.

#include "tests/backends/remote_run.h"
#include "tests/catch.h"
#include "tests/support/gzip.h"

namespace tripos::backends {
namespace {

using namespace test;

std::string joined(const std::vector<std::string>& pieces) {
  std::string text;
  for (const std::string& piece : pieces) text += piece;
  return text;
}

std::string until_close(const std::string& body, const std::string& type) {
  return "HTTP/1.1 200 OK\r\nContent-Type: " + type + "\r\n\r\n" + body;
}

struct Form {
  const char* name;
  std::string reply;
  std::size_t complete;  // bytes with which the answer's own end marker has been seen
};

std::vector<Form> forms() {
  const std::vector<std::string> events = chat_events({"go", "od"});
  const std::string plain = http_reply(200, chat_body("good"));
  const std::string packed = http_reply(200, gzip(chat_body("good")), {{"Content-Encoding", "gzip"}});
  const std::string chunked = http_chunks({chat_body("good")}, "application/json");
  const std::string stream = http_chunks(events, "text/event-stream");
  const std::string open_stream = until_close(joined(events), "text/event-stream");
  const std::string open_plain = until_close(chat_body("good"), "application/json");
  const auto behind_done = [](const std::string& reply) { return reply.find("[DONE]") + 6; };
  return {
      {"plain", plain, plain.size()},
      {"plain, gzip", packed, packed.size()},
      {"plain, in a chunk", chunked, chunked.size() - 1},  // the last chunk came, but for its LF
      {"plain, until the close", open_plain, open_plain.size()},
      {"streamed", stream, behind_done(stream)},
      {"streamed, until the close", open_stream, behind_done(open_stream)},
  };
}

// The reply to each request is cut at another byte when it is first asked, and whole the second time.
Ended serve_cut(const Form& form, bool by_reset) {
  std::map<int, int> asked;
  ChatServer server([&](const SeenRequest& request) {
    const auto length = static_cast<std::size_t>(question_of(request));
    if (++asked[question_of(request)] > 1) return Steps{send(http_reply(200, chat_body("good")))};
    return Steps{send(form.reply.substr(0, length)), by_reset ? reset() : close()};
  });
  RemoteOptions options = quick(server.base_url());
  Ended ended = serve(options, static_cast<int>(form.reply.size()));
  CHECK(ended.served.has_value());
  CHECK(ended.sent == server.request_count());
  return ended;
}

TEST_CASE("a reply that is cut at any byte is no answer, and its request is asked again", "[backends][remote]") {
  const bool by_reset = GENERATE(false, true);
  for (const Form& form : forms()) {
    CAPTURE(form.name, by_reset);
    const Ended ended = serve_cut(form, by_reset);
    CHECK(ended.failed() == 0);
    CHECK(ended.answered() == static_cast<int>(form.reply.size()));
    for (const auto& attempt : ended.attempts) {
      const auto length = static_cast<std::size_t>(std::stoi(attempt.request.sample_id));
      CAPTURE(length);
      if (attempt.outcome->has_value()) {
        CHECK(attempt.outcome->value().text == "good");
        continue;
      }
      CHECK(attempt.outcome->error().failure_class == FailureClass::kUnknown);
    }
    // First attempts were claimed first, so of each request the first outcome is that of the cut reply.
    std::map<std::string, bool> first;
    for (const auto& attempt : ended.attempts)
      first.try_emplace(attempt.request.sample_id, attempt.outcome->has_value());
    for (const auto& [sample, answered] : first) {
      if (answered) CHECK(std::stoul(sample) >= form.complete);
    }
  }
}

}  // namespace
}  // namespace tripos::backends
