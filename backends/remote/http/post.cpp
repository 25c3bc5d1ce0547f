#include "backends/remote/http/post.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <new>
#include <utility>

#include "harness/core/text.h"

namespace tripos::backends {
namespace {

using std::chrono::duration_cast;
using std::chrono::milliseconds;

constexpr std::size_t kMaxHeadBytes = std::size_t{256} << 10;

std::string seconds(milliseconds time) { return fmt::format("{:g} s", std::chrono::duration<double>(time).count()); }

}  // namespace

HttpPost::HttpPost(const HttpOptions& options, curl_slist* headers) : options_(options), curl_(curl_easy_init()) {
  CURL* curl = curl_.get();
  if (curl == nullptr) throw std::bad_alloc();
  curl_easy_setopt(curl, CURLOPT_URL, options.url.c_str());
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
  if (options.past_proxy) curl_easy_setopt(curl, CURLOPT_PROXY, "");
  // HTTP/2 of libcurl below 8.3 takes a body that was cut for a whole one.
  curl_easy_setopt(curl, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1);
  // One certificate file is read once; with the default directory besides, the store is parsed for every connection.
  if (curl_version_info(CURLVERSION_NOW)->cainfo != nullptr) curl_easy_setopt(curl, CURLOPT_CAPATH, nullptr);
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_ACCEPT_ENCODING, "");
  curl_easy_setopt(curl, CURLOPT_POST, 1L);
  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
  curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(options.timeouts.connect.count()));
  // Servers close idle connections; a request that meets the close may have been billed all the same.
  curl_easy_setopt(curl, CURLOPT_MAXAGE_CONN, 30L);
  curl_easy_setopt(curl, CURLOPT_TCP_KEEPALIVE, 1L);
  curl_easy_setopt(curl, CURLOPT_TCP_KEEPIDLE, 30L);
  curl_easy_setopt(curl, CURLOPT_TCP_KEEPINTVL, 30L);
  // Refuses what declares itself too large (or overflows) before a byte of it is read.
  curl_easy_setopt(curl, CURLOPT_MAXFILESIZE_LARGE, static_cast<curl_off_t>(options.max_reply_bytes));
  curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, error_text_);
  curl_easy_setopt(curl, CURLOPT_PRIVATE, this);
  curl_easy_setopt(curl, CURLOPT_PREREQFUNCTION, &HttpPost::before_send);
  curl_easy_setopt(curl, CURLOPT_PREREQDATA, this);
  curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, &HttpPost::on_header);
  curl_easy_setopt(curl, CURLOPT_HEADERDATA, this);
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, &HttpPost::on_bytes);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, this);
}

void HttpPost::start(std::string body, bool fresh_connection, HttpListener& listener) {
  listener_ = &listener;
  body_ = std::move(body);
  head_ = {};
  head_bytes_ = 0;
  reply_bytes_ = 0;
  sent_ = false;
  resend_refused_ = false;
  too_large_ = false;
  started_ = Clock::now();
  error_text_[0] = '\0';
  curl_easy_setopt(handle(), CURLOPT_POSTFIELDS, body_.data());
  curl_easy_setopt(handle(), CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body_.size()));
  curl_easy_setopt(handle(), CURLOPT_FRESH_CONNECT, fresh_connection ? 1L : 0L);
}

Clock::time_point HttpPost::deadline() const {
  const HttpTimeouts& timeouts = options_.timeouts;
  const Clock::time_point total = started_ + timeouts.total;
  if (!sent_) return total;  // libcurl watches the time to connect
  if (reply_bytes_ == 0) return std::min(total, sent_at_ + timeouts.first_byte);
  return std::min({total, last_byte_at_ + timeouts.idle, last_payload_at_ + timeouts.payload_idle});
}

// libcurl calls this before each time it sends the request. A kept connection that turns out to be closed makes it send
// a second time on its own, and nobody knows whether the first one was read, answered and billed.
int HttpPost::before_send(void* self, char*, char*, int, int) {
  auto& post = *static_cast<HttpPost*>(self);
  if (post.sent_) {
    post.resend_refused_ = true;
    return CURL_PREREQFUNC_ABORT;
  }
  post.sent_ = true;
  post.sent_at_ = Clock::now();
  post.last_payload_at_ = post.sent_at_;
  post.listener_->on_send();
  return CURL_PREREQFUNC_OK;
}

std::size_t HttpPost::on_header(char* bytes, std::size_t, std::size_t count, void* self) {
  auto& post = *static_cast<HttpPost*>(self);
  post.head_bytes_ += count;
  post.too_large_ = post.head_bytes_ > kMaxHeadBytes;
  if (post.too_large_) return 0;
  post.take_header({bytes, count});
  return count;
}

void HttpPost::take_header(std::string_view line) {
  if (line.starts_with("HTTP/")) {  // of an interim reply (1xx) first, where there is one
    head_ = {};
    long status = 0;
    curl_easy_getinfo(handle(), CURLINFO_RESPONSE_CODE, &status);
    head_.status = static_cast<int>(status);
    return;
  }
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) return;
  head_.headers.emplace_back(to_lower_ascii(trim(line.substr(0, colon))), std::string(trim(line.substr(colon + 1))));
}

std::size_t HttpPost::on_bytes(char* bytes, std::size_t, std::size_t count, void* self) {
  auto& post = *static_cast<HttpPost*>(self);
  const Clock::time_point now = Clock::now();
  if (post.reply_bytes_ == 0) post.first_byte_at_ = now;
  post.reply_bytes_ += count;
  post.last_byte_at_ = now;
  post.too_large_ = post.reply_bytes_ > post.options_.max_reply_bytes;
  if (post.too_large_) return 0;
  if (post.listener_->on_body(post.head_, {bytes, count})) post.last_payload_at_ = now;
  return count;
}

void HttpPost::end(CURLcode code) {
  HttpEnd end;
  end.fault = fault_of(code);
  end.framed = code == CURLE_OK && is_framed();
  tell(std::move(end));
}

void HttpPost::end_timed_out() { tell({.fault = timeout_fault()}); }

void HttpPost::end_cancelled() { tell({.fault = "stopped before the answer came", .cancelled = true}); }

void HttpPost::tell(HttpEnd end) {
  end.sent = sent_;
  if (sent_) end.total = duration_cast<milliseconds>(Clock::now() - sent_at_);
  if (reply_bytes_ > 0) end.first_byte = duration_cast<milliseconds>(first_byte_at_ - sent_at_);
  HttpListener* listener = std::exchange(listener_, nullptr);
  listener->on_end(head_, end);
}

bool HttpPost::is_framed() const {
  curl_off_t length = -1;
  curl_easy_getinfo(handle(), CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &length);
  const auto encoding = find_header(head_.headers, "transfer-encoding");
  return length >= 0 || (encoding && to_lower_ascii(*encoding).find("chunked") != std::string::npos);
}

std::string HttpPost::fault_of(CURLcode code) const {
  if (code == CURLE_OK) return "";
  if (resend_refused_ || code == CURLE_GOT_NOTHING) return "the server closed the connection without a reply";
  if (too_large_ || code == CURLE_FILESIZE_EXCEEDED) {
    return fmt::format("the reply is larger than {} MiB", options_.max_reply_bytes >> 20);
  }
  if (code == CURLE_PARTIAL_FILE) return fmt::format("the reply broke off after {} bytes", reply_bytes_);
  if (code == CURLE_OPERATION_TIMEDOUT)
    return fmt::format("no connection within {}", seconds(options_.timeouts.connect));
  long system_error = 0;
  curl_easy_getinfo(handle(), CURLINFO_OS_ERRNO, &system_error);
  if (code == CURLE_COULDNT_CONNECT && system_error != 0) {
    return to_lower_ascii(std::strerror(static_cast<int>(system_error)));
  }
  return error_text_[0] != '\0' ? error_text_ : curl_easy_strerror(code);
}

std::string HttpPost::timeout_fault() const {
  const HttpTimeouts& timeouts = options_.timeouts;
  const Clock::time_point now = Clock::now();
  if (now >= started_ + timeouts.total) return fmt::format("no complete reply within {}", seconds(timeouts.total));
  if (reply_bytes_ == 0) return fmt::format("no byte of a reply within {}", seconds(timeouts.first_byte));
  if (now >= last_byte_at_ + timeouts.idle) {
    return fmt::format("the reply stopped for {} after {} bytes", seconds(timeouts.idle), reply_bytes_);
  }
  return fmt::format("nothing but signs of life for {}", seconds(timeouts.payload_idle));
}

}  // namespace tripos::backends
