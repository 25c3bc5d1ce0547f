// The Chat Completions backend against servers that fail, lie, stall and go.

#include <nlohmann/json.hpp>
#include <set>

#include "tests/backends/remote_run.h"
#include "tests/catch.h"

namespace tripos::backends {
namespace {

using namespace test;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr const char* kEventStream = "text/event-stream";

// Servers like to repeat what they were sent.
std::string error_body(const std::string& code, const std::string& message = "boom") {
  return nlohmann::json{{"error", {{"message", message + " (" + kKey + ")"}, {"code", code}}}}.dump();
}

Steps good() { return {send(http_reply(200, chat_body("good")))}; }

std::string cut(const std::string& reply, std::size_t missing) { return reply.substr(0, reply.size() - missing); }

std::string stream_reply() { return http_chunks(chat_events({"good"}), kEventStream); }

std::string until_close(const std::string& body, const std::string& type) {
  return "HTTP/1.1 200 OK\r\nContent-Type: " + type + "\r\n\r\n" + body;
}

std::string joined(const std::vector<std::string>& pieces) {
  std::string text;
  for (const std::string& piece : pieces) text += piece;
  return text;
}

struct Fault {
  const char* name;
  Steps steps;
  FailureClass expected;
  int status;
};

std::vector<Fault> faults() {
  const std::string whole = http_reply(200, chat_body("good"));
  const std::string half_json = chat_body("good").substr(0, 30);
  const std::vector<std::string> events = chat_events({"good"});
  const std::vector<std::string> no_finish = {events[0], events[1]};
  const std::vector<std::string> no_done(events.begin(), events.end() - 1);
  using enum FailureClass;
  return {
      {"429", {send(http_reply(429, error_body("rate_limit_exceeded")))}, kRate, 429},
      {"429 with seconds", {send(http_reply(429, "", {{"Retry-After", "0"}}))}, kRate, 429},
      {"429 with milliseconds", {send(http_reply(429, "", {{"retry-after-ms", "2"}}))}, kRate, 429},
      {"429 with a date",
       {send(http_reply(
           429, "", {{"Date", "Sun, 06 Nov 1994 08:49:37 GMT"}, {"Retry-After", "Sun, 06 Nov 1994 08:49:37 GMT"}}))},
       kRate,
       429},
      {"429 with a reset of a limit",
       {send(http_reply(429, "", {{"x-ratelimit-remaining-tokens", "0"}, {"x-ratelimit-reset-tokens", "2ms"}}))},
       kRate,
       429},
      {"500", {send(http_reply(500, error_body("server_error")))}, kTransient, 500},
      {"502 with a page", {send(http_reply(502, "<html>Bad Gateway</html>", {}, "text/html"))}, kTransient, 502},
      {"503", {send(http_reply(503, error_body("server_is_overloaded")))}, kTransient, 503},
      {"529", {send(http_reply(529, ""))}, kTransient, 529},
      {"500 that breaks off", {send(cut(http_reply(500, error_body("x")), 5)), close()}, kTransient, 500},
      {"closed before a reply", {close()}, kUnknown, 0},
      {"reset before a reply", {reset()}, kUnknown, 0},
      {"closed in the status line", {send("HTTP/1.1 20"), close()}, kUnknown, 0},
      {"closed in the head", {send("HTTP/1.1 200 OK\r\nContent-Ty"), close()}, kUnknown, 200},
      {"closed in the body", {send(cut(whole, 20)), close()}, kUnknown, 200},
      {"an interim reply and no other", {send("HTTP/1.1 100 Continue\r\n\r\n"), close()}, kUnknown, 0},
      {"no HTTP", {send("HELLO\r\n\r\n"), close()}, kUnknown, 0},
      {"a length that is none", {send("HTTP/1.1 200 OK\r\nContent-Length: ten\r\n\r\n"), close()}, kUnknown, 200},
      {"a length that overflows",
       {send("HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n" + chat_body("x")), close()},
       kUnknown,
       200},
      {"a length beyond all bounds",
       {send("HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n" + chat_body("x")), stall()},
       kUnknown,
       200},
      {"a head without end", {send("HTTP/1.1 200 OK\r\nX: " + std::string(300'000, 'x')), stall()}, kUnknown, 200},
      {"headers without end",
       {send("HTTP/1.1 200 OK\r\n" + joined(std::vector<std::string>(300, "X: " + std::string(1'000, 'x') + "\r\n"))),
        stall()},
       kUnknown,
       200},
      {"a chunk size that is none",
       {send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n"), close()},
       kUnknown,
       200},
      {"chunks that break off", {send(cut(stream_reply(), 60)), close()}, kUnknown, 200},
      {"gzip that is none", {send(http_reply(200, chat_body("x"), {{"Content-Encoding", "gzip"}}))}, kUnknown, 200},
      {"half the JSON in a whole body", {send(http_reply(200, half_json))}, kUnknown, 200},
      {"half the JSON until the close", {send(until_close(half_json, "application/json")), close()}, kUnknown, 200},
      {"an empty body", {send(http_reply(200, ""))}, kUnknown, 200},
      {"200 with an error", {send(http_reply(200, error_body("server_error")))}, kTransient, 200},
      {"200 with a 429 in it", {send(http_reply(200, R"({"error":{"code":429,"message":"slow down"}})"))}, kRate, 200},
      {"200 without choices", {send(http_reply(200, R"({"id":"x"})"))}, kTransient, 200},
      {"a stream that ends before its answer", {send(http_chunks(no_finish, kEventStream))}, kUnknown, 200},
      {"a stream without frame or [DONE]", {send(until_close(joined(no_done), kEventStream)), close()}, kUnknown, 200},
      {"a stream with an error",
       {send(http_chunks({events[0], events[1], "data: " + error_body("server_error") + "\n\n"}, kEventStream))},
       kUnknown,
       200},
      {"a stream with nonsense", {send(http_chunks({events[0], "data: {\"choices\n\n"}, kEventStream))}, kUnknown, 200},
  };
}

TEST_CASE("after each fault the request is asked again, and answered", "[backends][remote]") {
  for (const Fault& fault : faults()) {
    CAPTURE(fault.name);
    int asked = 0;
    ChatServer server([&](const SeenRequest&) { return ++asked == 1 ? fault.steps : good(); });
    RemoteOptions options = quick(server.base_url());
    const Ended ended = serve(options, 1);
    CHECK(ended.served.has_value());
    REQUIRE(ended.attempts.size() == 2);
    REQUIRE_FALSE(ended.attempts[0].outcome->has_value());
    CHECK(ended.failure().failure_class == fault.expected);
    CHECK(ended.failure().http_status == fault.status);
    CHECK(ended.failure().will_retry);
    CHECK_FALSE(ended.failure().message.empty());
    REQUIRE(ended.attempts[1].outcome->has_value());
    CHECK(ended.response(1).text == "good");
    CHECK(ended.sent == 2);
    CHECK(server.request_count() == 2);
  }
}

TEST_CASE("a request without a complete reply is sent twice at most", "[backends][remote]") {
  ChatServer server([](const SeenRequest&) { return Steps{close()}; });
  const Ended ended = serve(quick(server.base_url()), 1);
  CHECK(ended.served.has_value());
  CHECK(ended.failed() == 1);
  CHECK(ended.sent == 2);
  CHECK(server.request_count() == 2);
}

TEST_CASE("a request that makes the server fail is given up, and the others are answered", "[backends][remote]") {
  ChatServer server([](const SeenRequest& request) {
    return question_of(request) == 3 ? Steps{send(http_reply(500, error_body("x")))} : good();
  });
  const Ended ended = serve(quick(server.base_url()), 30);
  CHECK(ended.served.has_value());
  CHECK(ended.answered() == 29);
  CHECK(ended.failed() == 1);
  CHECK(server.request_count() == 29 + 6);
}

// libcurl sends a request again by itself when a kept connection turns out to be closed: each time may be billed.
TEST_CASE("a request on a kept connection that closes is never sent twice in secret", "[backends][remote]") {
  ChatServer server([](const SeenRequest& request) { return request.place == 0 ? good() : Steps{close()}; });
  RemoteOptions options = quick(server.base_url());
  options.max_connections = GENERATE(1, 5);
  const Ended ended = serve(options, 50);
  CHECK(ended.served.has_value());
  CHECK(ended.answered() == 50);
  CHECK(ended.sent == server.request_count());
  CHECK(ended.sent == static_cast<int>(ended.attempts.size()));
}

TEST_CASE("connections that servers close between requests cost no answer", "[backends][remote]") {
  ChatServer server([](const SeenRequest&) {
    Steps steps = good();
    steps.push_back(close());  // without having said so
    return steps;
  });
  RemoteOptions options = quick(server.base_url());
  options.max_connections = 3;
  const Ended ended = serve(options, 60);
  CHECK(ended.answered() == 60);
  // A request that met the close was sent, as far as we know, though the server never read it.
  CHECK(ended.sent >= server.request_count());
}

TEST_CASE("each silence has its limit", "[backends][remote]") {
  struct Case {
    const char* name;
    Steps steps;
    void (*limit)(RemoteOptions&);
    const char* message;
  };
  const std::string head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n";
  Steps comments = {send(head)};
  Steps events = {send(head)};
  for (int i = 0; i < 2'000; ++i) {
    comments.insert(comments.end(), {send(": keep-alive\n\n"), pause(milliseconds(2))});
    events.insert(events.end(), {send(chat_events({"x"})[1]), pause(milliseconds(2))});
  }
  const auto c = GENERATE_COPY(values<Case>({
      {"no reply",
       {stall()},
       [](RemoteOptions& o) { o.first_byte_timeout = milliseconds(30); },
       "no byte of a reply within 0.03 s"},
      {"a head and no body",
       {send(head), stall()},
       [](RemoteOptions& o) { o.first_byte_timeout = milliseconds(30); },
       "no byte of a reply within 0.03 s"},
      {"half a body",
       {send(head + "data:"), stall()},
       [](RemoteOptions& o) { o.idle_timeout = milliseconds(30); },
       "the reply stopped for 0.03 s after 5 bytes"},
      {"signs of life for ever", comments, [](RemoteOptions& o) { o.payload_idle_timeout = milliseconds(30); },
       "nothing but signs of life for 0.03 s"},
      {"an answer for ever", events, [](RemoteOptions& o) { o.total_timeout = milliseconds(60); },
       "no complete reply within 0.06 s"},
  }));
  CAPTURE(c.name);
  ChatServer server([&](const SeenRequest&) { return c.steps; });
  RemoteOptions options = quick(server.base_url());
  c.limit(options);
  const Ended ended = serve(options, 1);
  CHECK(ended.served.has_value());
  CHECK(ended.sent == 2);
  for (const auto& attempt : ended.attempts) {
    REQUIRE_FALSE(attempt.outcome->has_value());
    CHECK((attempt.outcome->error().failure_class == FailureClass::kUnknown) == (attempt.sent == 1));
    CHECK(attempt.outcome->error().message == c.message);
  }
}

TEST_CASE("a server that refuses the key is not asked again", "[backends][remote]") {
  struct Case {
    int status;
    std::string body;
  };
  const auto c = GENERATE(values<Case>({
      {401, error_body("invalid_api_key", "Incorrect API key provided")},
      {403, error_body("x")},
      {429, error_body("insufficient_quota", "You exceeded your current quota")},
      {200, R"({"error":{"code":402,"message":"no credit"}})"},
  }));
  ChatServer server([&](const SeenRequest&) { return Steps{send(http_reply(c.status, c.body))}; });
  RemoteOptions options = quick(server.base_url());
  options.max_connections = 4;
  SECTION("with a key") {
    const Ended ended = serve(options, 500);
    REQUIRE_FALSE(ended.served.has_value());
    CHECK(ended.served.error().kind == Error::Kind::kAuth);
    CHECK(ended.served.error().message.starts_with(server.base_url() + " refuses the key: HTTP "));
    CHECK(ended.served.error().hint.find("INVENTED_KEY") != std::string::npos);
    CHECK(server.request_count() <= 4);
    CHECK(ended.failed() == 0);  // with another key they are asked again
  }
  SECTION("without one") {
    options.key.reset();
    options.max_connections = 1;
    auto backend = make_openai_compatible("m", options);
    ListedRequests requests(questions(5));
    MemoryJournal journal;
    const auto served = (*backend)->serve(requests, journal, {});
    REQUIRE_FALSE(served.has_value());
    CHECK(served.error().message.starts_with(server.base_url() + " wants a key: HTTP "));
    CHECK(served.error().hint == "export INVENTED_KEY=...");
    CHECK(server.request_count() == 1);
  }
}

TEST_CASE("a server that refuses three requests alike is not asked for the other 497", "[backends][remote]") {
  struct Case {
    const char* name;
    Steps steps;
    const char* message;
  };
  const std::string leak = std::string("https://elsewhere.example/?key=") + kKey;
  const auto c = GENERATE_COPY(values<Case>({
      {"wrong model",
       {send(http_reply(404, error_body("model_not_found", "no such model")))},
       "HTTP 404: no such model ([key])"},
      {"wrong URL", {send(http_reply(404, "404 page not found\n", {}, "text/plain"))}, "HTTP 404: 404 page not found"},
      {"a web page",
       {send(http_reply(200, "<html>Welcome</html>", {}, "text/html"))},
       "HTTP 200 with a web page: this is no Chat Completions URL"},
      {"a redirect",
       {send(http_reply(308, "", {{"Location", leak}}))},
       "HTTP 308: the server points to https://elsewhere.example/?key=[key], and redirects are not followed"},
  }));
  CAPTURE(c.name);
  ChatServer server([&](const SeenRequest&) { return c.steps; });
  RemoteOptions options = quick(server.base_url());
  options.max_connections = 1;
  const Ended ended = serve(options, 500);
  REQUIRE_FALSE(ended.served.has_value());
  CHECK(ended.served.error().kind == Error::Kind::kProvider);
  CHECK(ended.served.error().message == server.base_url() + " refused 3 requests in a row: " + c.message);
  CHECK(ended.failed() == 3);
  CHECK(server.request_count() == 3);
}

TEST_CASE("the last three requests may fail without ending the run in an error", "[backends][remote]") {
  ChatServer server([](const SeenRequest& request) {
    return question_of(request) < 7 ? good() : Steps{send(http_reply(400, error_body("x")))};
  });
  RemoteOptions options = quick(server.base_url());
  options.max_connections = 1;
  const Ended ended = serve(options, 10);
  CHECK(ended.served.has_value());
  CHECK(ended.answered() == 7);
  CHECK(ended.failed() == 3);
}

TEST_CASE("three refusals at the start do not hide that the others are answered", "[backends][remote]") {
  ChatServer server([](const SeenRequest& request) {
    if (question_of(request) < 3) return Steps{send(http_reply(400, error_body("x")))};
    Steps steps = good();
    steps.insert(steps.begin(), pause(milliseconds(2)));
    return steps;
  });
  const Ended ended = serve(quick(server.base_url()), 60);
  CHECK(ended.served.has_value());
  CHECK(ended.answered() == 57);
  CHECK(ended.failed() == 3);
}

TEST_CASE("redirects are not followed, and the key stays here", "[backends][remote]") {
  ChatServer elsewhere([](const SeenRequest&) { return good(); });
  ChatServer server([&](const SeenRequest&) {
    return Steps{send(http_reply(307, "", {{"Location", elsewhere.base_url() + "/chat/completions"}}))};
  });
  const Ended ended = serve(quick(server.base_url()), 1);
  CHECK(ended.failed() == 1);
  CHECK(elsewhere.request_count() == 0);
}

TEST_CASE("a server that is not there is said once, and no request counts as failed", "[backends][remote]") {
  const std::string url = "http://127.0.0.1:" + std::to_string(refusing_port()) + "/v1";
  const Ended ended = serve(quick(url), 500);
  REQUIRE_FALSE(ended.served.has_value());
  CHECK(ended.served.error().kind == Error::Kind::kNetwork);
  CHECK(ended.served.error().message == "cannot connect to " + url + ": connection refused (4 tries)");
  CHECK(ended.served.error().hint == "start the server, or check the base URL");
  CHECK(ended.sent == 0);
  CHECK(ended.failed() == 0);
  CHECK(ended.attempts.size() <= 20 + 3);
}

TEST_CASE("a name that nobody knows is said once", "[backends][remote]") {
  const Ended ended = serve(quick("http://no-such-host.invalid/v1"), 3);
  REQUIRE_FALSE(ended.served.has_value());
  CHECK(ended.served.error().kind == Error::Kind::kNetwork);
  CHECK(ended.served.error().message.find("no-such-host.invalid") != std::string::npos);
  CHECK(ended.failed() == 0);
}

TEST_CASE("a server that goes in the middle leaves the rest to the next run", "[backends][remote]") {
  const int count = GENERATE(21, 500);  // 21: connections are left open that no other request needs
  ChatServer* gone = nullptr;
  std::set<int> connections;
  ChatServer server([&](const SeenRequest& request) {
    connections.insert(request.connection);
    if (question_of(request) < 20) return good();
    // One that was not accepted yet would go with the port, and its question with it.
    if (connections.size() < 4) return Steps{send(http_reply(429, ""))};
    gone->refuse();
    return Steps{reset()};
  });
  gone = &server;
  RemoteOptions options = quick(server.base_url());
  options.max_connections = 4;
  const Ended ended = serve(options, count);
  REQUIRE_FALSE(ended.served.has_value());
  CHECK(ended.served.error().kind == Error::Kind::kNetwork);
  CHECK(ended.served.error().message.find("(10 tries)") != std::string::npos);
  CHECK(ended.answered() == 20);
  CHECK(ended.failed() == 0);
  CHECK(ended.sent == server.request_count());
}

TEST_CASE("a server that turns most requests away for now answers all of them in the end", "[backends][remote]") {
  int asked = 0;
  ChatServer server([&](const SeenRequest&) {
    return asked++ % 10 == 0 ? good() : Steps{send(http_reply(429, error_body("rate_limit_exceeded")))};
  });
  const Ended ended = serve(quick(server.base_url()), 40);
  CHECK(ended.served.has_value());
  CHECK(ended.answered() == 40);
  CHECK(ended.failed() == 0);
  CHECK(ended.sent == server.request_count());
}

TEST_CASE("a server that wants more patience than there is ends the run with its words", "[backends][remote]") {
  ChatServer server([](const SeenRequest&) {
    return Steps{send(http_reply(429, error_body("rate_limit_exceeded", "daily limit"), {{"Retry-After", "80000"}}))};
  });
  const Ended ended = serve(quick(server.base_url()), 100);
  REQUIRE_FALSE(ended.served.has_value());
  CHECK(ended.served.error().kind == Error::Kind::kProvider);
  CHECK(ended.served.error().message ==
        server.base_url() + " wants us to wait for 22 hours: HTTP 429: daily limit ([key])");
  CHECK(ended.failed() == 0);
  CHECK(server.request_count() <= 20);
}

TEST_CASE("a message that is too long is cut after the key was taken out", "[backends][remote]") {
  const std::string long_message = std::string(990, 'x') + kKey + std::string(100'000, 'y');
  ChatServer server([&](const SeenRequest&) { return Steps{send(http_reply(400, error_body("x", long_message)))}; });
  const Ended ended = serve(quick(server.base_url()), 1);
  const std::string& message = ended.failure().message;
  CHECK(message.size() < 1'010);
  CHECK(message.find("sk-inv") == std::string::npos);
}

}  // namespace
}  // namespace tripos::backends
