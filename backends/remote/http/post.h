#pragma once

#include <curl/curl.h>

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "backends/remote/http/exchange.h"

namespace tripos::backends {

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
