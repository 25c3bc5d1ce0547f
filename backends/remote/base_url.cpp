#include "backends/remote/base_url.h"

#include <curl/curl.h>
#include <fmt/format.h>

#include <memory>

#include "harness/core/text.h"

namespace tripos::backends {
namespace {

constexpr const char* kExample = "type it like http://localhost:8000/v1";

struct CleanupUrl {
  void operator()(CURLU* url) const noexcept { curl_url_cleanup(url); }
};
using UrlPtr = std::unique_ptr<CURLU, CleanupUrl>;

std::string part(CURLU* url, CURLUPart which) {
  char* text = nullptr;
  if (curl_url_get(url, which, &text, 0) != CURLUE_OK) return "";
  std::string copy = text;
  curl_free(text);
  return copy;
}

}  // namespace

bool BaseUrl::is_loopback() const {
  const bool is_address = host.find_first_not_of("0123456789.") == std::string::npos;
  return host == "localhost" || host == "[::1]" || (is_address && host.starts_with("127."));
}

// The URL is not repeated in errors: what is wrong with it may be the key in it.
Result<BaseUrl> parse_base_url(std::string_view text) {
  const std::string given(trim(text));
  const UrlPtr url(curl_url());
  const CURLUcode code = curl_url_set(url.get(), CURLUPART_URL, given.c_str(), CURLU_DISALLOW_USER);
  if (code == CURLUE_USER_NOT_ALLOWED || given.find_first_of("?#") != std::string::npos) {
    return fail(Error::Kind::kUsage, "the base URL holds more than host, port and path",
                "keys and passwords do not belong there: they would be stored with the run");
  }
  const std::string scheme = part(url.get(), CURLUPART_SCHEME);
  if (code != CURLUE_OK || (scheme != "http" && scheme != "https")) {
    return fail(Error::Kind::kUsage, "the base URL is no http(s) URL", kExample);
  }
  BaseUrl base{.text = given, .host = to_lower_ascii(part(url.get(), CURLUPART_HOST))};
  while (base.text.ends_with('/')) base.text.pop_back();
  if (base.text.ends_with("/chat/completions")) {
    return fail(Error::Kind::kUsage, fmt::format("\"/chat/completions\" is added to the base URL: {}", base.text),
                "leave it out");
  }
  return base;
}

}  // namespace tripos::backends
