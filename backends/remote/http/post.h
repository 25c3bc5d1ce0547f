#pragma once

#include <curl/curl.h>

#include <chrono>
#include <cstddef>
#include <memory>
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

// One POST after the other on a libcurl handle that is set up once.
class HttpPost {
 public:
  // Both outlive the object.
  HttpPost(const HttpOptions& options, curl_slist* headers);
  HttpPost(const HttpPost&) = delete;
  HttpPost& operator=(const HttpPost&) = delete;

  CURL* handle() const { return curl_.get(); }
  bool active() const { return listener_ != nullptr; }
  bool sent() const { return sent_; }

  // Makes the handle ready to be given to libcurl. `fresh_connection`: none that is kept is used.
  void start(std::string body, bool fresh_connection, HttpListener& listener);
  // When the next timeout strikes.
  Clock::time_point deadline() const;

  // The handle was taken from libcurl: tells the listener. `code` is libcurl's verdict.
  void end(CURLcode code);
  void end_timed_out();
  void end_cancelled();

 private:
  struct CleanupCurl {
    void operator()(CURL* curl) const noexcept { curl_easy_cleanup(curl); }
  };

  static int before_send(void* self, char*, char*, int, int);
  static std::size_t on_header(char* bytes, std::size_t, std::size_t count, void* self);
  static std::size_t on_bytes(char* bytes, std::size_t, std::size_t count, void* self);
  void take_header(std::string_view line);
  void tell(HttpEnd end);
  bool is_framed() const;
  std::string fault_of(CURLcode code) const;
  std::string timeout_fault() const;

  const HttpOptions& options_;
  std::unique_ptr<CURL, CleanupCurl> curl_;
  char error_text_[CURL_ERROR_SIZE] = {};

  // Of the POST that is on its way:
  HttpListener* listener_ = nullptr;
  std::string body_;
  HttpHead head_;
  std::size_t head_bytes_ = 0;
  std::size_t reply_bytes_ = 0;
  bool sent_ = false;
  bool resend_refused_ = false;
  bool too_large_ = false;
  Clock::time_point started_;
  Clock::time_point sent_at_;
  Clock::time_point first_byte_at_;
  Clock::time_point last_byte_at_;
  Clock::time_point last_payload_at_;
};

}  // namespace tripos::backends
