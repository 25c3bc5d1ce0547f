#include "backends/remote/http/client.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

namespace tripos::backends {
namespace {

tl::unexpected<Error> libcurl_error(CURLMcode code) {
  return fail(Error::Kind::kNetwork, fmt::format("libcurl: {}", curl_multi_strerror(code)));
}

// Rounded up, so that a wait never ends a moment too soon and spins.
int poll_ms(Clock::time_point until, Clock::time_point now) {
  using std::chrono::milliseconds;
  constexpr milliseconds kLongest{60'000};  // run() may return early
  return static_cast<int>(std::clamp(std::chrono::ceil<milliseconds>(until - now), milliseconds(0), kLongest).count());
}

}  // namespace

Result<std::unique_ptr<HttpClient>> HttpClient::make(HttpOptions options) {
  static const CURLcode started = curl_global_init(CURL_GLOBAL_DEFAULT);
  if (started != CURLE_OK) return fail(Error::Kind::kNetwork, "libcurl cannot be started");
  std::unique_ptr<HttpClient> client(new HttpClient(std::move(options)));
  TRIPOS_CHECK(client->open());
  return client;
}

Result<void> HttpClient::open() {
  for (const std::string& header : options_.headers) {
    curl_slist* longer = curl_slist_append(headers_.get(), header.c_str());
    if (longer == nullptr) return libcurl_error(CURLM_OUT_OF_MEMORY);
    [[maybe_unused]] curl_slist* kept = headers_.release();
    headers_.reset(longer);
  }
  multi_.reset(curl_multi_init());
  if (!multi_) return libcurl_error(CURLM_OUT_OF_MEMORY);
  curl_multi_setopt(multi_.get(), CURLMOPT_MAXCONNECTS, static_cast<long>(options_.connections) + 16);
  curl_multi_setopt(multi_.get(), CURLMOPT_MAX_HOST_CONNECTIONS, static_cast<long>(options_.connections));
  return {};
}

HttpClient::~HttpClient() {
  for (const auto& post : posts_) {
    if (post->active()) curl_multi_remove_handle(multi_.get(), post->handle());
  }
}

void HttpClient::post(std::string body, bool fresh_connection, HttpListener& listener) {
  auto idle = std::find_if(posts_.begin(), posts_.end(), [](const auto& post) { return !post->active(); });
  if (idle == posts_.end()) {
    posts_.push_back(std::make_unique<HttpPost>(options_, headers_.get()));
    idle = std::prev(posts_.end());
  }
  (*idle)->start(std::move(body), fresh_connection, listener);
  curl_multi_add_handle(multi_.get(), (*idle)->handle());
}

Result<void> HttpClient::run(Clock::time_point until) {
  for (const auto& post : posts_) {
    if (post->active()) until = std::min(until, post->deadline());
  }
  CURLMcode code = curl_multi_poll(multi_.get(), nullptr, 0, poll_ms(until, Clock::now()), nullptr);
  int running = 0;
  if (code == CURLM_OK) code = curl_multi_perform(multi_.get(), &running);
  if (code != CURLM_OK) return libcurl_error(code);
  int queued = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi_.get(), &queued)) {
    if (message->msg != CURLMSG_DONE) continue;
    const CURLcode result = message->data.result;  // gone with the handle
    CURL* handle = message->easy_handle;
    HttpPost* post = nullptr;
    curl_easy_getinfo(handle, CURLINFO_PRIVATE, &post);
    curl_multi_remove_handle(multi_.get(), handle);
    post->end(result);
  }
  expire(Clock::now());
  return {};
}

void HttpClient::wake() { curl_multi_wakeup(multi_.get()); }

void HttpClient::expire(Clock::time_point now) {
  for (const auto& post : posts_) {
    if (!post->active() || post->deadline() > now) continue;
    curl_multi_remove_handle(multi_.get(), post->handle());
    post->end_timed_out();
  }
}

void HttpClient::cancel_unsent() {
  for (const auto& post : posts_) {
    if (!post->active() || post->sent()) continue;
    curl_multi_remove_handle(multi_.get(), post->handle());
    post->end_cancelled();
  }
}

void HttpClient::cancel_all() {
  for (const auto& post : posts_) {
    if (!post->active()) continue;
    curl_multi_remove_handle(multi_.get(), post->handle());
    post->end_cancelled();
  }
}

}  // namespace tripos::backends
