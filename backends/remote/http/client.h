#pragma once

#include <memory>
#include <string>
#include <vector>

#include "backends/remote/http/post.h"
#include "harness/core/result.h"

namespace tripos::backends {

// Many POSTs to one URL at a time, over HTTP/1.1 with kept connections. Each is sent once or not at all: what to do
// with one that failed is for the caller to say. Used by one thread; only wake() may be called from others.
class HttpClient {
 public:
  static Result<std::unique_ptr<HttpClient>> make(HttpOptions options);
  ~HttpClient();  // what is still on its way is dropped, and nobody is told
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  // At most `connections` at a time. `listener` lives until its on_end().
  void post(std::string body, bool fresh_connection, HttpListener& listener);

  // Moves what can be moved, and waits for it until `until` at most; returns sooner for events and wake().
  Result<void> run(Clock::time_point until);
  void wake();

  void cancel_unsent();
  void cancel_all();

 private:
  struct CleanupMulti {
    void operator()(CURLM* multi) const noexcept { curl_multi_cleanup(multi); }
  };
  struct FreeList {
    void operator()(curl_slist* list) const noexcept { curl_slist_free_all(list); }
  };

  explicit HttpClient(HttpOptions options) : options_(std::move(options)) {}
  Result<void> open();
  void expire(Clock::time_point now);

  const HttpOptions options_;
  std::unique_ptr<curl_slist, FreeList> headers_;
  std::unique_ptr<CURLM, CleanupMulti> multi_;
  std::vector<std::unique_ptr<HttpPost>> posts_;  // gone before the multi handle they are in
};

}  // namespace tripos::backends
