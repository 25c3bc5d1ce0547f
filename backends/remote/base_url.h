#pragma once

#include <string>
#include <string_view>

#include "harness/core/result.h"

namespace tripos::backends {

struct BaseUrl {
  std::string text;  // without slashes at its end
  std::string host;
  bool is_loopback() const;
};

// The base URL as the user gave it: http or https with host, port and path. Error (kUsage) for anything else,
// credentials and queries above all: the URL is stored with the run and shown in messages.
Result<BaseUrl> parse_base_url(std::string_view text);

}  // namespace tripos::backends
