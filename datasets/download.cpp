#include "datasets/download.h"

#include <curl/curl.h>
#include <fmt/format.h>

#include <memory>
#include <optional>

namespace tripos::datasets {
namespace {

struct CleanupCurl {
  void operator()(CURL* curl) const noexcept { curl_easy_cleanup(curl); }
};
using CurlPtr = std::unique_ptr<CURL, CleanupCurl>;

constexpr long kRangeNotSatisfiable = 416;

class Transfer {
 public:
  Transfer(const Download& request, PartFile& part)
      : request_(request), part_(part), offset_(part.size()), curl_(curl_easy_init()) {}

  // The status of the last reply, or why there is none.
  Result<long> perform() {
    if (!curl_) return fail(Error::Kind::kNetwork, "libcurl cannot be started");
    set_options();
    const CURLcode code = curl_easy_perform(curl_.get());
    if (failure_) return tl::unexpected(*failure_);
    long status = 0;
    curl_easy_getinfo(curl_.get(), CURLINFO_RESPONSE_CODE, &status);
    if (code == CURLE_OK || code == CURLE_HTTP_RETURNED_ERROR) return status;
    const char* reason = error_text_[0] != '\0' ? error_text_ : curl_easy_strerror(code);
    return fail(
        Error::Kind::kNetwork, fmt::format("{}: {} (after {} bytes)", request_.url, reason, part_.size()),
        "type the same command again: it goes on where this one stopped; or give a file that you have with --from "
        "FILE");
  }

 private:
  void set_options() {
    CURL* curl = curl_.get();
    const char* protocols = request_.url.starts_with("https:") ? "https" : "http,https";
    curl_easy_setopt(curl, CURLOPT_URL, request_.url.c_str());
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, protocols);
    curl_easy_setopt(curl, CURLOPT_REDIR_PROTOCOLS_STR, protocols);
    curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 1L);
    curl_easy_setopt(curl, CURLOPT_MAXREDIRS, 5L);
    // HTTP/2 of libcurl below 8.3 takes a body that was cut for a whole one.
    curl_easy_setopt(curl, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1);
    // One certificate file is read once; with the default directory besides, the store is parsed for every connection.
    curl_easy_setopt(curl, CURLOPT_CAPATH, nullptr);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, 30L);
    curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, 1L);
    curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, 60L);
    curl_easy_setopt(curl, CURLOPT_FAILONERROR, 1L);
    curl_easy_setopt(curl, CURLOPT_USERAGENT, "tripos");
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, error_text_);
    if (!request_.token.empty()) {
      // libcurl sends these credentials to the first host and port only; a header of ours would follow redirects.
      curl_easy_setopt(curl, CURLOPT_HTTPAUTH, CURLAUTH_BEARER);
      curl_easy_setopt(curl, CURLOPT_XOAUTH2_BEARER, request_.token.c_str());
    }
    if (offset_ > 0) curl_easy_setopt(curl, CURLOPT_RANGE, fmt::format("{}-", offset_).c_str());
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, &Transfer::on_bytes);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, this);
  }

  static std::size_t on_bytes(char* bytes, std::size_t, std::size_t count, void* self) {
    auto& transfer = *static_cast<Transfer*>(self);
    const Result<void> taken = transfer.take({bytes, count});
    if (!taken) transfer.failure_ = taken.error();
    return taken ? count : 0;
  }

  Result<void> take(std::string_view bytes) {
    if (!started_) TRIPOS_CHECK(start());
    if (part_.size() + bytes.size() > request_.max_bytes) {
      return fail(Error::Kind::kData, fmt::format("{}: larger than {} bytes", request_.url, request_.max_bytes));
    }
    TRIPOS_CHECK(part_.append(bytes));
    if (request_.progress) request_.progress({part_.size(), total_});
    return {};
  }

  // The reply's head is complete: does it go on from the part, or start anew?
  Result<void> start() {
    started_ = true;
    long status = 0;
    curl_off_t length = -1;
    curl_easy_getinfo(curl_.get(), CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(curl_.get(), CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &length);
    if (status != 206) TRIPOS_CHECK(part_.clear());
    if (length >= 0) total_ = part_.size() + static_cast<std::uint64_t>(length);
    return {};
  }

  const Download& request_;
  PartFile& part_;
  std::uint64_t offset_;
  CurlPtr curl_;
  bool started_ = false;
  std::uint64_t total_ = 0;
  std::optional<Error> failure_;
  char error_text_[CURL_ERROR_SIZE] = {};
};

}  // namespace

Result<void> download(const Download& request, PartFile& part) {
  TRIPOS_TRY(long status, Transfer(request, part).perform());
  if (status == kRangeNotSatisfiable && part.size() > 0) {
    // The part is as long as the file or longer: nothing tells whether it is the file, so it is brought anew.
    TRIPOS_CHECK(part.clear());
    TRIPOS_TRY(status, Transfer(request, part).perform());
  }
  if (status == 200 || status == 206) return {};
  const bool refused = status == 401 || status == 403;
  return fail(refused ? Error::Kind::kAuth : Error::Kind::kNetwork,
              fmt::format("{}: the server answered HTTP {}", request.url, status),
              "try again later, or give a file that you have with --from FILE");
}

}  // namespace tripos::datasets
