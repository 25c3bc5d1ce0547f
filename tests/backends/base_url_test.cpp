#include "backends/remote/base_url.h"

#include "tests/catch.h"

namespace tripos::backends {
namespace {

TEST_CASE("a base URL is http(s) with host, port and path", "[backends][base_url]") {
  struct Case {
    const char* text;
    const char* shown;
    const char* host;
    bool is_loopback;
  };
  const auto c = GENERATE(values<Case>({
      {"http://localhost:8000/v1", "http://localhost:8000/v1", "localhost", true},
      {" https://API.openai.com/v1/ ", "https://API.openai.com/v1", "api.openai.com", false},
      {"http://127.0.0.1:1//", "http://127.0.0.1:1", "127.0.0.1", true},
      {"http://[::1]:8000/v1", "http://[::1]:8000/v1", "[::1]", true},
      {"http://localhost.example.org/v1", "http://localhost.example.org/v1", "localhost.example.org", false},
      {"http://127.example.org/v1", "http://127.example.org/v1", "127.example.org", false},
      {"https://host/a/b/openai/v1", "https://host/a/b/openai/v1", "host", false},
  }));
  CAPTURE(c.text);
  const auto base = parse_base_url(c.text);
  REQUIRE(base.has_value());
  CHECK(base->text == c.shown);
  CHECK(base->host == c.host);
  CHECK(base->is_loopback() == c.is_loopback);
}

TEST_CASE("a base URL that cannot be asked or would leak is refused, and not repeated", "[backends][base_url]") {
  const auto text = GENERATE(values<const char*>({
      "",
      "localhost:8000/v1",
      "localhost/secret",
      "ftp://host/secret",
      "file:///etc/secret",
      "http://",
      "http://user:secret@host/v1",
      "https://secret@host/v1",
      "https://host/v1?key=secret",
      "https://host/v1#secret",
      "https://host/v1?",
      "http://host:99999/v1",
      "http://ho st/v1",
      "http://host/v1\r\nX: secret",
  }));
  CAPTURE(text);
  const auto base = parse_base_url(text);
  REQUIRE_FALSE(base.has_value());
  CHECK(base.error().kind == Error::Kind::kUsage);
  CHECK(base.error().message.find("secret") == std::string::npos);
  CHECK(base.error().hint.find("secret") == std::string::npos);
  CHECK_FALSE(base.error().hint.empty());
}

TEST_CASE("a base URL with the path of the request in it is refused with a hint", "[backends][base_url]") {
  const auto base = parse_base_url("http://localhost:8000/v1/chat/completions");
  REQUIRE_FALSE(base.has_value());
  CHECK(base.error().message.find("/chat/completions") != std::string::npos);
}

}  // namespace
}  // namespace tripos::backends
