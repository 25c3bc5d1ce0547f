// The Chat Completions backend against a server that behaves, and against users who do not wait for it.

#include <atomic>
#include <nlohmann/json.hpp>
#include <set>

#include "tests/backends/remote_run.h"
#include "tests/catch.h"

namespace tripos::backends {
namespace {

using namespace test;
using std::chrono::milliseconds;

constexpr const char* kEventStream = "text/event-stream";

Steps answer(const SeenRequest& request) {
  const std::string text = "answer " + std::to_string(question_of(request));
  if (request.body.find("\"stream\":true") == std::string::npos) return {send(http_reply(200, chat_body(text)))};
  return {send(http_chunks(chat_events({text.substr(0, 3), text.substr(3)}), kEventStream))};
}

TEST_CASE("every request is asked once and answered", "[backends][remote]") {
  const bool stream = GENERATE(false, true);
  ChatServer server(answer);
  RemoteOptions options = quick(server.base_url());
  options.stream = stream;
  options.max_connections = 4;
  const Ended ended = serve(options, 60);
  REQUIRE(ended.served.has_value());
  CHECK(ended.answered() == 60);
  CHECK(ended.attempts.size() == 60);
  CHECK(ended.sent == 60);
  std::set<int> connections;
  std::set<int> seen;
  for (const SeenRequest& request : server.requests()) {
    connections.insert(request.connection);
    seen.insert(question_of(request));
  }
  CHECK(seen.size() == 60);
  CHECK(connections.size() <= 4);
  for (const auto& attempt : ended.attempts) {
    const Response& response = attempt.outcome->value();
    CHECK(response.text == "answer " + attempt.request.sample_id);
    CHECK(response.stop == StopClass::kStop);
    CHECK(response.served_model == "served-1");
    CHECK(response.request_id == "chatcmpl-1");
    CHECK(response.usage.output_tokens == 7);
    CHECK(response.first_byte <= response.total);
  }
}

TEST_CASE("a request carries the key in one header and the model's name", "[backends][remote]") {
  ChatServer server(answer);
  RemoteOptions options = quick(server.base_url() + "/");
  const bool has_key = GENERATE(true, false);
  if (!has_key) options.key.reset();
  CHECK(serve(options, 1).answered() == 1);
  const SeenRequest request = server.requests().at(0);
  CHECK(request.head.starts_with("POST /v1/chat/completions HTTP/1.1\r\n"));
  CHECK(request.header("content-type") == "application/json");
  CHECK(request.header("expect").empty());
  CHECK(request.header("authorization") == (has_key ? std::string("Bearer ") + kKey : ""));
  CHECK(request.body.find(kKey) == std::string::npos);
  CHECK(nlohmann::json::parse(request.body)["model"] == "invented/model");
}

TEST_CASE("the model is named as the user named it, without slashes at the end of its server", "[backends][remote]") {
  const auto backend = make_openai_compatible("qwen/qwen3-8b", quick("https://host.example/v1//"));
  REQUIRE(backend.has_value());
  CHECK((*backend)->model().name == "openai-compatible/qwen/qwen3-8b");
  CHECK((*backend)->model().endpoint == "https://host.example/v1");
}

TEST_CASE("what cannot work is said before anything is asked", "[backends][remote]") {
  RemoteOptions options = quick("http://localhost:8000/v1");
  SECTION("a key that was not copied well") { options.key = Secret("sk-a\r\nX-Evil: 1"); }
  SECTION("credentials in the URL") { options.base_url = "http://user:password@localhost/v1"; }
  SECTION("no connection") { options.max_connections = 0; }
  SECTION("more connections than any system has") { options.max_connections = 1'000'000'000; }
  const auto backend = make_openai_compatible("m", options);
  REQUIRE_FALSE(backend.has_value());
  CHECK(backend.error().kind == Error::Kind::kUsage);
}

TEST_CASE("long answers are streamed unless the user says otherwise", "[backends][remote]") {
  struct Case {
    std::optional<bool> asked;
    std::optional<int> max_tokens;
    std::optional<std::string> effort;
    bool stream;
  };
  const auto c = GENERATE(values<Case>({
      {std::nullopt, std::nullopt, std::nullopt, false},
      {std::nullopt, std::nullopt, "high", true},
      {std::nullopt, 4'096, "high", false},
      {std::nullopt, 4'097, std::nullopt, true},
      {true, 16, std::nullopt, true},
      {false, 100'000, "high", false},
  }));
  ChatServer server(answer);
  RemoteOptions options = quick(server.base_url());
  options.stream = c.asked;
  std::vector<Request> list = questions(1);
  list[0].sampling.max_tokens = c.max_tokens;
  list[0].sampling.reasoning_effort = c.effort;
  MemoryJournal journal;
  CHECK(serve(options, list, journal).answered() == 1);
  CHECK((server.requests().at(0).body.find("\"stream\":true") != std::string::npos) == c.stream);
}

TEST_CASE("what comes is read as what it is, not as what was asked for", "[backends][remote]") {
  const bool asked = GENERATE(false, true);
  ChatServer server([&](const SeenRequest&) {
    return asked ? Steps{send(http_reply(200, chat_body("x")))}
                 : Steps{send(http_chunks(chat_events({"x"}), "Text/Event-Stream; charset=utf-8"))};
  });
  RemoteOptions options = quick(server.base_url());
  options.stream = asked;
  const Ended ended = serve(options, 1);
  REQUIRE(ended.answered() == 1);
  CHECK(ended.response().text == "x");
}

TEST_CASE("a reply may come in any lawful form", "[backends][remote]") {
  const auto one_byte_chunks = [](const std::vector<std::string>& events) {
    std::vector<std::string> bytes;
    for (const std::string& event : events) {
      for (const char byte : event) bytes.emplace_back(1, byte);
    }
    return http_chunks(bytes, kEventStream);
  };
  const std::string body = chat_body("x");
  const std::string close_at_end = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n";
  struct Case {
    const char* name;
    Steps steps;
  };
  const auto c = GENERATE_COPY(values<Case>({
      {"after an interim reply", {send("HTTP/1.1 100 Continue\r\n\r\n" + http_reply(200, body))}},
      {"after early hints", {send("HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" + http_reply(200, body))}},
      {"in chunks", {send(http_chunks({body.substr(0, 9), body.substr(9)}, "application/json"))}},
      {"after blank lines", {send(http_chunks({"\n", "\n\n", body}, "application/json"))}},
      {"until the connection ends", {send(close_at_end + body), close()}},
      {"by HTTP/1.0", {send("HTTP/1.0 200 OK\r\n\r\n" + body), close()}},
      {"without a type",
       {send("HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body)}},
      {"as text", {send(http_reply(200, body, {}, "text/plain"))}},
      {"in small pieces",
       {send(http_reply(200, body).substr(0, 20)), pause(milliseconds(2)), send(http_reply(200, body).substr(20))}},
      {"streamed byte by byte", {send(one_byte_chunks(chat_events({"x"})))}},
  }));
  CAPTURE(c.name);
  ChatServer server([&](const SeenRequest&) { return c.steps; });
  const Ended ended = serve(quick(server.base_url()), 1);
  REQUIRE(ended.answered() == 1);
  CHECK(ended.response().text == "x");
  CHECK(server.request_count() == 1);
}

TEST_CASE("what a support ticket needs is kept, and a key that is echoed is not", "[backends][remote]") {
  ChatServer server([](const SeenRequest&) {
    return Steps{send(http_reply(200, chat_body(std::string("your key is ") + kKey),
                                 {{"X-Request-Id", std::string("req-9 ") + kKey + std::string(500, 'x')}}))};
  });
  const Ended ended = serve(quick(server.base_url()), 1);
  REQUIRE(ended.answered() == 1);
  CHECK(ended.response().request_id.starts_with("req-9 [key]xxx"));
  CHECK(ended.response().request_id.size() < 250);
  CHECK(ended.response().text == "your key is [key]");
}

TEST_CASE("an answer that was cut, filtered or refused is a result and not asked again", "[backends][remote]") {
  struct Case {
    int status;
    std::string body;
    StopClass stop;
  };
  const auto c = GENERATE(values<Case>({
      {200, chat_body("So", "length"), StopClass::kLength},
      {200, chat_body("", "content_filter"), StopClass::kContentFilter},
      {200, R"({"choices":[{"message":{"refusal":"No."},"finish_reason":"stop"}]})", StopClass::kRefusal},
      {400, R"({"error":{"code":"context_length_exceeded"}})", StopClass::kContextOverflow},
      {400, R"({"error":{"code":"content_filter"}})", StopClass::kContentFilter},
  }));
  ChatServer server([&](const SeenRequest&) { return Steps{send(http_reply(c.status, c.body))}; });
  const Ended ended = serve(quick(server.base_url()), 5);
  CHECK(ended.served.has_value());
  REQUIRE(ended.answered() == 5);
  CHECK(server.request_count() == 5);
  CHECK(ended.response().stop == c.stop);
}

TEST_CASE("nothing is taken when the stop came first", "[backends][remote]") {
  ChatServer server(answer);
  std::stop_source stop;
  stop.request_stop();
  const Ended ended = serve(quick(server.base_url()), 10, stop.get_token());
  CHECK(ended.served.has_value());
  CHECK(ended.taken == 0);
  CHECK(ended.attempts.empty());
}

TEST_CASE("a stop lets the answers on their way come in, and asks nothing more", "[backends][remote]") {
  std::stop_source stop;
  ChatServer server([&](const SeenRequest& request) {
    if (question_of(request) == 7) stop.request_stop();
    return answer(request);
  });
  RemoteOptions options = quick(server.base_url());
  options.max_connections = 2;
  const Ended ended = serve(options, 1'000, stop.get_token());
  CHECK(ended.served.has_value());
  CHECK(ended.answered() == static_cast<int>(ended.attempts.size()));
  CHECK(ended.answered() >= 7);
  CHECK(ended.answered() <= 12);
  CHECK(ended.sent == server.request_count());
}

TEST_CASE("a stop does not wait longer than its grace for an answer", "[backends][remote]") {
  std::stop_source stop;
  std::atomic<int> stalled = 0;
  ChatServer server([&](const SeenRequest&) {
    if (++stalled == 3) stop.request_stop();
    return Steps{stall()};
  });
  RemoteOptions options = quick(server.base_url());
  options.max_connections = 3;
  options.stop_grace = milliseconds(5);
  const Ended ended = serve(options, 10, stop.get_token());
  CHECK(ended.served.has_value());
  REQUIRE(ended.attempts.size() == 3);
  for (const auto& attempt : ended.attempts) {
    const Failure& failure = attempt.outcome->error();
    CHECK(failure.failure_class == FailureClass::kUnknown);  // it was sent, and may be billed
    CHECK(failure.will_retry);                               // the next run asks it again
    CHECK(failure.message == "stopped before the answer came");
  }
}

TEST_CASE("a stop does not wait for the time of another try", "[backends][remote]") {
  std::stop_source stop;
  ChatServer server([&](const SeenRequest& request) {
    if (request.place == 0 && request.connection == 1) stop.request_stop();
    return Steps{send(http_reply(429, "", {{"Retry-After", "1800"}}))};
  });
  RemoteOptions options = quick(server.base_url());
  options.max_connections = 2;
  const Ended ended = serve(options, 10, stop.get_token());
  CHECK(ended.served.has_value());
  CHECK(ended.attempts.size() == 2);
  CHECK(ended.failed() == 0);
}

TEST_CASE("a journal that cannot claim ends the run before anything is sent", "[backends][remote]") {
  ChatServer server(answer);
  MemoryJournal journal;
  journal.break_claims();
  const Ended ended = serve(quick(server.base_url()), questions(50), journal);
  REQUIRE_FALSE(ended.served.has_value());
  CHECK(ended.served.error().kind == Error::Kind::kStorage);
  CHECK(server.request_count() == 0);
}

TEST_CASE("a journal that cannot write ends the run, and stalled answers are not waited for", "[backends][remote]") {
  MemoryJournal journal;
  ChatServer server([&](const SeenRequest& request) {
    if (question_of(request) == 0) return Steps{stall()};
    if (question_of(request) == 20) journal.break_writes();
    return answer(request);
  });
  RemoteOptions options = quick(server.base_url());
  options.max_connections = 2;
  const Ended ended = serve(options, questions(1'000), journal);
  REQUIRE_FALSE(ended.served.has_value());
  CHECK(ended.served.error().kind == Error::Kind::kStorage);
  CHECK(ended.served.error().message == "the disk is full");
  CHECK(server.request_count() <= 25);
}

TEST_CASE("requests are claimed together", "[backends][remote]") {
  ChatServer server(answer);
  MemoryJournal journal;
  const Ended ended = serve(quick(server.base_url()), questions(20), journal);
  CHECK(ended.answered() == 20);
  CHECK(journal.claims() == std::vector<int>{20});
}

}  // namespace
}  // namespace tripos::backends
