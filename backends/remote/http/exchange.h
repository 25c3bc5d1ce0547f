#pragma once
// What goes out and what comes back, without the library that carries it.

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "backends/remote/retry_after.h"

namespace tripos::backends {

using Clock = std::chrono::steady_clock;

struct HttpTimeouts {
  std::chrono::milliseconds connect;
  std::chrono::milliseconds first_byte;    // of the body, since the request was sent
  std::chrono::milliseconds idle;          // between bytes of the body, signs of life included
  std::chrono::milliseconds payload_idle;  // between bytes that are more than signs of life
  std::chrono::milliseconds total;
};

struct HttpOptions {
  std::string url;
  std::vector<std::string> headers;  // "Name: value", sent with every request
  HttpTimeouts timeouts;
  int connections = 1;
  bool past_proxy = false;                              // a proxy in the environment is not meant for this server
  std::size_t max_reply_bytes = std::size_t{64} << 20;  // of the body, decompressed
};

struct HttpHead {
  int status = 0;  // 0: no reply came
  HttpHeaders headers;
};

// How a POST ended.
struct HttpEnd {
  std::string fault;       // why the reply is not whole; empty where all of it came, as far as HTTP can tell
  bool sent = false;       // bytes of the request may have left
  bool framed = false;     // whole, and a length or chunks say so: the end of a body without them may be a cut
  bool cancelled = false;  // by us
  std::chrono::milliseconds first_byte{0};  // since the request was sent
  std::chrono::milliseconds total{0};
};

// Told what happens to one POST, from within HttpClient::run() and cancel...().
class HttpListener {
 public:
  virtual void on_send() = 0;  // bytes are about to leave; at most once
  // A piece of the body. False: only a sign of life.
  virtual bool on_body(const HttpHead& head, std::string_view bytes) = 0;
  virtual void on_end(const HttpHead& head, const HttpEnd& end) = 0;  // the last call

 protected:
  ~HttpListener() = default;
};

}  // namespace tripos::backends
