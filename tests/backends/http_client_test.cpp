#include "backends/remote/http/client.h"

#include <optional>

#include "tests/catch.h"
#include "tests/support/chat_server.h"
#include "tests/support/gzip.h"

namespace tripos::backends {
namespace {

using namespace test;
using std::chrono::seconds;

constexpr std::size_t kLimit = 10'000;  // bytes of a body

// Keeps what it is told.
struct Told final : HttpListener {
  void on_send() override { ++sends; }
  bool on_body(const HttpHead&, std::string_view bytes) override {
    body.append(bytes);
    return true;
  }
  void on_end(const HttpHead& its_head, const HttpEnd& its_end) override {
    head = its_head;
    end = its_end;
  }

  int sends = 0;
  std::string body;
  HttpHead head;
  std::optional<HttpEnd> end;
};

std::unique_ptr<HttpClient> client_of(const ChatServer& server) {
  auto client = HttpClient::make({.url = server.base_url(),
                                  .headers = {"X-Invented: 1"},
                                  .timeouts = {seconds(60), seconds(60), seconds(60), seconds(60), seconds(60)},
                                  .connections = 2,
                                  .past_proxy = true,
                                  .max_reply_bytes = kLimit});
  REQUIRE(client.has_value());
  return std::move(*client);
}

void finish(HttpClient& client, const Told& told) {
  while (!told.end) REQUIRE(client.run(Clock::now() + seconds(60)).has_value());
}

Told post(const ChatServer& server) {
  Told told;
  const auto client = client_of(server);
  client->post("{}", false, told);
  finish(*client, told);
  CHECK(told.sends == 1);
  CHECK(told.end->sent);
  return told;
}

TEST_CASE("a body may be as long as the limit and no longer, however it is sent", "[backends][http]") {
  for (const std::size_t size : {kLimit, kLimit + 1, std::size_t{1'000'000}}) {
    const std::string body(size, 'x');
    const std::string open_reply = "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + body;
    const std::string packed_reply = http_reply(200, gzip(body), {{"Content-Encoding", "gzip"}});  // 1 MB in 1 kB
    for (const std::string& reply :
         {http_reply(200, body), http_chunks({body}, "text/plain"), open_reply, packed_reply}) {
      ChatServer server([&](const SeenRequest&) { return Steps{send(reply), close()}; });
      const Told told = post(server);
      CAPTURE(size, reply.substr(0, 90));
      CHECK(told.body.size() <= kLimit);
      CHECK(told.end->fault.empty() == (size == kLimit));
      CHECK(told.end->framed == (size == kLimit && reply != open_reply));
    }
  }
}

TEST_CASE("the last head counts, and its names are in lower case", "[backends][http]") {
  ChatServer server([](const SeenRequest&) {
    return Steps{send("HTTP/1.1 103 Early Hints\r\nX-A: 1\r\n\r\nHTTP/1.1 418 I'm a teapot\r\nX-B:  two words \r\n" +
                      std::string("Content-Length: 0\r\n\r\n"))};
  });
  const Told told = post(server);
  CHECK(told.head.status == 418);
  CHECK(told.head.headers == HttpHeaders{{"x-b", "two words"}, {"content-length", "0"}});
  CHECK(told.end->fault.empty());
  CHECK(told.end->framed);
  CHECK(server.requests().at(0).header("x-invented") == "1");
}

TEST_CASE("a wake ends a wait, and a cancel ends a request", "[backends][http]") {
  ChatServer server([](const SeenRequest&) { return Steps{stall()}; });
  const auto client = client_of(server);
  client->wake();
  CHECK(client->run(Clock::now() + std::chrono::hours(1)).has_value());
  Told told;
  client->post("{}", false, told);
  while (told.sends == 0) CHECK(client->run(Clock::now() + std::chrono::hours(1)).has_value());
  client->cancel_unsent();
  CHECK_FALSE(told.end.has_value());
  client->cancel_all();
  REQUIRE(told.end.has_value());
  CHECK(told.end->cancelled);
  CHECK(told.end->sent);
}

TEST_CASE("a fresh connection is one that no other request was on", "[backends][http]") {
  ChatServer server([](const SeenRequest&) { return Steps{send(http_reply(200, "{}"))}; });
  const auto client = client_of(server);
  for (const bool fresh : {false, false, true}) {
    Told told;
    client->post("{}", fresh, told);
    finish(*client, told);
  }
  const auto requests = server.requests();
  CHECK(requests.at(1).connection == requests.at(0).connection);
  CHECK(requests.at(2).connection != requests.at(0).connection);
}

}  // namespace
}  // namespace tripos::backends
